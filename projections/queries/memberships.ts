import type Database from 'better-sqlite3';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { likeTerm, MIN_INDEXED_LENGTH, searchTerm } from './people.js';
import { prepared, rowsAtOnce } from './prepared.js';

export interface MembershipRow {
  /** Order of joining over the whole installation; the cursor of pages. */
  readonly number: number;
  readonly membershipId: string;
  readonly accountId: string;
  readonly userId: string;
  /** ACTIVE, INACTIVE, REMOVED or DELETED. */
  readonly status: string;
  /** REMOVED, LEFT or DELETED; null while the membership lasts. */
  readonly endedBy: string | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  readonly joinedAt: number;
  readonly statusSince: number;
  /** Revision, in the account's stream, of the event that made the status what it is. */
  readonly statusRevision: number;
  readonly endedAt: number | null;
  /** Position of the last event about it. */
  readonly lastPosition: number;
}

export interface MembershipFilter {
  readonly accountId: string;
  readonly status?: readonly string[];
  readonly role?: readonly string[];
  /** In this group at present. */
  readonly groupId?: string;
  /** Part of a name or an e-mail address, without regard to case. */
  readonly search?: string;
}

const COLUMNS = `m.join_number AS number, m.membership_id AS membershipId, m.account_id AS accountId,
  m.user_id AS userId, m.status, m.ended_by AS endedBy, m.kind, m.role, m.permissions, m.joined_at AS joinedAt,
  m.status_since AS statusSince, m.status_revision AS statusRevision, m.ended_at AS endedAt, m.last_position AS lastPosition`;

const columns: readonly (keyof MembershipRow)[] = [
  'number',
  'membershipId',
  'accountId',
  'userId',
  'status',
  'endedBy',
  'kind',
  'role',
  'permissions',
  'joinedAt',
  'statusSince',
  'statusRevision',
  'endedAt',
  'lastPosition',
];

/** Sorting fewer people takes about a millisecond. */
const LARGE_GROUP = 1_000;

const allStatuses = ['ACTIVE', 'INACTIVE', 'REMOVED', 'DELETED'];
const allRoles = ['OWNER', 'ADMIN', 'CONTRIBUTOR', 'REVIEWER'];

export function membershipById(db: Database.Database, membershipId: string): MembershipRow | null {
  const sql = `SELECT ${COLUMNS} FROM memberships m WHERE m.membership_id = ?`;
  return prepared<MembershipRow>(db, sql).get(membershipId) ?? null;
}

/** The person's latest membership of the account. */
export function membershipOf(
  db: Database.Database,
  { accountId, userId }: { accountId: string; userId: string },
): MembershipRow | null {
  const sql = `SELECT ${COLUMNS} FROM memberships m
    WHERE m.user_id = ? AND m.account_id = ? ORDER BY m.join_number DESC LIMIT 1`;
  return prepared<MembershipRow>(db, sql).get(userId, accountId) ?? null;
}

