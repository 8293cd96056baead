import type { Table } from '../projection.js';
import { bitemporalColumns, periodIndex } from './period-table.js';

/** Who was asked in, and who took a seat from when to when. */
export const seatTables: readonly Table[] = [
  {
    name: 'invitations',
    primaryKey: 'invitation_number',
    create: `CREATE TABLE invitations (
  invitation_number INTEGER PRIMARY KEY,
  invitation_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  membership_id TEXT NOT NULL,
  inviter_id TEXT,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  permissions TEXT NOT NULL,
  group_ids TEXT NOT NULL,
  status TEXT NOT NULL,
  generation INTEGER NOT NULL,
  invited_at INTEGER NOT NULL,
  last_sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  last_position INTEGER NOT NULL
) STRICT`,
  },
  {
    name: 'invitation_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE invitation_periods (
  period_id INTEGER PRIMARY KEY,
  invitation_number INTEGER NOT NULL,
  status TEXT NOT NULL,
  generation INTEGER NOT NULL,
  last_sent_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  ended_at INTEGER,
  ${bitemporalColumns}
) STRICT`,
  },
  {
    // Half-open: at position P the entries with from_position <= P and to_position > P or null are the seats taken.
    name: 'seat_ledger',
    primaryKey: 'entry_number',
    create: `CREATE TABLE seat_ledger (
  entry_number INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  membership_id TEXT NOT NULL,
  hold TEXT NOT NULL,
  from_position INTEGER NOT NULL,
  from_at INTEGER NOT NULL,
  taken_by TEXT NOT NULL,
  to_position INTEGER,
  to_at INTEGER,
  released_by TEXT
) STRICT`,
  },
];

export const seatIndexes: readonly string[] = [
  'CREATE UNIQUE INDEX invitations_by_id ON invitations (invitation_id)',
  'CREATE INDEX invitations_by_account ON invitations (account_id)',
  'CREATE INDEX invitations_by_status ON invitations (account_id, status)',
  'CREATE INDEX invitations_by_user ON invitations (user_id, account_id)',
  'CREATE INDEX invitations_by_inviter ON invitations (inviter_id, account_id) WHERE inviter_id IS NOT NULL',
  periodIndex('invitation_periods', 'invitation_number'),
  'CREATE INDEX seat_ledger_by_account ON seat_ledger (account_id)',
  'CREATE INDEX seat_ledger_by_user ON seat_ledger (user_id, account_id)',
];
