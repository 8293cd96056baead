import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
import { prepared } from './prepared.js';

/** Who was what in one account at a moment; everything sorted by code point. */
export interface AccountAsOf {
  /** User ids of those who were in, with or without access, by role. */
  readonly people: Readonly<Record<string, readonly string[]>>;
  readonly groups: readonly GroupAsOf[];
}

export interface GroupAsOf {
  readonly groupId: string;
  readonly name: string;
  readonly parentId: string | null;
  readonly parentName: string | null;
  readonly maintainers: readonly string[];
  readonly members: readonly string[];
}

/** The whole state of one account; for comparisons, not for pages. */
export function accountAsOf(db: Database.Database, accountId: string, asOf: AsOf): AccountAsOf {
  const parameters = { accountId, ...momentOf(asOf) };
  const people: Record<string, string[]> = {};
  for (const { role, userId } of prepared<{ role: string; userId: string }>(db, PEOPLE).all(parameters)) {
    people[role] ??= [];
    people[role].push(userId);
  }
  const groups = prepared<{ groupId: string; name: string; parentId: string | null }>(db, GROUPS).all(
    parameters,
  );
  const membersOf = new Map(
    groups.map((group) => [group.groupId, { maintainers: [] as string[], members: [] as string[] }]),
  );
  const members = prepared<{ groupId: string; userId: string; role: string }>(db, MEMBERS).all(parameters);
  for (const { groupId, userId, role } of members)
    membersOf.get(groupId)?.[role === 'MAINTAINER' ? 'maintainers' : 'members'].push(userId);
  const nameOf = new Map(groups.map((group) => [group.groupId, group.name]));
  return {
    people,
    groups: groups.map((group) => ({
      ...group,
      parentName: group.parentId === null ? null : (nameOf.get(group.parentId) ?? null),
      maintainers: membersOf.get(group.groupId)?.maintainers ?? [],
      members: membersOf.get(group.groupId)?.members ?? [],
    })),
  };
}

const PEOPLE = `SELECT p.role, m.user_id AS userId FROM memberships m INDEXED BY memberships_by_account
  CROSS JOIN membership_periods p
    ON p.period_id = ${periodIdAt('membership_periods', 'join_number', 'm.join_number')}
  WHERE m.account_id = :accountId AND p.status IN ('ACTIVE', 'FROZEN', 'INACTIVE') ORDER BY p.role, m.user_id`;

const GROUPS = `SELECT g.group_id AS groupId, p.name, p.parent_id AS parentId
  FROM groups g INDEXED BY groups_by_account
  CROSS JOIN group_periods p ON p.period_id = ${periodIdAt('group_periods', 'group_number', 'g.group_number')}
  WHERE g.account_id = :accountId ORDER BY p.name, g.group_id`;

const MEMBERS = `SELECT m.group_id AS groupId, m.user_id AS userId, p.role
  FROM groups g INDEXED BY groups_by_account
  CROSS JOIN group_members m INDEXED BY group_members_by_group ON m.group_id = g.group_id
  CROSS JOIN group_member_periods p
    ON p.period_id = ${periodIdAt('group_member_periods', 'group_member_number', 'm.group_member_number')}
  WHERE g.account_id = :accountId ORDER BY m.user_id`;
