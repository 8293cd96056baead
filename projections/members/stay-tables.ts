import type { Table } from '../projection.js';

/** What analysts ask of the present knowledge: who was what from when to when, and counts by day. */
export const stayTables: readonly Table[] = [
  {
    name: 'membership_stays',
    primaryKey: 'join_number, stay_number',
    create: `CREATE TABLE membership_stays ( -- One unbroken time of a membership in one status, role and kind, as known now (corrections applied), half-open.
  join_number INTEGER NOT NULL, -- The membership: memberships.join_number.
  stay_number INTEGER NOT NULL, -- From 1, in the order of time.
  account_number INTEGER NOT NULL, -- The account: accounts.account_number.
  status TEXT NOT NULL, -- INVITED, INVITATION_EXPIRED, ACTIVE, FROZEN, INACTIVE, REMOVED or DELETED. Members are ACTIVE, FROZEN and INACTIVE.
  role TEXT NOT NULL, -- OWNER, ADMIN, CONTRIBUTOR or REVIEWER.
  kind TEXT NOT NULL, -- STANDARD, SSO, READER or SERVICE.
  from_at INTEGER NOT NULL, -- When it began; ms since 1970, UTC.
  to_at INTEGER, -- When it ended; NULL = it goes on. May equal from_at after a correction.
  status_from INTEGER NOT NULL, -- When the status began, maybe under another role.
  status_ends INTEGER NOT NULL, -- 1 = the status ends at to_at: its length is to_at - status_from.
  joins INTEGER NOT NULL, -- 1 = somebody became a member at from_at: a joiner of that day.
  leaves INTEGER NOT NULL, -- 1 = a member left at to_at (removed, left, deleted): a leaver of that day.
  offboarding_from INTEGER, -- With leaves: the first step of the end: access going off for good, the order of a scheduled end, or to_at itself.
  PRIMARY KEY (join_number, stay_number)
) STRICT, WITHOUT ROWID`,
  },
  {
    name: 'head_count_changes',
    primaryKey: 'account_number, day, status, role, kind',
    create: `CREATE TABLE head_count_changes ( -- By how many the people of one status, role and kind grew or shrank on a day; the sum up to a day is the head count at its end.
  account_number INTEGER NOT NULL, -- The account: accounts.account_number.
  day INTEGER NOT NULL, -- UTC day, days since 1970-01-01: date(day * 86400, 'unixepoch').
  status TEXT NOT NULL, -- As in membership_stays.
  role TEXT NOT NULL, -- As in membership_stays.
  kind TEXT NOT NULL, -- As in membership_stays.
  change INTEGER NOT NULL, -- Never 0.
  PRIMARY KEY (account_number, day, status, role, kind)
) STRICT, WITHOUT ROWID`,
  },
  {
    name: 'seat_changes',
    primaryKey: 'account_number, day, hold',
    create: `CREATE TABLE seat_changes ( -- By how many the seats taken grew or shrank on a day, as the account counted them (seat_ledger); the sum up to a day is the use at its end.
  account_number INTEGER NOT NULL, -- The account: accounts.account_number.
  day INTEGER NOT NULL, -- UTC day, days since 1970-01-01: date(day * 86400, 'unixepoch').
  hold TEXT NOT NULL, -- IN_USE, or RESERVED for an open invitation.
  change INTEGER NOT NULL, -- Never 0.
  PRIMARY KEY (account_number, day, hold)
) STRICT, WITHOUT ROWID`,
  },
  {
    name: 'seat_plans',
    primaryKey: 'account_number, from_position',
    create: `CREATE TABLE seat_plans ( -- Every seat plan an account had; each holds until the next.
  account_number INTEGER NOT NULL, -- The account: accounts.account_number.
  from_position INTEGER NOT NULL, -- Place in the log of the event that set it.
  from_at INTEGER NOT NULL, -- When that was; ms since 1970, UTC.
  plan_seats INTEGER, -- NULL = no limit.
  add_on_seats INTEGER NOT NULL, -- Bought beside the plan; the limit is both together.
  PRIMARY KEY (account_number, from_position)
) STRICT, WITHOUT ROWID`,
  },
];

/** Joiners, leavers and ended times of a range are found by time; what has become nothing is found to be deleted. */
export const stayIndexes: readonly string[] = [
  'CREATE INDEX membership_stays_joining ON membership_stays (account_number, from_at) WHERE joins = 1',
  'CREATE INDEX membership_stays_leaving ON membership_stays (account_number, to_at) WHERE leaves = 1',
  `CREATE INDEX membership_stays_ended ON membership_stays (account_number, to_at, status, status_from)
  WHERE status_ends = 1`,
  'CREATE INDEX head_count_changes_void ON head_count_changes (change) WHERE change = 0',
  'CREATE INDEX seat_changes_void ON seat_changes (change) WHERE change = 0',
];
