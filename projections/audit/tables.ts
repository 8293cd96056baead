import type { Table } from '../projection.js';

/** Times are milliseconds since 1970. `hash` is the event's own, from the log: the entry can be checked against it. */
export const auditTables: readonly Table[] = [
  {
    name: 'audit_log',
    primaryKey: 'position',
    create: `CREATE TABLE audit_log (
  position INTEGER PRIMARY KEY,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  stream TEXT NOT NULL,
  revision INTEGER NOT NULL,
  account_id TEXT,
  subject_id TEXT,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  on_behalf_of TEXT,
  operator_account_id TEXT,
  occurred_at INTEGER NOT NULL,
  recorded_at INTEGER NOT NULL,
  reason_code TEXT,
  ticket TEXT,
  command_id TEXT NOT NULL,
  correlation_id TEXT NOT NULL,
  causation_id TEXT,
  policy_version INTEGER NOT NULL,
  hash TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT`,
  },
  {
    // Entries about an account that are not of its own stream (mails): times and positions do not rise together there.
    name: 'foreign_entries',
    primaryKey: 'account_id, occurred_at, position',
    create: `CREATE TABLE foreign_entries (
  account_id TEXT NOT NULL,
  occurred_at INTEGER NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (account_id, occurred_at, position)
) STRICT, WITHOUT ROWID`,
  },
];

/** Every index ends in the position unseen, which is the order of pages. */
export const auditIndexes: readonly string[] = [
  'CREATE INDEX audit_log_by_account ON audit_log (account_id)',
  'CREATE INDEX audit_log_by_type ON audit_log (type)',
  'CREATE INDEX audit_log_by_account_and_type ON audit_log (account_id, type)',
  'CREATE INDEX audit_log_by_subject ON audit_log (subject_id) WHERE subject_id IS NOT NULL',
  'CREATE INDEX audit_log_by_actor ON audit_log (actor_id)',
  'CREATE INDEX audit_log_by_correlation ON audit_log (correlation_id)',
  'CREATE UNIQUE INDEX audit_log_by_event ON audit_log (event_id)',
  'CREATE INDEX audit_log_by_ticket ON audit_log (ticket) WHERE ticket IS NOT NULL',
  'CREATE INDEX audit_log_by_reason ON audit_log (reason_code) WHERE reason_code IS NOT NULL',
];
