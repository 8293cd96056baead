const iso = (ms: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${ms} / 1000.0, 'unixepoch')`;
const date = (day: string): string => `date(${day} * 86400, 'unixepoch')`;
/** Every month of every account from its first change to now, so that nothing has to be carried over by who asks. */
const months = (
  changes: string,
): string => `WITH RECURSIVE months (account_number, first_day, last_month) AS (
  SELECT account_number, date(min(day) * 86400, 'unixepoch', 'start of month'),
    max(date('now', 'start of month'), date(max(day) * 86400, 'unixepoch', 'start of month')) FROM ${changes} GROUP BY 1
  UNION ALL SELECT account_number, date(first_day, '+1 month'), last_month FROM months WHERE first_day < last_month)`;
const upToMonth = `c.account_number = m.account_number
  AND c.day < CAST(strftime('%s', m.first_day, '+1 month') AS INTEGER) / 86400`;

const running = (within: string): string => `sum(c.change) OVER (PARTITION BY ${within} ORDER BY c.day)`;

/** For direct SQL: ids instead of numbers, ISO 8601 instead of milliseconds. Nothing in Muster reads them. */
export const analystViews: readonly string[] = [
  `CREATE VIEW members_now ( -- Everybody who is or was in an account or asked in, as it is now; one row a membership.
  account_id, -- The account.
  account_name, -- Its name.
  user_id, -- The person; names are in people.sqlite.
  membership_id, -- The membership.
  status, -- As in memberships.
  ended_by, -- As in memberships.
  role, -- As in memberships.
  kind, -- As in memberships.
  joined_at, -- ISO 8601, UTC.
  status_since, -- ISO 8601, UTC.
  ended_at -- ISO 8601, UTC; NULL while it has not ended.
) AS SELECT m.account_id, a.name, m.user_id, m.membership_id, m.status, m.ended_by, m.role, m.kind,
  ${iso('m.joined_at')}, ${iso('m.status_since')}, ${iso('m.ended_at')}
FROM memberships m JOIN accounts a ON a.account_id = m.account_id`,
  `CREATE VIEW stays ( -- membership_stays with ids and dates: who was what from when to when, as known now.
  account_id, -- The account.
  user_id, -- The person.
  membership_id, -- The membership.
  status, -- As in membership_stays.
  role, -- As in membership_stays.
  kind, -- As in membership_stays.
  from_at, -- ISO 8601, UTC.
  to_at, -- ISO 8601, UTC; NULL = it goes on.
  days_in_status, -- When the status ends at to_at: how long it lasted, in days of 24 hours; else NULL.
  joins, -- 1 = somebody became a member at from_at.
  leaves, -- 1 = a member left at to_at.
  days_to_offboard -- With leaves: from the first step of the end, in days of 24 hours.
) AS SELECT m.account_id, m.user_id, m.membership_id, s.status, s.role, s.kind, ${iso('s.from_at')}, ${iso('s.to_at')},
  CASE WHEN s.status_ends THEN (s.to_at - s.status_from) / 86400000.0 END, s.joins, s.leaves,
  (s.to_at - s.offboarding_from) / 86400000.0
FROM membership_stays s JOIN memberships m ON m.join_number = s.join_number`,
  `CREATE VIEW head_count_by_day ( -- How many people there were at the end of a day; a row for each day on which the number changed.
  account_id, -- The account.
  day, -- UTC, like 2024-02-29.
  status, -- As in memberships. Members are ACTIVE, FROZEN and INACTIVE.
  role, -- As in memberships.
  kind, -- As in memberships.
  people -- Until the next row of the same status, role and kind.
) AS SELECT a.account_id, ${date('c.day')}, c.status, c.role, c.kind,
  ${running('c.account_number, c.status, c.role, c.kind')}
FROM head_count_changes c JOIN accounts a ON a.account_number = c.account_number`,
  `CREATE VIEW head_count_by_month ( -- How many people there were at the end of every month, of this one so far; sums over the rows of a month are right.
  account_id, -- The account.
  month, -- UTC, like 2024-02.
  status, -- As in memberships. Members are ACTIVE, FROZEN and INACTIVE.
  role, -- As in memberships.
  kind, -- As in memberships.
  people -- At least 1: what nobody was has no row.
) AS ${months('head_count_changes')}
SELECT a.account_id, strftime('%Y-%m', m.first_day), c.status, c.role, c.kind, sum(c.change) FROM months m
JOIN head_count_changes c ON ${upToMonth}
JOIN accounts a ON a.account_number = m.account_number
GROUP BY m.account_number, m.first_day, c.status, c.role, c.kind HAVING sum(c.change) > 0`,
  `CREATE VIEW turnover_by_day ( -- Who came and who went on a day; days on which nobody did are missing.
  account_id, -- The account.
  day, -- UTC, like 2024-02-29.
  joiners, -- Times that somebody became a member.
  leavers -- Times that a member left.
) AS SELECT a.account_id, ${date('t.day')}, sum(t.joiners), sum(t.leavers) FROM (
  SELECT account_number, from_at / 86400000 AS day, 1 AS joiners, 0 AS leavers FROM membership_stays WHERE joins = 1
  UNION ALL SELECT account_number, to_at / 86400000, 0, 1 FROM membership_stays WHERE leaves = 1) t
JOIN accounts a ON a.account_number = t.account_number GROUP BY t.account_number, t.day`,
  `CREATE VIEW seat_use_by_day ( -- How many seats were taken at the end of a day; a row for each day on which the number changed.
  account_id, -- The account.
  day, -- UTC, like 2024-02-29.
  hold, -- IN_USE, or RESERVED for an open invitation.
  seats -- Until the next row of the same hold.
) AS SELECT a.account_id, ${date('c.day')}, c.hold, ${running('c.account_number, c.hold')}
FROM seat_changes c JOIN accounts a ON a.account_number = c.account_number`,
  `CREATE VIEW seat_use_by_month ( -- How many seats were taken at the end of every month, of this one so far.
  account_id, -- The account.
  month, -- UTC, like 2024-02.
  hold, -- IN_USE, or RESERVED for an open invitation.
  seats -- At least 1: where none was taken there is no row.
) AS ${months('seat_changes')}
SELECT a.account_id, strftime('%Y-%m', m.first_day), c.hold, sum(c.change) FROM months m
JOIN seat_changes c ON ${upToMonth}
JOIN accounts a ON a.account_number = m.account_number
GROUP BY m.account_number, m.first_day, c.hold HAVING sum(c.change) > 0`,
];
