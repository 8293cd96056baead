import type { Table } from '../projection.js';
import { bitemporalColumns, periodIndex } from './period-table.js';

/** What was ordered and is still to be done, and what became of it: scheduled ends, bulk operations, mails. */
export const processTables: readonly Table[] = [
  {
    name: 'scheduled_ends',
    primaryKey: 'schedule_number',
    create: `CREATE TABLE scheduled_ends ( -- Orders to end a membership at a time, and what became of them.
  schedule_number INTEGER PRIMARY KEY, -- Counts orders in log order.
  schedule_id TEXT NOT NULL, -- Stays for ever.
  account_id TEXT NOT NULL, -- The account.
  user_id TEXT NOT NULL, -- The person.
  membership_id TEXT NOT NULL, -- The membership.
  operation TEXT NOT NULL, -- REMOVE, DEACTIVATE or DELETE.
  at INTEGER NOT NULL, -- When it is to be done; ms since 1970, UTC.
  successor_id TEXT, -- Who takes over the duties; NULL = nobody was named.
  ordered_by TEXT NOT NULL, -- Id of the actor.
  ordered_at INTEGER NOT NULL, -- ms since 1970, UTC.
  order_event_id TEXT NOT NULL, -- The event of the order.
  status TEXT NOT NULL, -- SCHEDULED, CANCELLED, APPLIED, UNCHANGED, REFUSED or ENDED_EARLIER.
  code TEXT, -- Why, when REFUSED.
  ended_at INTEGER, -- When it was settled; ms since 1970, UTC.
  ended_revision INTEGER -- Revision of the event that ended the membership while the order stood.
) STRICT`,
  },
  {
    name: 'scheduled_end_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE scheduled_end_periods ( -- What was ordered when, of which end of a membership.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  schedule_number INTEGER NOT NULL, -- The row of scheduled_ends.
  at INTEGER NOT NULL, -- When it was to happen; ms since 1970, UTC.
  status TEXT NOT NULL, -- As in scheduled_ends.
  code TEXT, -- Why, when REFUSED.
  ended_at INTEGER, -- When it was settled; ms since 1970, UTC; NULL = not yet.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'bulk_operations',
    primaryKey: 'bulk_operation_number',
    create: `CREATE TABLE bulk_operations ( -- Bulk operations.
  bulk_operation_number INTEGER PRIMARY KEY, -- Counts operations in log order.
  bulk_operation_id TEXT NOT NULL, -- Stays for ever.
  operation TEXT NOT NULL, -- What was asked for.
  error_policy TEXT NOT NULL, -- What happens to the rest when some are refused.
  actor_id TEXT NOT NULL, -- Who ordered it.
  undoes TEXT, -- The operation it takes back.
  requested INTEGER NOT NULL, -- People named.
  status TEXT NOT NULL, -- RUNNING or FINISHED.
  started_at INTEGER NOT NULL, -- ms since 1970, UTC.
  finished_at INTEGER, -- ms since 1970, UTC; NULL = running.
  started_position INTEGER NOT NULL, -- Place in the log.
  applied INTEGER NOT NULL, -- People for whom it was done.
  unchanged INTEGER NOT NULL, -- People for whom it was so already.
  rejected INTEGER NOT NULL, -- People for whom it was refused.
  not_attempted INTEGER NOT NULL -- People for whom it was not tried.
) STRICT`,
  },
  {
    name: 'bulk_items',
    primaryKey: 'item_number',
    create: `CREATE TABLE bulk_items ( -- The people of a bulk operation.
  item_number INTEGER PRIMARY KEY, -- Counts rows in log order.
  bulk_operation_id TEXT NOT NULL, -- The operation.
  account_id TEXT NOT NULL, -- The account.
  user_id TEXT NOT NULL, -- The person.
  operation TEXT NOT NULL, -- What was asked for.
  leads_account INTEGER NOT NULL, -- 1 = the first of its account in the operation.
  outcome TEXT, -- APPLIED, UNCHANGED, REJECTED or NOT_ATTEMPTED; NULL = not decided yet.
  code TEXT -- Why, when REJECTED, or UNCHANGED because it does not apply.
) STRICT`,
  },
  {
    name: 'mails',
    primaryKey: 'mail_number',
    create: `CREATE TABLE mails ( -- Mail that events asked for, and what became of it; at most one an event.
  mail_number INTEGER PRIMARY KEY, -- Counts mails in log order.
  cause_event_id TEXT NOT NULL, -- The event.
  kind TEXT NOT NULL, -- REMOVAL, INVITATION or NOTIFICATION.
  account_id TEXT NOT NULL, -- The account.
  user_id TEXT NOT NULL, -- To whom.
  status TEXT NOT NULL, -- DUE, REQUESTED, SENT, SUPPRESSED or FAILED.
  reason TEXT, -- Why, when SUPPRESSED.
  code TEXT, -- What the mail server said last.
  attempts INTEGER NOT NULL, -- How often it was tried.
  due_at INTEGER NOT NULL, -- ms since 1970, UTC.
  next_attempt_at INTEGER, -- ms since 1970, UTC.
  ended_at INTEGER, -- When it was settled; ms since 1970, UTC.
  cause_position INTEGER NOT NULL -- Place in the log of the event.
) STRICT`,
  },
  {
    name: 'erasures',
    primaryKey: 'erasure_number',
    create: `CREATE TABLE erasures ( -- People who are to be erased, or have been.
  erasure_number INTEGER PRIMARY KEY, -- Counts rows in log order.
  user_id TEXT NOT NULL, -- The person.
  status TEXT NOT NULL, -- REQUESTED or ERASED.
  requested_at INTEGER NOT NULL, -- When it was decided; ms since 1970, UTC.
  requested_by TEXT NOT NULL, -- Who asked for it: a user id.
  erased_at INTEGER, -- When everything was gone; ms since 1970, UTC; NULL = not yet.
  receipt TEXT -- What was destroyed, JSON; NULL = not yet.
) STRICT`,
  },
  {
    name: 'legal_holds',
    primaryKey: 'hold_number',
    create: `CREATE TABLE legal_holds ( -- Why somebody must not be erased.
  hold_number INTEGER PRIMARY KEY, -- Counts rows in log order.
  hold_id TEXT NOT NULL, -- The hold.
  user_id TEXT NOT NULL, -- The person.
  placed_at INTEGER NOT NULL, -- When it was placed; ms since 1970, UTC.
  placed_by TEXT NOT NULL, -- Who placed it: a user id.
  reason_code TEXT, -- As the caller gave it.
  ticket TEXT, -- Reference in another system.
  released_at INTEGER -- When it was lifted; ms since 1970, UTC; NULL = it stands.
) STRICT`,
  },
];

