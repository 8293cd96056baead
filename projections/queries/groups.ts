import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

export interface GroupRow {
  readonly number: number;
  readonly groupId: string;
  readonly accountId: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly createdAt: number;
  /** Null while the group exists. */
  readonly deletedAt: number | null;
}

export interface GroupMemberRow {
  readonly number: number;
  readonly groupId: string;
  readonly userId: string;
  readonly accountId: string;
  readonly role: string;
  readonly addedAt: number;
}

const GROUP = `g.group_number AS number, g.group_id AS groupId, g.account_id AS accountId, g.created_at AS createdAt,
  g.deleted_at AS deletedAt`;
const MEMBER = `g.group_member_number AS number, g.group_id AS groupId, g.user_id AS userId,
  g.account_id AS accountId`;
const GROUP_PERIOD = `CROSS JOIN group_periods p
  ON p.period_id = ${periodIdAt('group_periods', 'group_number', 'g.group_number')}`;
const MEMBER_PERIOD = `CROSS JOIN group_member_periods p
  ON p.period_id = ${periodIdAt('group_member_periods', 'group_member_number', 'g.group_member_number')}`;

/** Also one that was deleted; with `asOf` only one that existed then. */
export function groupById(db: Database.Database, groupId: string, asOf?: AsOf): GroupRow | null {
  const sql =
    asOf === undefined
      ? `SELECT ${GROUP}, g.name, g.parent_id AS parentId FROM groups g WHERE g.group_id = :groupId`
      : `SELECT ${GROUP}, p.name, p.parent_id AS parentId FROM groups g ${GROUP_PERIOD}
         WHERE g.group_id = :groupId`;
  return prepared<GroupRow>(db, sql).get({ groupId, ...momentIn(asOf) }) ?? null;
}

/** The account's groups in the order of creation; without `asOf` those that exist. */
export function groupsPage(
  db: Database.Database,
  { accountId, asOf }: { accountId: string; asOf?: AsOf },
  page: PageRequest,
): Page<GroupRow> {
  const tail = `g.account_id = :accountId AND g.group_number > :after AND g.group_number < :before
    ORDER BY g.group_number ${orderOf(page)} LIMIT :rows`;
  const sql =
    asOf === undefined
      ? `SELECT ${GROUP}, g.name, g.parent_id AS parentId FROM groups g INDEXED BY groups_existing
         WHERE g.deleted_at IS NULL AND ${tail}`
      : `SELECT ${GROUP}, p.name, p.parent_id AS parentId FROM groups g INDEXED BY groups_by_account ${GROUP_PERIOD}
         WHERE ${tail}`;
  return pageOf(prepared<GroupRow>(db, sql).all({ accountId, ...momentIn(asOf), ...boundsOf(page) }), page);
}

/** The group's people in the order of their first joining it. */
export function groupMembersPage(
  db: Database.Database,
  { groupId, asOf }: { groupId: string; asOf?: AsOf },
  page: PageRequest,
): Page<GroupMemberRow> {
  const tail = `g.group_id = :groupId AND g.group_member_number > :after AND g.group_member_number < :before
    ORDER BY g.group_member_number ${orderOf(page)} LIMIT :rows`;
  const sql =
    asOf === undefined
      ? `SELECT ${MEMBER}, g.role, g.added_at AS addedAt FROM group_members g INDEXED BY group_members_present
         WHERE g.ended_at IS NULL AND ${tail}`
      : `SELECT ${MEMBER}, p.role, p.valid_from AS addedAt FROM group_members g INDEXED BY group_members_ever
         ${MEMBER_PERIOD} WHERE ${tail}`;
  return pageOf(
    prepared<GroupMemberRow>(db, sql).all({ groupId, ...momentIn(asOf), ...boundsOf(page) }),
    page,
  );
}

export function groupMembersCount(db: Database.Database, groupId: string, asOf?: AsOf): number {
  const sql =
    asOf === undefined
      ? `SELECT count(*) AS n FROM group_members g INDEXED BY group_members_present
         WHERE g.group_id = :groupId AND g.ended_at IS NULL`
      : `SELECT count(*) AS n FROM group_members g INDEXED BY group_members_ever ${MEMBER_PERIOD}
         WHERE g.group_id = :groupId`;
  return prepared<{ n: number }>(db, sql).get({ groupId, ...momentIn(asOf) })?.n ?? 0;
}

export function groupsCount(db: Database.Database, accountId: string, asOf?: AsOf): number {
  const sql =
    asOf === undefined
      ? `SELECT count(*) AS n FROM groups g INDEXED BY groups_existing
         WHERE g.account_id = :accountId AND g.deleted_at IS NULL`
      : `SELECT count(*) AS n FROM groups g INDEXED BY groups_by_account ${GROUP_PERIOD}
         WHERE g.account_id = :accountId`;
  return prepared<{ n: number }>(db, sql).get({ accountId, ...momentIn(asOf) })?.n ?? 0;
}

const momentIn = (asOf: AsOf | undefined) => (asOf === undefined ? {} : momentOf(asOf));

export interface UserGroupRow extends GroupMemberRow {
  /** The group's. */
  readonly name: string;
  readonly parentId: string | null;
}

/** The groups one person is in, within one account; with `asOf` under the names they had. */
export function groupsOfUser(
  db: Database.Database,
  { accountId, userId, asOf }: { accountId: string; userId: string; asOf?: AsOf },
): UserGroupRow[] {
  const theirs = 'g.user_id = :userId AND g.account_id = :accountId';
  const from = 'group_members g INDEXED BY group_members_by_user';
  const sql =
    asOf === undefined
      ? `SELECT ${MEMBER}, g.role, g.added_at AS addedAt, n.name, n.parent_id AS parentId
         FROM ${from} JOIN groups n ON n.group_id = g.group_id
         WHERE ${theirs} AND g.ended_at IS NULL ORDER BY g.group_member_number`
      : `SELECT ${MEMBER}, p.role, p.valid_from AS addedAt, np.name, np.parent_id AS parentId
         FROM ${from} ${MEMBER_PERIOD} CROSS JOIN groups n ON n.group_id = g.group_id
         CROSS JOIN group_periods np ON np.period_id = ${periodIdAt('group_periods', 'group_number', 'n.group_number')}
         WHERE ${theirs} ORDER BY g.group_member_number`;
  return prepared<UserGroupRow>(db, sql).all({ accountId, userId, ...momentIn(asOf) });
}
