import type { Table } from '../projection.js';

/** Times are milliseconds since 1970. `hash` is the event's own, from the log: the entry can be checked against it. */
export const auditTables: readonly Table[] = [
  {
    name: 'audit_log',
    primaryKey: 'position',
    create: `CREATE TABLE audit_log ( -- One entry for every event of the log.
  position INTEGER PRIMARY KEY, -- Place in the log; the order of everything.
  event_id TEXT NOT NULL, -- The event.
  type TEXT NOT NULL, -- Its type.
  stream TEXT NOT NULL, -- Its stream, like account-<id>.
  revision INTEGER NOT NULL, -- Its place in the stream, from 0.
  account_id TEXT, -- The account it is about; NULL = none.
  subject_id TEXT, -- The person it is about; NULL = nobody.
  actor_kind TEXT NOT NULL, -- USER, SERVICE, SCHEDULER, IMPORT or SYSTEM.
  actor_id TEXT NOT NULL, -- User id for USER.
  on_behalf_of TEXT, -- For whom the actor acted.
  operator_account_id TEXT, -- The operator account whose right it was done by; NULL = the account’s own.
  occurred_at INTEGER NOT NULL, -- When it happened; ms since 1970, UTC.
  recorded_at INTEGER NOT NULL, -- When Muster recorded it; ms since 1970, UTC.
  reason_code TEXT, -- As the caller gave it.
  ticket TEXT, -- Reference in another system.
  command_id TEXT NOT NULL, -- Of the command that caused it.
  correlation_id TEXT NOT NULL, -- Of the request.
  causation_id TEXT, -- The event that caused it.
  policy_version INTEGER NOT NULL, -- Of the account, when it was decided; 0 outside accounts.
  hash TEXT NOT NULL, -- SHA-256 of the event as stored, hex: the entry can be checked against the log.
  data TEXT NOT NULL -- What the event says, JSON; nothing of it in clear about a person.
) STRICT`,
  },
  {
    // Entries about an account that are not of its own stream (mails): times and positions do not rise together there.
    name: 'foreign_entries',
    primaryKey: 'account_id, occurred_at, position',
    create: `CREATE TABLE foreign_entries ( -- Entries about an account that are not of its own stream (mails): times and positions do not rise together there.
  account_id TEXT NOT NULL, -- The account.
  occurred_at INTEGER NOT NULL, -- ms since 1970, UTC.
  position INTEGER NOT NULL, -- The entry: audit_log.position.
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
