import type Database from 'better-sqlite3';
import { prepared, rowsAtOnce } from './prepared.js';

export interface MembershipRow {
  /** Order of joining over the whole installation; the cursor of pages. */
  readonly number: number;
  readonly membershipId: string;
  readonly accountId: string;
  readonly userId: string;
  /** INVITED, INVITATION_EXPIRED, ACTIVE, FROZEN, INACTIVE, REMOVED or DELETED. */
  readonly status: string;
  /** REMOVED, LEFT, DELETED, DECLINED or REVOKED; null while the membership lasts. */
  readonly endedBy: string | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  /** When access began, the last time; of one who has only been invited, when that was. */
  readonly joinedAt: number;
  readonly statusSince: number;
  /** Revision, in the account's stream, of the event that made the status what it is. */
  readonly statusRevision: number;
  readonly endedAt: number | null;
  /** Position of the last event about it. */
  readonly lastPosition: number;
  readonly marks: MembershipMarks;
}

/** What few memberships have to say. */
interface MembershipMarks {
  /** INACTIVE, with access until the session ends. */
  readonly untilSessionEnd: boolean;
  /** The latest end of that access, ms; null = no maximum. */
  readonly sessionLatest: number | null;
  readonly directory: string | null;
  /** While DELETED: KEEP_NAME, PSEUDONYM or ANONYMOUS. */
  readonly attribution: string | null;
  /** REMOVED, with something to come back to. */
  readonly canReinstate: boolean;
}

/** The status as of :now: an invitation whose time is up has expired, whether or not that is recorded. */
export function statusAsOf(alias: string): string {
  return `CASE WHEN ${alias}.invitation_expires_at <= :now THEN 'INVITATION_EXPIRED' ELSE ${alias}.status END`;
}

/** Of the table `memberships m`; takes :now. The marks are read only where there are some, as one JSON object. */
export const membershipColumns = `m.join_number AS number, m.membership_id AS membershipId, m.account_id AS accountId,
  m.user_id AS userId, ${statusAsOf('m')} AS status, m.ended_by AS endedBy, m.kind, m.role, m.permissions,
  m.joined_at AS joinedAt, m.status_since AS statusSince, m.status_revision AS statusRevision, m.ended_at AS endedAt,
  m.last_position AS lastPosition,
  CASE m.marked WHEN 1 THEN json_object('untilSessionEnd', m.until_session_end, 'sessionLatest', m.session_latest,
    'directory', m.directory, 'attribution', m.attribution, 'canReinstate', m.can_reinstate) END AS marks`;

type StoredRow = Omit<MembershipRow, 'marks'> & { readonly marks: string | null };

/** All rows of a query that selects `membershipColumns`. */
export function membershipRows(db: Database.Database, sql: string, parameters: object): MembershipRow[] {
  return rowsAtOnce(db, sql, { columns: COLUMNS, rowOf: rowOfValues }, parameters);
}

const COLUMNS = `number, membershipId, accountId, userId, status, endedBy, kind, role, permissions, joinedAt, statusSince,
  statusRevision, endedAt, lastPosition, marks`;

/** In the order of `COLUMNS`, which the labels of StoredValues repeat. */
const rowOfValues = (v: StoredValues): MembershipRow => ({
  number: v[0],
  membershipId: v[1],
  accountId: v[2],
  userId: v[3],
  status: v[4],
  endedBy: v[5],
  kind: v[6],
  role: v[7],
  permissions: v[8],
  joinedAt: v[9],
  statusSince: v[10],
  statusRevision: v[11],
  endedAt: v[12],
  lastPosition: v[13],
  marks: marksFrom(v[14]),
});

type StoredValues = [
  number: number,
  membershipId: string,
  accountId: string,
  userId: string,
  status: string,
  endedBy: string | null,
  kind: string,
  role: string,
  permissions: string,
  joinedAt: number,
  statusSince: number,
  statusRevision: number,
  endedAt: number | null,
  lastPosition: number,
  marks: string | null,
];

/** The one row of such a query, or null. */
export function membershipRow(db: Database.Database, sql: string, parameters: object): MembershipRow | null {
  const row = prepared<StoredRow>(db, sql).get(parameters);
  return row === undefined ? null : { ...row, marks: marksFrom(row.marks) };
}

const noMarks: MembershipMarks = {
  untilSessionEnd: false,
  sessionLatest: null,
  directory: null,
  attribution: null,
  canReinstate: false,
};

type StoredMarks = {
  [K in keyof MembershipMarks]: MembershipMarks[K] extends boolean ? 0 | 1 : MembershipMarks[K];
};

function marksFrom(json: string | null): MembershipMarks {
  if (json === null) return noMarks;
  const marks = JSON.parse(json) as StoredMarks;
  return { ...marks, untilSessionEnd: marks.untilSessionEnd === 1, canReinstate: marks.canReinstate === 1 };
}
