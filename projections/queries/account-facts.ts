import type Database from 'better-sqlite3';
import { OPEN_TIME } from '../members/period-table.js';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
import { prepared } from './prepared.js';

/** What is said of one thing of an account, by the name of the thing: for comparing with what the log says. */
export type AccountFacts = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** As known after the event of a position, or at a moment of both axes. */
export type FactsMoment = { readonly position: number } | AsOf;

export const factNames = {
  account: 'account',
  membership: (userId: string) => `membership ${userId}`,
  group: (groupId: string) => `group ${groupId}`,
  groupMember: (groupId: string, userId: string) => `group ${groupId} member ${userId}`,
  duty: (kind: string, applicationId: string | null) =>
    applicationId === null ? `duty ${kind}` : `duty ${kind}:${applicationId}`,
  application: (applicationId: string) => `application ${applicationId}`,
} as const;

/** Who was what at a moment; reads the periods of the whole account. Vacant duties are left out. */
export function accountFactsAt(db: Database.Database, accountId: string, moment: FactsMoment): AccountFacts {
  const holds = 'position' in moment ? periodIdKnownAt : periodIdAt;
  const parameters = { accountId, ...('position' in moment ? moment : momentOf(moment)) };
  const facts = new Map<string, Readonly<Record<string, unknown>>>();
  const memberships = prepared<MembershipFacts>(
    db,
    `SELECT m.user_id AS userId, m.membership_id AS membershipId, p.status, p.kind, p.role, p.permissions
     FROM memberships m INDEXED BY memberships_by_account
     CROSS JOIN membership_periods p ON p.period_id = ${holds('membership_periods', 'join_number', 'm.join_number')}
     WHERE m.account_id = :accountId ORDER BY m.join_number`,
  ).all(parameters);
  // Of a person who was deleted and came again, the membership that began last.
  for (const { userId, permissions, ...said } of memberships)
    facts.set(factNames.membership(userId), { ...said, permissions: JSON.parse(permissions) });
  const groups = prepared<{ groupId: string; name: string; parentId: string | null }>(
    db,
    `SELECT g.group_id AS groupId, p.name, p.parent_id AS parentId FROM groups g INDEXED BY groups_by_account
     CROSS JOIN group_periods p ON p.period_id = ${holds('group_periods', 'group_number', 'g.group_number')}
     WHERE g.account_id = :accountId`,
  ).all(parameters);
  for (const { groupId, ...said } of groups) facts.set(factNames.group(groupId), said);
  const members = prepared<{ groupId: string; userId: string; role: string }>(
    db,
    `SELECT m.group_id AS groupId, m.user_id AS userId, p.role FROM groups g INDEXED BY groups_by_account
     CROSS JOIN group_members m INDEXED BY group_members_by_group ON m.group_id = g.group_id
     CROSS JOIN group_member_periods p
       ON p.period_id = ${holds('group_member_periods', 'group_member_number', 'm.group_member_number')}
     WHERE g.account_id = :accountId`,
  ).all(parameters);
  for (const { groupId, userId, role } of members)
    facts.set(factNames.groupMember(groupId, userId), { role });
  const duties = prepared<{ kind: string; applicationId: string | null; userId: string | null }>(
    db,
    `SELECT r.kind, r.application_id AS applicationId, p.user_id AS userId
     FROM responsibilities r INDEXED BY responsibilities_by_account
     CROSS JOIN responsibility_periods p
       ON p.period_id = ${holds('responsibility_periods', 'responsibility_number', 'r.responsibility_number')}
     WHERE r.account_id = :accountId AND p.user_id IS NOT NULL`,
  ).all(parameters);
  for (const { kind, applicationId, userId } of duties)
    facts.set(factNames.duty(kind, applicationId), { userId });
  return facts;
}

interface MembershipFacts {
  readonly userId: string;
  readonly membershipId: string;
  readonly status: string;
  readonly kind: string;
  readonly role: string;
  readonly permissions: string;
}

