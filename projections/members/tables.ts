import type { Table } from '../projection.js';
import { bitemporalColumns, periodIndex } from './period-table.js';
import { processIndexes, processTables } from './process-tables.js';
import { seatIndexes, seatTables } from './seat-tables.js';
import { stayIndexes, stayTables } from './stay-tables.js';
import { analystViews } from './views.js';
import { webhookIndexes, webhookTables } from './webhook-tables.js';

/**
 * Numbers (join_number, group_number …) count rows in log order: they are the order of pages, the narrow key of the
 * period tables, and the same after every rebuild. Times are milliseconds since 1970. Rows of what has ended stay.
 * `marked` is 1 when one of the columns after it says something: most rows of a list need not be read that far.
 */
export const membersTables: readonly Table[] = [
  {
    name: 'installation',
    primaryKey: 'id',
    create: `CREATE TABLE installation ( -- One row: this installation.
  id INTEGER PRIMARY KEY CHECK (id = 1), -- Always 1.
  root_account_id TEXT NOT NULL -- The account whose owners run the installation.
) STRICT`,
  },
  {
    name: 'accounts',
    primaryKey: 'account_number',
    create: `CREATE TABLE accounts ( -- The accounts, as they are now.
  account_number INTEGER PRIMARY KEY, -- Counts accounts in log order; the narrow key of other tables.
  account_id TEXT NOT NULL UNIQUE, -- Stays for ever.
  name TEXT NOT NULL, -- Need not be unique.
  kind TEXT NOT NULL, -- STANDARD, or OPERATOR: its members act on the accounts it operates.
  preset TEXT NOT NULL, -- The preset its rules come from.
  policy TEXT NOT NULL, -- Its rules, JSON.
  policy_version INTEGER NOT NULL, -- From 1; decisions name it.
  opened_at INTEGER NOT NULL, -- ms since 1970, UTC.
  opened_position INTEGER NOT NULL, -- Place in the log of the event that opened it.
  plan_seats INTEGER, -- NULL = no limit.
  add_on_seats INTEGER NOT NULL DEFAULT 0 -- Bought beside the plan.
) STRICT`,
  },
  {
    name: 'account_operators',
    primaryKey: 'account_id, operator_account_id',
    create: `CREATE TABLE account_operators ( -- Which accounts operate which, now.
  account_id TEXT NOT NULL, -- The account operated.
  operator_account_id TEXT NOT NULL, -- The account whose members act on it.
  linked_at INTEGER NOT NULL, -- ms since 1970, UTC.
  PRIMARY KEY (account_id, operator_account_id)
) STRICT, WITHOUT ROWID`,
  },
  {
    name: 'account_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE account_periods ( -- Which rules and seats an account had when.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  account_number INTEGER NOT NULL, -- The row of accounts.
  preset TEXT NOT NULL, -- The preset its policy was made from.
  policy TEXT NOT NULL, -- The policy, JSON.
  policy_version INTEGER NOT NULL, -- From 1.
  plan_seats INTEGER, -- Seats of the plan; NULL = no limit.
  add_on_seats INTEGER NOT NULL, -- Seats bought beside.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    // As many open periods an account as there are accounts that operate it.
    name: 'account_operator_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE account_operator_periods ( -- Who operated an account when.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  account_number INTEGER NOT NULL, -- The row of accounts.
  operator_account_id TEXT NOT NULL, -- The operator account.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'memberships',
    primaryKey: 'join_number',
    create: `CREATE TABLE memberships ( -- A person in an account, as it is now; what has ended stays. After DELETED the person gets another one.
  join_number INTEGER PRIMARY KEY, -- Counts memberships in log order; the narrow key of other tables.
  membership_id TEXT NOT NULL, -- Stays for ever.
  account_id TEXT NOT NULL, -- The account.
  user_id TEXT NOT NULL, -- The person; names are in people.sqlite.
  status TEXT NOT NULL, -- INVITED, INVITATION_EXPIRED, ACTIVE, FROZEN, INACTIVE, REMOVED or DELETED, as recorded.
  ended_by TEXT, -- How it ended: REMOVED, LEFT, DELETED, DECLINED or REVOKED; NULL while it has not.
  kind TEXT NOT NULL, -- STANDARD, SSO, READER or SERVICE.
  role TEXT NOT NULL, -- OWNER, ADMIN, CONTRIBUTOR or REVIEWER; the last one, where it has ended.
  permissions TEXT NOT NULL, -- Granted singly, JSON array.
  joined_at INTEGER NOT NULL, -- When the person came in or was asked in the last time; ms since 1970, UTC.
  joined_revision INTEGER NOT NULL, -- Revision of that event.
  status_since INTEGER NOT NULL, -- When the status began; ms since 1970, UTC.
  status_revision INTEGER NOT NULL, -- Revision of the event that began it.
  ended_at INTEGER, -- ms since 1970, UTC; NULL while it has not ended.
  last_position INTEGER NOT NULL, -- Place in the log of the last event about it.
  marked INTEGER NOT NULL DEFAULT 0, -- 1 = one of the columns after this says something.
  invitation_id TEXT, -- While INVITED or INVITATION_EXPIRED.
  invitation_expires_at INTEGER, -- While INVITED: from then on the link is dead, recorded or not; ms since 1970, UTC.
  until_session_end INTEGER NOT NULL DEFAULT 0, -- 1 = INACTIVE with access until the session ends.
  session_latest INTEGER, -- The latest end of that access; ms since 1970, UTC; NULL = no maximum.
  schedule_id TEXT, -- Of the end that is to come.
  directory TEXT, -- The directory that owns the state.
  attribution TEXT, -- While DELETED: KEEP_NAME, PSEUDONYM or ANONYMOUS.
  can_reinstate INTEGER NOT NULL DEFAULT 0 -- 1 = REMOVED with something to come back to.
) STRICT`,
  },
  {
    name: 'membership_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE membership_periods ( -- What a membership was on two axes of time, every version of what was known. Present knowledge: known_to_position = 9007199254740991.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  join_number INTEGER NOT NULL, -- The membership.
  status TEXT NOT NULL, -- As in memberships.
  ended_by TEXT, -- As in memberships.
  kind TEXT NOT NULL, -- As in memberships.
  role TEXT NOT NULL, -- As in memberships.
  permissions TEXT NOT NULL, -- As in memberships.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    // What few memberships say beside status and role, where it decides access; as it happened, never corrected.
    name: 'membership_mark_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE membership_mark_periods ( -- What few memberships said when, beside status and role.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  join_number INTEGER NOT NULL, -- The row of memberships.
  invitation_expires_at INTEGER, -- While INVITED; ms since 1970, UTC.
  until_session_end INTEGER NOT NULL, -- 1 = access until the session ends.
  session_latest INTEGER, -- The latest end of that; ms since 1970, UTC; NULL = no maximum.
  directory TEXT, -- The directory that owned the member’s state.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'groups',
    primaryKey: 'group_number',
    create: `CREATE TABLE groups ( -- Groups of people, as they are now; deleted ones stay.
  group_number INTEGER PRIMARY KEY, -- Counts groups in log order.
  group_id TEXT NOT NULL, -- Stays for ever.
  account_id TEXT NOT NULL, -- The account.
  name TEXT NOT NULL, -- Unique among the groups that exist in the account.
  parent_id TEXT, -- The group it is nested in; NULL = top level.
  created_at INTEGER NOT NULL, -- ms since 1970, UTC.
  deleted_at INTEGER -- ms since 1970, UTC; NULL = it exists.
) STRICT`,
  },
  {
    name: 'group_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE group_periods ( -- What a group was on two axes of time.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  group_number INTEGER NOT NULL, -- The group.
  name TEXT NOT NULL, -- As in groups.
  parent_id TEXT, -- As in groups.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'group_members',
    primaryKey: 'group_member_number',
    create: `CREATE TABLE group_members ( -- Who is in which group; one row a person and group, for ever.
  group_member_number INTEGER PRIMARY KEY, -- Counts rows in log order.
  group_id TEXT NOT NULL, -- The group.
  user_id TEXT NOT NULL, -- The person.
  account_id TEXT NOT NULL, -- The account.
  role TEXT NOT NULL, -- MAINTAINER or MEMBER.
  added_at INTEGER NOT NULL, -- The last time; ms since 1970, UTC.
  ended_at INTEGER -- ms since 1970, UTC; NULL = in it now.
) STRICT`,
  },
  {
    name: 'group_member_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE group_member_periods ( -- When somebody was in a group, on two axes of time.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  group_member_number INTEGER NOT NULL, -- The person in the group.
  role TEXT NOT NULL, -- As in group_members.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'applications',
    primaryKey: 'application_number',
    create: `CREATE TABLE applications ( -- Applications, as they are now; retired ones stay.
  application_number INTEGER PRIMARY KEY, -- Counts applications in log order.
  application_id TEXT NOT NULL, -- Stays for ever.
  account_id TEXT NOT NULL, -- The account.
  name TEXT NOT NULL, -- Unique among those in use in the account.
  registered_at INTEGER NOT NULL, -- ms since 1970, UTC.
  retired_at INTEGER -- ms since 1970, UTC; NULL = in use.
) STRICT`,
  },
  {
    name: 'responsibilities',
    primaryKey: 'responsibility_number',
    create: `CREATE TABLE responsibilities ( -- Contact duties and who holds them now.
  responsibility_number INTEGER PRIMARY KEY, -- Counts duties in log order.
  account_id TEXT NOT NULL, -- The account.
  kind TEXT NOT NULL, -- APPLICATION_TECHNICAL_CONTACT, ACCOUNT_TECHNICAL_CONTACT or ACCOUNT_ADMINISTRATIVE_CONTACT.
  application_id TEXT, -- Of an application; NULL = of the account.
  user_id TEXT, -- Who holds it; NULL = vacant.
  since INTEGER NOT NULL, -- When the holder, or the vacancy, began; ms since 1970, UTC.
  ended_at INTEGER -- When the application was retired; ms since 1970, UTC; NULL = the duty is there.
) STRICT`,
  },
  {
    name: 'responsibility_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE responsibility_periods ( -- Who held a duty, on two axes of time.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  responsibility_number INTEGER NOT NULL, -- The duty.
  user_id TEXT, -- Who held it; NULL = vacant.
  ${bitemporalColumns}
) STRICT`,
  },
  ...seatTables,
  ...processTables,
  ...webhookTables,
  ...stayTables,
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
  ...webhookIndexes,
  ...stayIndexes,
  ...analystViews,
];
