import type Database from 'better-sqlite3';
import {
  conditionsOf,
  inTime,
  isDefault,
  isIndexed,
  isLive,
  type MembershipChoice,
  matchesSearch,
  notEndedStatuses,
  parametersOf,
  stretchesOf,
} from './membership-filter.js';
import { type MembershipRow, membershipColumns, membershipRow, membershipRows } from './membership-row.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';
import { firstOfStretches } from './stretches.js';

export { type MembershipRow, notEndedStatuses };

export interface MembershipFilter extends MembershipChoice {
  readonly accountId: string;
  /** In this group at present. */
  readonly groupId?: string;
}

/** Sorting fewer people takes about a millisecond. */
const LARGE_GROUP = 1_000;

const EVERYTHING = { after: 0, before: Number.MAX_SAFE_INTEGER, rows: 0 };

/** @param now ms, for an invitation whose time is up; 0 = as recorded */
export function membershipById(db: Database.Database, membershipId: string, now = 0): MembershipRow | null {
  const sql = `SELECT ${membershipColumns} FROM memberships m WHERE m.membership_id = :membershipId`;
  return membershipRow(db, sql, { membershipId, now });
}

/** The person's latest membership of the account. */
export function membershipOf(
  db: Database.Database,
  { accountId, userId, now = 0 }: { accountId: string; userId: string; now?: number },
): MembershipRow | null {
  const sql = `SELECT ${membershipColumns} FROM memberships m
    WHERE m.user_id = :userId AND m.account_id = :accountId ORDER BY m.join_number DESC LIMIT 1`;
  return membershipRow(db, sql, { accountId, userId, now });
}

interface OfUser {
  readonly userId: string;
  readonly accountIds: readonly string[];
}

/** All memberships of a person in these accounts, ended ones too, in the order of joining. */
export function membershipsOfUser(
  db: Database.Database,
  { userId, accountIds, now }: OfUser & { readonly now: number },
  page: PageRequest,
): Page<MembershipRow> {
  const sql = `SELECT ${membershipColumns} ${OF_USER} AND m.join_number > :after AND m.join_number < :before
    ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  const parameters = { userId, accountIds: JSON.stringify(accountIds), now, ...boundsOf(page) };
  return pageOf(membershipRows(db, sql, parameters), page);
}

export function membershipsOfUserCount(db: Database.Database, { userId, accountIds }: OfUser): number {
  const parameters = { userId, accountIds: JSON.stringify(accountIds) };
  return prepared<{ n: number }>(db, `SELECT count(*) AS n ${OF_USER}`).get(parameters)?.n ?? 0;
}

const OF_USER = `FROM memberships m INDEXED BY memberships_by_user
  WHERE m.user_id = :userId AND m.account_id IN (SELECT value FROM json_each(:accountIds))`;

/** Memberships of an account in the order of joining. */
export function membershipsPage(
  db: Database.Database,
  filter: MembershipFilter,
  page: PageRequest,
): Page<MembershipRow> {
  const sql = `SELECT ${membershipColumns} ${sourceOf(db, filter, page)} ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  return pageOf(membershipRows(db, sql, withAccount(filter, boundsOf(page))), page);
}

/** How many memberships match; reads them all. */
export function membershipsCount(db: Database.Database, filter: MembershipFilter): number {
  const { groupId, search, kind } = filter;
  const isCountedByIndex = groupId === undefined && search === undefined && kind === undefined;
  const sql = isCountedByIndex
    ? `SELECT count(*) AS n FROM memberships m INDEXED BY memberships_by_status
        WHERE m.account_id = :accountId AND m.status IN (SELECT value FROM json_each(:stored))
          AND m.role IN (SELECT value FROM json_each(:role)) ${inTime(filter, 'm')}`
    : `SELECT count(*) AS n ${fromSmallSet(filter) ?? fromAccount(filter)}`;
  return prepared<{ n: number }>(db, sql).get(withAccount(filter, EVERYTHING))?.n ?? 0;
}

