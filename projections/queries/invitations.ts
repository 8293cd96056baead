import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';
import { firstOfStretches, knownOf } from './stretches.js';

export interface InvitationRow {
  /** Order of inviting over the whole installation; the cursor of pages. */
  readonly number: number;
  readonly invitationId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
  /** Null: not sent by a person. */
  readonly inviterId: string | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  /** JSON array of the groups promised. */
  readonly groupIds: string;
  readonly status: InvitationStatus;
  /** Of the newest link; from 1. */
  readonly generation: number;
  readonly invitedAt: number;
  readonly lastSentAt: number;
  readonly expiresAt: number;
  /** Null while PENDING. */
  readonly endedAt: number | null;
  /** Position of the last event about it. */
  readonly lastPosition: number;
}

export const invitationStatuses = [
  'PENDING',
  'ACCEPTED',
  'DECLINED',
  'REVOKED',
  'EXPIRED',
  'REMOVED',
] as const;
export type InvitationStatus = (typeof invitationStatuses)[number];

export interface InvitationFilter {
  readonly accountId: string;
  /** Default: all. */
  readonly status?: readonly string[];
  readonly inviterId?: string;
  /** Ms; a PENDING one whose time is up has EXPIRED, whether or not that is recorded. */
  readonly now: number;
}

const isOverdue = "i.status = 'PENDING' AND i.expires_at <= :now";
const statusNow = `CASE WHEN ${isOverdue} THEN 'EXPIRED' ELSE i.status END`;

const INVITATION = `SELECT i.invitation_number AS number, i.invitation_id AS invitationId, i.account_id AS accountId,
  i.user_id AS userId, i.membership_id AS membershipId, i.inviter_id AS inviterId, i.kind, i.role, i.permissions,
  i.group_ids AS groupIds, ${statusNow} AS status, i.generation, i.invited_at AS invitedAt,
  i.last_sent_at AS lastSentAt, i.expires_at AS expiresAt,
  CASE WHEN ${isOverdue} THEN i.expires_at ELSE i.ended_at END AS endedAt, i.last_position AS lastPosition
  FROM invitations i`;

/** Whose invitation: a person has several memberships of an account, one after the other, if deleted in between. */
export interface InvitedMembership {
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
}

/** The newest invitation to a membership, whatever became of it. */
export function invitationOf(
  db: Database.Database,
  { accountId, userId, membershipId }: InvitedMembership,
  now: number,
): InvitationRow | null {
  const sql = `${INVITATION} INDEXED BY invitations_by_user
    WHERE i.user_id = :userId AND i.account_id = :accountId AND i.membership_id = :membershipId
    ORDER BY i.invitation_number DESC LIMIT 1`;
  return prepared<InvitationRow>(db, sql).get({ accountId, userId, membershipId, now }) ?? null;
}

/** An account's invitations in the order of inviting. */
export function invitationsPage(
  db: Database.Database,
  filter: InvitationFilter,
  page: PageRequest,
): Page<InvitationRow> {
  const within =
    'i.account_id = :accountId AND i.invitation_number > :after AND i.invitation_number < :before';
  const order = `ORDER BY i.invitation_number ${orderOf(page)} LIMIT :rows`;
  const byStatus = storedStatuses(filter).map(
    (_, s) => `SELECT i.invitation_number AS n FROM invitations i INDEXED BY invitations_by_status
      WHERE ${within} AND i.status = :stored ->> ${s} AND ${isChosen(filter)}`,
  );
  const sql =
    filter.inviterId !== undefined
      ? `${INVITATION} INDEXED BY invitations_by_inviter
         WHERE i.inviter_id = :inviterId AND ${within} AND ${isChosen(filter)} ${order}`
      : filter.status !== undefined
        ? `${INVITATION} WHERE i.invitation_number IN (${firstOfStretches(byStatus, { order: orderOf(page), limit: ':rows' })}) ${order}`
        : `${INVITATION} INDEXED BY invitations_by_account WHERE ${within} ${order}`;
  const found = prepared<InvitationRow>(db, sql).all({ ...parametersOf(filter), ...boundsOf(page) });
  return pageOf(found, page);
}

export function invitationsCount(db: Database.Database, filter: InvitationFilter): number {
  const sql = `SELECT count(*) AS n FROM invitations i
    WHERE i.account_id = :accountId AND i.status IN (SELECT value FROM json_each(:stored)) AND ${isChosen(filter)}
      AND (:inviterId IS NULL OR i.inviter_id = :inviterId)`;
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter))?.n ?? 0;
}

