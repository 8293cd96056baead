import type { Table } from '../projection.js';
import { bitemporalColumns, periodIndex } from './period-table.js';

/** What was ordered and is still to be done, and what became of it: scheduled ends, bulk operations, mails. */
export const processTables: readonly Table[] = [
  {
    name: 'scheduled_ends',
    primaryKey: 'schedule_number',
    create: `CREATE TABLE scheduled_ends (
  schedule_number INTEGER PRIMARY KEY,
  schedule_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  membership_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  at INTEGER NOT NULL,
  successor_id TEXT,
  ordered_by TEXT NOT NULL,
  ordered_at INTEGER NOT NULL,
  order_event_id TEXT NOT NULL,
  status TEXT NOT NULL,
  code TEXT,
  ended_at INTEGER
) STRICT`,
  },
  {
    name: 'scheduled_end_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE scheduled_end_periods (
  period_id INTEGER PRIMARY KEY,
  schedule_number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  status TEXT NOT NULL,
  code TEXT,
  ended_at INTEGER,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    name: 'bulk_operations',
    primaryKey: 'bulk_operation_number',
    create: `CREATE TABLE bulk_operations (
  bulk_operation_number INTEGER PRIMARY KEY,
  bulk_operation_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  error_policy TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  undoes TEXT,
  requested INTEGER NOT NULL,
  status TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  finished_at INTEGER,
  started_position INTEGER NOT NULL,
  applied INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  rejected INTEGER NOT NULL,
  not_attempted INTEGER NOT NULL
) STRICT`,
  },
  {
    name: 'bulk_items',
    primaryKey: 'item_number',
    create: `CREATE TABLE bulk_items (
  item_number INTEGER PRIMARY KEY,
  bulk_operation_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  operation TEXT NOT NULL,
  leads_account INTEGER NOT NULL,
  outcome TEXT,
  code TEXT
) STRICT`,
  },
  {
    name: 'mails',
    primaryKey: 'mail_number',
    create: `CREATE TABLE mails (
  mail_number INTEGER PRIMARY KEY,
  cause_event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  account_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  status TEXT NOT NULL,
  reason TEXT,
  code TEXT,
  attempts INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  next_attempt_at INTEGER,
  ended_at INTEGER,
  cause_position INTEGER NOT NULL
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
];