/** SQL for the id of the period without an end that was known after :position. */
const periodIdKnownAt = (table: string, ownerColumn: string, owner: string): string =>
  `(SELECT q.period_id FROM ${table} q INDEXED BY ${table}_by_owner
    WHERE q.${ownerColumn} = ${owner} AND q.valid_to = ${OPEN_TIME}
      AND q.known_from_position <= :position AND q.known_to_position > :position LIMIT 1)`;

/** What the read model says now, in the tables that lists are read from; an invitation is as recorded, not as of now. */
export function presentAccountFacts(db: Database.Database, accountId: string): AccountFacts {
  const facts = new Map<string, Readonly<Record<string, unknown>>>();
  const parameters = { accountId };
  const account = prepared<Record<string, string | number | null>>(
    db,
    `SELECT name, kind, preset, policy, policy_version AS policyVersion, plan_seats AS planSeats,
       add_on_seats AS addOnSeats,
       (SELECT json_group_array(operator_account_id) FROM (SELECT operator_account_id FROM account_operators
        WHERE account_id = :accountId ORDER BY operator_account_id)) AS operators,
       (SELECT count(*) FROM seat_ledger INDEXED BY seat_ledger_by_account
        WHERE account_id = :accountId AND to_position IS NULL AND hold = 'IN_USE') AS seatsInUse
     FROM accounts WHERE account_id = :accountId`,
  ).get(parameters);
  if (account !== undefined)
    facts.set(factNames.account, {
      ...account,
      policy: JSON.parse(`${account.policy}`),
      operators: JSON.parse(`${account.operators}`),
    });
  const memberships = prepared<{ userId: string; permissions: string; untilSessionEnd: number }>(
    db,
    `SELECT m.user_id AS userId, m.membership_id AS membershipId, m.status, m.kind, m.role, m.permissions,
       m.status_since AS statusSince, m.status_revision AS statusRevision, m.directory, m.schedule_id AS scheduleId,
       m.until_session_end AS untilSessionEnd, m.session_latest AS sessionLatest,
       m.invitation_expires_at AS invitationExpiresAt
     FROM memberships m INDEXED BY memberships_by_account
     WHERE m.account_id = :accountId ORDER BY m.join_number`,
  ).all(parameters);
  for (const { userId, permissions, untilSessionEnd, ...said } of memberships)
    facts.set(factNames.membership(userId), {
      ...said,
      permissions: JSON.parse(permissions),
      untilSessionEnd: untilSessionEnd === 1,
    });
  const groups = prepared<{ groupId: string; name: string; parentId: string | null }>(
    db,
    `SELECT group_id AS groupId, name, parent_id AS parentId FROM groups INDEXED BY groups_existing
     WHERE account_id = :accountId AND deleted_at IS NULL`,
  ).all(parameters);
  for (const { groupId, ...said } of groups) facts.set(factNames.group(groupId), said);
  const members = prepared<{ groupId: string; userId: string; role: string }>(
    db,
    `SELECT m.group_id AS groupId, m.user_id AS userId, m.role FROM groups g INDEXED BY groups_existing
     CROSS JOIN group_members m INDEXED BY group_members_present ON m.group_id = g.group_id
     WHERE g.account_id = :accountId AND g.deleted_at IS NULL AND m.ended_at IS NULL`,
  ).all(parameters);
  for (const { groupId, userId, role } of members)
    facts.set(factNames.groupMember(groupId, userId), { role });
  const applications = prepared<{ applicationId: string; name: string }>(
    db,
    `SELECT application_id AS applicationId, name FROM applications INDEXED BY applications_by_account
     WHERE account_id = :accountId AND retired_at IS NULL`,
  ).all(parameters);
  for (const { applicationId, name } of applications)
    facts.set(factNames.application(applicationId), { name });
  const duties = prepared<{ kind: string; applicationId: string | null; userId: string }>(
    db,
    `SELECT kind, application_id AS applicationId, user_id AS userId
     FROM responsibilities INDEXED BY responsibilities_by_account
     WHERE account_id = :accountId AND ended_at IS NULL AND user_id IS NOT NULL`,
  ).all(parameters);
  for (const { kind, applicationId, userId } of duties)
    facts.set(factNames.duty(kind, applicationId), { userId });
  return facts;
}
