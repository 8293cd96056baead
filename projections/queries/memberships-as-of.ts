import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
import type { MembershipCountRow } from './membership-counts.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

/**
 * A membership as it was at a moment, as known at a moment. What time alone had brought about by then counts, whether or
 * not it was recorded: an invitation whose time was up reads INVITATION_EXPIRED.
 */
export interface MembershipAsOfRow {
  readonly number: number;
  readonly membershipId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly status: string;
  readonly endedBy: string | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  /** When this state began and ended; the year 9999 while it lasts. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly knownFrom: number;
  readonly knownTo: number;
  /** Revision of the event that began it. */
  readonly revision: number;
}

export interface MembershipAsOfFilter {
  readonly accountId: string;
  /** Default: all that had not ended. */
  readonly status?: readonly string[];
  readonly role?: readonly string[];
  /** In this group then. */
  readonly groupId?: string;
}

/** What decided access beside status and role; null where nothing did. */
export interface MarksAsOfRow {
  readonly invitationExpiresAt: number | null;
  readonly untilSessionEnd: number;
  readonly sessionLatest: number | null;
  readonly directory: string | null;
}

const MARKS_AT = periodIdAt('membership_mark_periods', 'join_number', 'm.join_number');
/** Of a period of `memberships m`: time alone makes INVITED read INVITATION_EXPIRED. */
export const statusThen = (period: string, moment = ''): string =>
  `CASE WHEN ${period}.status = 'INVITED' AND (SELECT k.invitation_expires_at FROM membership_mark_periods k
    WHERE k.period_id = ${periodIdAt('membership_mark_periods', 'join_number', 'm.join_number', moment)}
    ) <= :${moment}clock THEN 'INVITATION_EXPIRED' ELSE ${period}.status END`;
/** Of `memberships m`: the status then, all columns of a row, and the join of its period `p`. */
export const STATUS_THEN = statusThen('p');

export const ROW_THEN = `SELECT m.join_number AS number, m.membership_id AS membershipId, m.account_id AS accountId,
    m.user_id AS userId, ${STATUS_THEN} AS status, p.ended_by AS endedBy, p.kind, p.role, p.permissions,
    p.valid_from AS validFrom, p.valid_to AS validTo, p.known_from AS knownFrom, p.known_to AS knownTo, p.revision`;

export const PERIOD_THEN = `CROSS JOIN membership_periods p
    ON p.period_id = ${periodIdAt('membership_periods', 'join_number', 'm.join_number')}`;

const IN_GROUP = `EXISTS (SELECT 1 FROM group_members g INDEXED BY group_members_by_group
    CROSS JOIN group_member_periods gp
      ON gp.period_id = ${periodIdAt('group_member_periods', 'group_member_number', 'g.group_member_number')}
    WHERE g.group_id = :groupId AND g.user_id = m.user_id)`;

/** Sorting fewer people takes about a millisecond. */
const LARGE_GROUP = 1_000;

export function membershipsAsOf(
  db: Database.Database,
  filter: MembershipAsOfFilter,
  { asOf, page }: { asOf: AsOf; page: PageRequest },
): Page<MembershipAsOfRow> {
  const sql = `${ROW_THEN} ${sourceOf(db, filter)} AND m.join_number > :after AND m.join_number < :before
    ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  const parameters = { ...parametersOf(filter), ...momentOf(asOf), ...boundsOf(page) };
  return pageOf(prepared<MembershipAsOfRow>(db, sql).all(parameters), page);
}

/** How many match; looks at everybody who has ever been in the account, or in the group. */
export function membershipsAsOfCount(
  db: Database.Database,
  filter: MembershipAsOfFilter,
  asOf: AsOf,
): number {
  const sql = `SELECT count(*) AS n ${sourceOf(db, filter)}`;
  return prepared<{ n: number }>(db, sql).get({ ...parametersOf(filter), ...momentOf(asOf) })?.n ?? 0;
}

export type CountsOfStatus = Pick<MembershipCountRow, 'status' | 'count'>;

/** How many an account had in each status and role; looks at everybody who has ever been in it, in these bounds. */
export function membershipCountsAsOf(
  db: Database.Database,
  accountId: string,
  asOf: AsOf,
  { after, until } = { after: 0, until: Number.MAX_SAFE_INTEGER },
): MembershipCountRow[] {
  const sql = `SELECT ${STATUS_THEN} AS status, p.role, count(*) AS count
    FROM memberships m INDEXED BY memberships_by_account ${PERIOD_THEN}
    WHERE m.account_id = :accountId AND m.join_number > :after AND m.join_number <= :until GROUP BY 1, 2`;
  return prepared<MembershipCountRow>(db, sql).all({ accountId, ...momentOf(asOf), after, until });
}

/** Of a person who was deleted and added again, the membership that had begun last by then. */
export function membershipAsOf(
  db: Database.Database,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
  asOf: AsOf,
): MembershipAsOfRow | null {
  const sql = `${ROW_THEN} FROM memberships m INDEXED BY memberships_by_user ${PERIOD_THEN}
    WHERE m.user_id = :userId AND m.account_id = :accountId ORDER BY m.join_number DESC LIMIT 1`;
  return prepared<MembershipAsOfRow>(db, sql).get({ accountId, userId, ...momentOf(asOf) }) ?? null;
}

interface OfUser {
  readonly userId: string;
  readonly accountIds: readonly string[];
}

/** Every membership of a person in these accounts that had begun by then, in the order of joining. */
export function membershipsOfUserAsOf(
  db: Database.Database,
  { userId, accountIds }: OfUser,
  { asOf, page }: { asOf: AsOf; page: PageRequest },
): Page<MembershipAsOfRow> {
  const sql = `${ROW_THEN} ${OF_USER} AND m.join_number > :after AND m.join_number < :before
    ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  const parameters = { userId, accountIds: JSON.stringify(accountIds), ...momentOf(asOf), ...boundsOf(page) };
  return pageOf(prepared<MembershipAsOfRow>(db, sql).all(parameters), page);
}

