import type { Table } from '../projection.js';
import { bitemporalColumns, periodIndex } from './period-table.js';

/** Who was asked in, and who took a seat from when to when. */
export const seatTables: readonly Table[] = [
  {
    name: 'invitations',
    primaryKey: 'invitation_number',
    create: `CREATE TABLE invitations ( -- Who was asked in, and what became of it.
  invitation_number INTEGER PRIMARY KEY, -- Counts invitations in log order.
  invitation_id TEXT NOT NULL, -- Stays for ever.
  account_id TEXT NOT NULL, -- The account.
  user_id TEXT NOT NULL, -- The person.
  membership_id TEXT NOT NULL, -- The membership.
  inviter_id TEXT, -- NULL = not sent by a person.
  kind TEXT NOT NULL, -- Promised: as in memberships.
  role TEXT NOT NULL, -- Promised: as in memberships.
  permissions TEXT NOT NULL, -- Promised, JSON array.
  group_ids TEXT NOT NULL, -- Promised, JSON array.
  status TEXT NOT NULL, -- PENDING, ACCEPTED, DECLINED, REVOKED, EXPIRED or REMOVED, as recorded.
  generation INTEGER NOT NULL, -- Of the newest link, from 1.
  invited_at INTEGER NOT NULL, -- ms since 1970, UTC.
  last_sent_at INTEGER NOT NULL, -- ms since 1970, UTC.
  expires_at INTEGER NOT NULL, -- From then on the newest link is dead; ms since 1970, UTC.
  ended_at INTEGER, -- ms since 1970, UTC; NULL = open.
  last_position INTEGER NOT NULL -- Place in the log of the last event about it.
) STRICT`,
  },
  {
    name: 'invitation_periods',
    primaryKey: 'period_id',
    create: `CREATE TABLE invitation_periods ( -- Where an invitation stood when.
  period_id INTEGER PRIMARY KEY, -- Counts periods in log order.
  invitation_number INTEGER NOT NULL, -- The row of invitations.
  status TEXT NOT NULL, -- As in invitations, as recorded.
  generation INTEGER NOT NULL, -- Number of its newest link, from 1.
  last_sent_at INTEGER NOT NULL, -- When that was sent; ms since 1970, UTC.
  expires_at INTEGER NOT NULL, -- From then on it cannot be accepted; ms since 1970, UTC.
  ended_at INTEGER, -- When it was answered or withdrawn; ms since 1970, UTC; NULL = not yet.
  ${bitemporalColumns}
) STRICT`,
  },
  {
    // Half-open: at position P the entries with from_position <= P and to_position > P or null are the seats taken.
    name: 'seat_ledger',
    primaryKey: 'entry_number',
    create: `CREATE TABLE seat_ledger ( -- Who took a seat from where in the log to where, half-open: at position P the rows with from_position <= P and to_position > P or NULL are the seats taken.
  entry_number INTEGER PRIMARY KEY, -- Counts rows in log order.
  account_id TEXT NOT NULL, -- The account.
  user_id TEXT NOT NULL, -- The person.
  membership_id TEXT NOT NULL, -- The membership.
  hold TEXT NOT NULL, -- IN_USE, or RESERVED for an open invitation.
  from_position INTEGER NOT NULL, -- Place in the log where it was taken.
  from_at INTEGER NOT NULL, -- ms since 1970, UTC.
  taken_by TEXT NOT NULL, -- Type of the event.
  to_position INTEGER, -- Place in the log where it was freed; NULL = taken now.
  to_at INTEGER, -- ms since 1970, UTC.
  released_by TEXT -- Type of the event.
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