/** Memberships of an account in the order of joining. */
export function membershipsPage(
  db: Database.Database,
  filter: MembershipFilter,
  page: PageRequest,
): Page<MembershipRow> {
  const bounds = boundsOf(page);
  const sql = `SELECT ${COLUMNS} ${sourceOf(filter, page, isLargeGroup(db, filter))} ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  return pageOf(rowsAtOnce<MembershipRow>(db, { columns, sql }, parametersOf(filter, bounds)), page);
}

/** How many memberships match; reads them all. */
export function membershipsCount(db: Database.Database, filter: MembershipFilter): number {
  const { accountId, status, role } = filter;
  if (filter.groupId === undefined && filter.search === undefined) {
    const sql = `SELECT count(*) AS n FROM memberships INDEXED BY memberships_by_status
      WHERE account_id = ? AND status IN (SELECT value FROM json_each(?)) AND role IN (SELECT value FROM json_each(?))`;
    const among = [JSON.stringify(status ?? allStatuses), JSON.stringify(role ?? allRoles)];
    return prepared<{ n: number }>(db, sql).get(accountId, ...among)?.n ?? 0;
  }
  const sql = `SELECT count(*) AS n ${sourceOf(filter, { limit: 0 }, false)}`;
  const bounds = { after: 0, before: Number.MAX_SAFE_INTEGER, rows: 0 };
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter, bounds))?.n ?? 0;
}

/** FROM and WHERE. Each way starts from the smallest set that an index gives in order, or that is small anyway. */
function sourceOf(filter: MembershipFilter, page: PageRequest, isLargeGroup: boolean): string {
  const within = 'm.account_id = :accountId AND m.join_number > :after AND m.join_number < :before';
  const among = [
    filter.status === undefined ? 'TRUE' : 'm.status IN (SELECT value FROM json_each(:status))',
    filter.role === undefined ? 'TRUE' : 'm.role IN (SELECT value FROM json_each(:role))',
  ].join(' AND ');
  const matches = matchesSearch(filter);
  if (filter.groupId !== undefined && isLargeGroup)
    return `FROM memberships m INDEXED BY memberships_by_account WHERE ${within} AND ${among}
        AND m.status IN ('ACTIVE', 'INACTIVE') AND EXISTS (SELECT 1 FROM group_members g
          WHERE g.group_id = :groupId AND g.user_id = m.user_id AND g.ended_at IS NULL) ${matches}`;
  if (filter.groupId !== undefined)
    return `FROM group_members g INDEXED BY group_members_present CROSS JOIN memberships m INDEXED BY memberships_by_user
      ON m.user_id = g.user_id AND m.account_id = :accountId
      WHERE g.group_id = :groupId AND g.ended_at IS NULL AND m.status IN ('ACTIVE', 'INACTIVE')
        AND ${within} AND ${among} ${matches}`;
  if (filter.search !== undefined && isIndexed(filter.search))
    return `FROM people.people_search s CROSS JOIN people.people p ON p.person_number = s.rowid
      CROSS JOIN memberships m INDEXED BY memberships_by_user ON m.user_id = p.user_id
      WHERE s.people_search MATCH :search AND ${within} AND ${among}`;
  if (filter.search !== undefined || (filter.status === undefined && filter.role === undefined))
    return `FROM memberships m INDEXED BY memberships_by_account WHERE ${within} AND ${among} ${matches}`;
  if (filter.role === undefined && isLive(filter.status))
    return `FROM memberships m INDEXED BY memberships_live WHERE ${within} AND m.status IN ('ACTIVE', 'INACTIVE')`;
  return `FROM memberships m WHERE m.join_number IN (${byStatusAndRole(filter, page)})`;
}

/** The statuses of the index memberships_live, no more and no less. */
function isLive(status: readonly string[] | undefined): boolean {
  return status?.length === 2 && status.includes('ACTIVE') && status.includes('INACTIVE');
}

/** The people of a small group are sorted; of a large one enough turn up along the way through the account. */
function isLargeGroup(db: Database.Database, { groupId }: MembershipFilter): boolean {
  if (groupId === undefined) return false;
  const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM group_members INDEXED BY group_members_present
    WHERE group_id = ? AND ended_at IS NULL LIMIT ${LARGE_GROUP})`;
  return prepared<{ n: number }>(db, sql).get(groupId)?.n === LARGE_GROUP;
}

/** Each status and role has its own stretch of the index in the order of joining: take the first of each, then of all. */
function byStatusAndRole({ status, role }: MembershipFilter, page: PageRequest): string {
  const order = orderOf(page);
  const stretches = indexesOf(status ?? allStatuses).flatMap((s) =>
    indexesOf(role ?? allRoles).map(
      (r) => `SELECT n FROM (SELECT f.join_number AS n FROM memberships f INDEXED BY memberships_by_status
        WHERE f.account_id = :accountId AND f.status = :status ->> ${s} AND f.role = :role ->> ${r}
          AND f.join_number > :after AND f.join_number < :before ORDER BY f.join_number ${order} LIMIT :rows)`,
    ),
  );
  if (stretches.length === 0) return 'SELECT NULL WHERE 0';
  return `SELECT n FROM (${stretches.join(' UNION ALL ')}) ORDER BY n ${order} LIMIT :rows`;
}

const indexesOf = (list: readonly unknown[]): number[] => [...list.keys()];

function matchesSearch({ search }: MembershipFilter): string {
  if (search === undefined) return '';
  if (isIndexed(search))
    return `AND m.user_id IN (SELECT p.user_id FROM people.people_search s
      JOIN people.people p ON p.person_number = s.rowid WHERE s.people_search MATCH :search)`;
  return `AND EXISTS (SELECT 1 FROM people.people p WHERE p.user_id = m.user_id
    AND (p.name LIKE :search ESCAPE '\\' OR p.email LIKE :search ESCAPE '\\'))`;
}

function isIndexed(search: string): boolean {
  return [...search].length >= MIN_INDEXED_LENGTH;
}

function parametersOf(
  { accountId, status, role, groupId, search }: MembershipFilter,
  bounds: { after: number; before: number; rows: number },
) {
  // Distinct, and only what there is: the length of the statement must not be the client's choice.
  const known = (chosen: readonly string[] | undefined, all: readonly string[]) =>
    JSON.stringify(chosen ?? all);
  return {
    accountId,
    status: known(status, allStatuses),
    role: known(role, allRoles),
    groupId: groupId ?? null,
    search: search === undefined ? null : isIndexed(search) ? searchTerm(search) : likeTerm(search),
    ...bounds,
  };
}