const THEN_OVERDUE = "p.status = 'PENDING' AND p.expires_at <= :clock";
const STATUS_THEN = `CASE WHEN ${THEN_OVERDUE} THEN 'EXPIRED' ELSE p.status END`;
const INVITATION_THEN = `SELECT i.invitation_number AS number, i.invitation_id AS invitationId,
  i.account_id AS accountId, i.user_id AS userId, i.membership_id AS membershipId, i.inviter_id AS inviterId, i.kind,
  i.role, i.permissions, i.group_ids AS groupIds, ${STATUS_THEN} AS status, p.generation, i.invited_at AS invitedAt,
  p.last_sent_at AS lastSentAt, p.expires_at AS expiresAt,
  CASE WHEN ${THEN_OVERDUE} THEN p.expires_at ELSE p.ended_at END AS endedAt, p.known_from_position AS lastPosition`;
const PERIOD = `CROSS JOIN invitation_periods p
  ON p.period_id = ${periodIdAt('invitation_periods', 'invitation_number', 'i.invitation_number')}`;
const ALL_THEN = `FROM invitations i INDEXED BY invitations_by_account ${PERIOD}
  WHERE i.account_id = :accountId AND ${STATUS_THEN} IN (SELECT value FROM json_each(:chosen))`;

interface InvitationsThen {
  readonly accountId: string;
  /** Default: all. */
  readonly status?: readonly string[];
}

/** The invitations there were, as they stood then. */
export function invitationsAsOf(
  db: Database.Database,
  filter: InvitationsThen,
  { asOf, page }: { readonly asOf: AsOf; readonly page: PageRequest },
): Page<InvitationRow> {
  const sql = `${INVITATION_THEN} ${ALL_THEN} AND i.invitation_number > :after AND i.invitation_number < :before
    ORDER BY i.invitation_number ${orderOf(page)} LIMIT :rows`;
  return pageOf(prepared<InvitationRow>(db, sql).all({ ...thenOf(filter, asOf), ...boundsOf(page) }), page);
}

export function invitationsAsOfCount(db: Database.Database, filter: InvitationsThen, asOf: AsOf): number {
  return prepared<{ n: number }>(db, `SELECT count(*) AS n ${ALL_THEN}`).get(thenOf(filter, asOf))?.n ?? 0;
}

/** The newest invitation to a membership then. */
export function invitationAsOf(
  db: Database.Database,
  { accountId, userId, membershipId }: InvitedMembership,
  asOf: AsOf,
): InvitationRow | null {
  const sql = `${INVITATION_THEN} FROM invitations i INDEXED BY invitations_by_user ${PERIOD}
    WHERE i.user_id = :userId AND i.account_id = :accountId AND i.membership_id = :membershipId
    ORDER BY i.invitation_number DESC LIMIT 1`;
  const parameters = { accountId, userId, membershipId, ...momentOf(asOf) };
  return prepared<InvitationRow>(db, sql).get(parameters) ?? null;
}

const thenOf = ({ accountId, status }: InvitationsThen, asOf: AsOf) => ({
  accountId,
  chosen: JSON.stringify(knownOf(status, invitationStatuses)),
  ...momentOf(asOf),
});

/** By its id, whatever became of it; null when it is somebody else's. */
export function invitationForUser(
  db: Database.Database,
  { userId, invitationId }: { readonly userId: string; readonly invitationId: string },
  now: number,
): InvitationRow | null {
  const sql = `${INVITATION} INDEXED BY invitations_by_user
    WHERE i.user_id = :userId AND i.invitation_id = :invitationId`;
  return prepared<InvitationRow>(db, sql).get({ userId, invitationId, now }) ?? null;
}

/** Open invitations of one person, over all accounts. */
export function invitationsForUser(db: Database.Database, userId: string, now: number): InvitationRow[] {
  const sql = `${INVITATION} INDEXED BY invitations_by_user
    WHERE i.user_id = :userId AND i.status = 'PENDING' AND i.expires_at > :now ORDER BY i.invitation_number`;
  return prepared<InvitationRow>(db, sql).all({ userId, now });
}

/** Only where time can have made another status of the one in the file must the row itself be looked at. */
function isChosen(filter: InvitationFilter): string {
  const chosen = knownOf(filter.status, invitationStatuses);
  if (chosen.includes('PENDING') && chosen.includes('EXPIRED'))
    return 'i.status IN (SELECT value FROM json_each(:chosen))';
  return `${statusNow} IN (SELECT value FROM json_each(:chosen))`;
}

/** Those in the file that may read as one of the chosen: time alone makes PENDING read EXPIRED. */
function storedStatuses({ status }: InvitationFilter): readonly string[] {
  const chosen = knownOf(status, invitationStatuses);
  return invitationStatuses.filter(
    (one) => chosen.includes(one) || (one === 'PENDING' && chosen.includes('EXPIRED')),
  );
}

function parametersOf(filter: InvitationFilter) {
  const { accountId, inviterId = null, now } = filter;
  return {
    accountId,
    inviterId,
    now,
    chosen: JSON.stringify(knownOf(filter.status, invitationStatuses)),
    stored: JSON.stringify(storedStatuses(filter)),
  };
}