export const processIndexes: readonly string[] = [
  'CREATE UNIQUE INDEX scheduled_ends_by_id ON scheduled_ends (schedule_id)',
  'CREATE INDEX scheduled_ends_by_account ON scheduled_ends (account_id)',
  'CREATE INDEX scheduled_ends_by_user ON scheduled_ends (user_id, account_id)',
  "CREATE INDEX scheduled_ends_to_come ON scheduled_ends (at) WHERE status = 'SCHEDULED'",
  periodIndex('scheduled_end_periods', 'schedule_number'),
  'CREATE UNIQUE INDEX bulk_operations_by_id ON bulk_operations (bulk_operation_id)',
  "CREATE INDEX bulk_operations_running ON bulk_operations (status) WHERE status = 'RUNNING'",
  'CREATE UNIQUE INDEX bulk_items_by_user ON bulk_items (bulk_operation_id, account_id, user_id)',
  'CREATE INDEX bulk_operations_by_undone ON bulk_operations (undoes) WHERE undoes IS NOT NULL',
  // One row an operation, however many of the account's people it names.
  'CREATE INDEX bulk_items_by_account ON bulk_items (account_id) WHERE leads_account = 1',
  'CREATE INDEX bulk_items_by_operation ON bulk_items (bulk_operation_id)',
  'CREATE UNIQUE INDEX mails_by_cause ON mails (cause_event_id)',
  'CREATE INDEX mails_by_account ON mails (account_id)',
  'CREATE INDEX mails_by_status ON mails (account_id, status)',
  'CREATE INDEX mails_by_user ON mails (user_id, account_id)',
  // In the order they are to be sent: what was never tried, then by the time of the next attempt.
  "CREATE INDEX mails_to_send ON mails (ifnull(next_attempt_at, 0)) WHERE status IN ('DUE', 'REQUESTED')",
  'CREATE UNIQUE INDEX erasures_by_user ON erasures (user_id)',
  "CREATE INDEX erasures_to_do ON erasures (status) WHERE status = 'REQUESTED'",
  'CREATE UNIQUE INDEX legal_holds_by_id ON legal_holds (hold_id)',
  'CREATE INDEX legal_holds_by_user ON legal_holds (user_id)',
];