export function membershipsOfUserAsOfCount(
  db: Database.Database,
  { userId, accountIds }: OfUser,
  asOf: AsOf,
): number {
  const parameters = { userId, accountIds: JSON.stringify(accountIds), ...momentOf(asOf) };
  return prepared<{ n: number }>(db, `SELECT count(*) AS n ${OF_USER}`).get(parameters)?.n ?? 0;
}

const OF_USER = `FROM memberships m INDEXED BY memberships_by_user ${PERIOD_THEN}
  WHERE m.user_id = :userId AND m.account_id IN (SELECT value FROM json_each(:accountIds))`;

/** @param number of the membership */
export function marksAsOf(db: Database.Database, number: number, asOf: AsOf): MarksAsOfRow | null {
  const sql = `SELECT k.invitation_expires_at AS invitationExpiresAt, k.until_session_end AS untilSessionEnd,
      k.session_latest AS sessionLatest, k.directory
    FROM membership_mark_periods k
    WHERE k.period_id = ${periodIdAt('membership_mark_periods', 'join_number', ':number')}`;
  return prepared<MarksAsOfRow>(db, sql).get({ number, ...momentOf(asOf) }) ?? null;
}

/** Who was INACTIVE then and still had access until the session ended (D3-23). */
export function lingeringAsOf(
  db: Database.Database,
  accountId: string,
  { asOf, page }: { asOf: AsOf; page: PageRequest },
): Page<MembershipAsOfRow> {
  const sql = `${ROW_THEN} ${LINGERING} AND m.join_number > :after AND m.join_number < :before
    ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  const parameters = { accountId, ...momentOf(asOf), ...boundsOf(page) };
  return pageOf(prepared<MembershipAsOfRow>(db, sql).all(parameters), page);
}

export function lingeringAsOfCount(db: Database.Database, accountId: string, asOf: AsOf): number {
  const sql = `SELECT count(*) AS n ${LINGERING}`;
  return prepared<{ n: number }>(db, sql).get({ accountId, ...momentOf(asOf) })?.n ?? 0;
}

const LINGERING = `FROM memberships m INDEXED BY memberships_by_account
  CROSS JOIN membership_mark_periods k ON k.period_id = ${MARKS_AT} ${PERIOD_THEN}
  WHERE m.account_id = :accountId AND p.status = 'INACTIVE' AND k.until_session_end = 1
    AND (k.session_latest IS NULL OR k.session_latest > :clock)`;

/** FROM and WHERE. */
function sourceOf(db: Database.Database, filter: MembershipAsOfFilter): string {
  const { status, role, groupId } = filter;
  const conditions = [
    'm.account_id = :accountId',
    status === undefined
      ? "p.status NOT IN ('REMOVED', 'DELETED')"
      : `${STATUS_THEN} IN (SELECT value FROM json_each(:status))`,
    ...(role === undefined ? [] : ['p.role IN (SELECT value FROM json_each(:role))']),
    ...(groupId === undefined ? [] : ["p.status NOT IN ('REMOVED', 'DELETED')", IN_GROUP]),
  ];
  return `FROM ${membersOf(db, groupId)} ${PERIOD_THEN} WHERE ${conditions.join(' AND ')}`;
}

/** The people of a small group are sorted; of a large one enough turn up along the way through the account. */
function membersOf(db: Database.Database, groupId: string | undefined): string {
  if (groupId === undefined || isLargeGroup(db, groupId))
    return 'memberships m INDEXED BY memberships_by_account';
  return `group_members e INDEXED BY group_members_ever CROSS JOIN memberships m INDEXED BY memberships_by_user
    ON e.group_id = :groupId AND m.user_id = e.user_id`;
}

function isLargeGroup(db: Database.Database, groupId: string): boolean {
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM group_members INDEXED BY group_members_ever
    WHERE group_id = ? LIMIT ${LARGE_GROUP})`;
  return prepared<{ n: number }>(db, sql).get(groupId)?.n === LARGE_GROUP;
}

function parametersOf({ accountId, status = [], role = [], groupId }: MembershipAsOfFilter) {
  return { accountId, groupId: groupId ?? null, status: JSON.stringify(status), role: JSON.stringify(role) };
}