interface Lingering {
  readonly accountId: string;
  /** Ms. */
  readonly now: number;
}

/** INACTIVE members whose access lasts until their session ends (D3-23). */
export function lingeringMembers(
  db: Database.Database,
  filter: Lingering,
  page: PageRequest,
): Page<MembershipRow> {
  const sql = `SELECT ${membershipColumns} ${LINGERING} AND m.join_number > :after AND m.join_number < :before
    ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  return pageOf(membershipRows(db, sql, { ...filter, ...boundsOf(page) }), page);
}

export function lingeringCount(db: Database.Database, filter: Lingering): number {
  return prepared<{ n: number }>(db, `SELECT count(*) AS n ${LINGERING}`).get(filter)?.n ?? 0;
}

const LINGERING = `FROM memberships m INDEXED BY memberships_lingering
  WHERE m.account_id = :accountId AND m.until_session_end = 1
    AND (m.session_latest IS NULL OR m.session_latest > :now)`;

const WITHIN = 'm.account_id = :accountId AND m.join_number > :after AND m.join_number < :before';

/** FROM and WHERE. Each way starts from the smallest set that an index gives in order, or that is small anyway. */
function sourceOf(db: Database.Database, filter: MembershipFilter, page: PageRequest): string {
  const smallSet = isLargeGroup(db, filter) ? null : fromSmallSet(filter);
  if (smallSet !== null) return smallSet;
  const stretches = filter.groupId === undefined ? stretchesOf(filter, ':accountId') : null;
  if (stretches === null) return fromAccount(filter);
  const first = firstOfStretches(stretches, { order: orderOf(page), limit: ':rows' });
  return `FROM memberships m WHERE m.join_number IN (${first})`;
}

/** The members of a group, or whoever the index of names finds; null when neither is asked for. */
function fromSmallSet(filter: MembershipFilter): string | null {
  const { groupId, search } = filter;
  if (groupId !== undefined)
    return `FROM group_members g INDEXED BY group_members_present CROSS JOIN memberships m INDEXED BY memberships_by_user
      ON m.user_id = g.user_id AND m.account_id = :accountId
      WHERE g.group_id = :groupId AND g.ended_at IS NULL AND ${isLive('m')} AND ${WITHIN}
        ${conditionsOf(filter)} ${matchesSearch(filter)}`;
  if (search !== undefined && isIndexed(search))
    return `FROM people.people_search s CROSS JOIN people.people p ON p.person_number = s.rowid
      CROSS JOIN memberships m INDEXED BY memberships_by_user ON m.user_id = p.user_id
      WHERE s.people_search MATCH :search AND ${WITHIN} ${conditionsOf(filter)}`;
  return null;
}

/** From the account's beginning on, in order. */
function fromAccount(filter: MembershipFilter): string {
  const isMember = `AND ${isLive('m')} AND EXISTS (SELECT 1 FROM group_members g
    WHERE g.group_id = :groupId AND g.user_id = m.user_id AND g.ended_at IS NULL)`;
  return `FROM memberships m INDEXED BY ${isDefault(filter) ? 'memberships_live' : 'memberships_by_account'}
    WHERE ${WITHIN} ${conditionsOf(filter)} ${matchesSearch(filter)}
      ${filter.groupId === undefined ? '' : isMember}`;
}

/** The people of a small group are sorted; of a large one enough turn up along the way through the account. */
function isLargeGroup(db: Database.Database, { groupId }: MembershipFilter): boolean {
  if (groupId === undefined) return false;
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM group_members INDEXED BY group_members_present
    WHERE group_id = ? AND ended_at IS NULL LIMIT ${LARGE_GROUP})`;
  return prepared<{ n: number }>(db, sql).get(groupId)?.n === LARGE_GROUP;
}

function withAccount(
  filter: MembershipFilter,
  bounds: { readonly after: number; readonly before: number; readonly rows: number },
) {
  const { accountId, groupId = null } = filter;
  return { accountId, groupId, ...parametersOf(filter, bounds) };
}
