import type { Table } from '../projection.js';
import { bitemporalColumns, periodIndex } from './period-table.js';
import { processIndexes, processTables } from './process-tables.js';
import { seatIndexes, seatTables } from './seat-tables.js';

/**
 * Numbers (join_number, group_number …) count rows in log order: they are the order of pages, the narrow key of the
 * period tables, and the same after every rebuild. Times are milliseconds since 1970. Rows of what has ended stay.
 * `marked` is 1 when one of the columns after it says something: most rows of a list need not be read that far.
 */
export const membersTables: readonly Table[] = [
  {
    name: 'installation',
    primaryKey: 'id',
    create: `CREATE TABLE installation (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  root_account_id TEXT NOT NULL
) STRICT`,
  },
  {
    name: 'accounts',
    primaryKey: 'account_number',
    create: `CREATE TABLE accounts (
  account_number INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  preset TEXT NOT NULL,
  policy TEXT NOT NULL,
  policy_version INTEGER NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_position INTEGER NOT NULL,
  plan_seats INTEGER,
  add_on_seats INTEGER NOT NULL DEFAULT 0
) STRICT`,
  },
  {
    name: 'account_operators',
    primaryKey: 'account_id, operator_account_id',
    create: `CREATE TABLE account_operators (
  account_id TEXT NOT NULL,
  operator_account_id TEXT NOT NULL,
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (account_id, operator_account_id)
) STRICT, WITHOUT ROWID`,
  },
  {
    name: 'account_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE account_periods (
  period_id INTEGER PRIMARY KEY,
  account_number INTEGER NOT NULL,
  preset TEXT NOT NULL,
  policy TEXT NOT NULL,
  policy_version INTEGER NOT NULL,
  plan_seats INTEGER,
  add_on_seats INTEGER NOT NULL,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    // As many open periods an account as there are accounts that operate it.
    name: 'account_operator_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE account_operator_periods (
  period_id INTEGER PRIMARY KEY,
  account_number INTEGER NOT NULL,
  operator_account_id TEXT NOT NULL,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'memberships',
    primaryKey: 'join_number',
    create: `CREATE TABLE memberships (
  join_number INTEGER PRIMARY KEY,
  membership_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  status TEXT NOT NULL,
  ended_by TEXT,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  permissions TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  joined_revision INTEGER NOT NULL,
  status_since INTEGER NOT NULL,
  status_revision INTEGER NOT NULL,
  ended_at INTEGER,
  last_position INTEGER NOT NULL,
  marked INTEGER NOT NULL DEFAULT 0,
  invitation_id TEXT,
  invitation_expires_at INTEGER,
  until_session_end INTEGER NOT NULL DEFAULT 0,
  session_latest INTEGER,
  schedule_id TEXT,
  directory TEXT,
  attribution TEXT,
  can_reinstate INTEGER NOT NULL DEFAULT 0
) STRICT`,
  },
  {
    name: 'membership_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE membership_periods (
  period_id INTEGER PRIMARY KEY,
  join_number INTEGER NOT NULL,
  status TEXT NOT NULL,
  ended_by TEXT,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  permissions TEXT NOT NULL,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    // What few memberships say beside status and role, where it decides access; as it happened, never corrected.
    name: 'membership_mark_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE membership_mark_periods (
  period_id INTEGER PRIMARY KEY,
  join_number INTEGER NOT NULL,
  invitation_expires_at INTEGER,
  until_session_end INTEGER NOT NULL,
  session_latest INTEGER,
  directory TEXT,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'groups',
    primaryKey: 'group_number',
    create: `CREATE TABLE groups (
  group_number INTEGER PRIMARY KEY,
  group_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  parent_id TEXT,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT`,
  },
  {
    name: 'group_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE group_periods (
  period_id INTEGER PRIMARY KEY,
  group_number INTEGER NOT NULL,
  name TEXT NOT NULL,
  parent_id TEXT,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'group_members',
    primaryKey: 'group_member_number',
    create: `CREATE TABLE group_members (
  group_member_number INTEGER PRIMARY KEY,
  group_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  role TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT`,
  },
  {
    name: 'group_member_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE group_member_periods (
  period_id INTEGER PRIMARY KEY,
  group_member_number INTEGER NOT NULL,
  role TEXT NOT NULL,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'applications',
    primaryKey: 'application_number',
    create: `CREATE TABLE applications (
  application_number INTEGER PRIMARY KEY,
  application_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  name TEXT NOT NULL,
  registered_at INTEGER NOT NULL,
  retired_at INTEGER
) STRICT`,
  },
  {
    name: 'responsibilities',
    primaryKey: 'responsibility_number',
    create: `CREATE TABLE responsibilities (
  responsibility_number INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  application_id TEXT,
  user_id TEXT,
  since INTEGER NOT NULL,
  ended_at INTEGER
) STRICT`,
  },
  {
    name: 'responsibility_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE responsibility_periods (
  period_id INTEGER PRIMARY KEY,
  responsibility_number INTEGER NOT NULL,
  user_id TEXT,
  ${bitemporalColumns}
) STRICT`,
  },
  ...seatTables,
  ...processTables,
];

/** Every index ends in the row's number unseen, which is the order of pages. */
export const membersIndexes: readonly string[] = [
  'CREATE INDEX account_operators_by_operator ON account_operators (operator_account_id)',
  'CREATE UNIQUE INDEX memberships_by_id ON memberships (membership_id)',
  'CREATE INDEX memberships_by_account ON memberships (account_id)',
  // What a list of people shows unless it is asked for those who left.
  "CREATE INDEX memberships_live ON memberships (account_id) WHERE status NOT IN ('REMOVED', 'DELETED')",
  'CREATE INDEX memberships_by_status ON memberships (account_id, status, role)',
  'CREATE INDEX memberships_by_user ON memberships (user_id, account_id)',
  "CREATE INDEX memberships_by_kind ON memberships (account_id, kind) WHERE kind <> 'STANDARD'",
  // Few rows each: what time alone will change, and where access outlasts a deactivation.
  'CREATE INDEX memberships_expiring ON memberships (invitation_expires_at) WHERE invitation_expires_at IS NOT NULL',
  'CREATE INDEX memberships_session_ending ON memberships (session_latest) WHERE session_latest IS NOT NULL',
  'CREATE INDEX memberships_lingering ON memberships (account_id) WHERE until_session_end = 1',
  // Deleted under a policy that takes the name away.
  "CREATE INDEX memberships_nameless ON memberships (user_id) WHERE attribution IN ('PSEUDONYM', 'ANONYMOUS')",
  // Asked in and perhaps never come.
  `CREATE INDEX memberships_asked ON memberships (user_id)
    WHERE (status IN ('INVITED', 'INVITATION_EXPIRED') OR (status IN ('REMOVED', 'DELETED') AND can_reinstate = 0))`,
  'CREATE UNIQUE INDEX groups_by_id ON groups (group_id)',
  'CREATE INDEX groups_by_account ON groups (account_id)',
  'CREATE INDEX groups_existing ON groups (account_id) WHERE deleted_at IS NULL',
  'CREATE UNIQUE INDEX group_members_by_group ON group_members (group_id, user_id)',
  'CREATE INDEX group_members_ever ON group_members (group_id)',
  'CREATE INDEX group_members_present ON group_members (group_id) WHERE ended_at IS NULL',
  'CREATE INDEX group_members_by_user ON group_members (user_id, account_id)',
  'CREATE UNIQUE INDEX applications_by_id ON applications (application_id)',
  'CREATE INDEX applications_by_account ON applications (account_id)',
  'CREATE INDEX responsibilities_by_account ON responsibilities (account_id, kind, application_id)',
  'CREATE INDEX responsibilities_by_user ON responsibilities (user_id, account_id) WHERE user_id IS NOT NULL',
  periodIndex('account_periods', 'account_number'),
  periodIndex('account_operator_periods', 'account_number'),
  periodIndex('membership_periods', 'join_number'),
  periodIndex('membership_mark_periods', 'join_number'),
  periodIndex('group_periods', 'group_number'),
  periodIndex('group_member_periods', 'group_member_number'),
  periodIndex('responsibility_periods', 'responsibility_number'),
  ...seatIndexes,
  ...processIndexes,
];
