import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export const DAY_MS = 86_400_000;

/** UTC days since 1970, half-open. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

export interface HeadCountChange {
  readonly day: number;
  readonly status: string;
  readonly role: string;
  readonly kind: string;
  readonly change: number;
}

export interface SeatChange {
  /** What came before the range counts on its first day. */
  readonly day: number;
  readonly hold: string;
  readonly change: number;
}

export interface SeatPlan {
  readonly fromAt: number;
  /** Null: no limit. */
  readonly planSeats: number | null;
  readonly addOnSeats: number;
}

/** People on a day. */
export interface DayCount {
  readonly day: number;
  readonly people: number;
}

export interface EndedStay {
  readonly status: string;
  readonly lengthMs: number;
}

export interface Departure {
  readonly leftAt: number;
  /** When the same person became a member of the account again; null: not until now. */
  readonly cameBackAt: number | null;
}

/** Numbers of accounts there are, in the order of their ids. */
export function accountNumbers(db: Database.Database, accountIds: readonly string[]): number[] {
  const sql = `SELECT account_number AS number FROM accounts
    WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY account_id`;
  return prepared<{ number: number }>(db, sql)
    .all(JSON.stringify(accountIds))
    .map(({ number }) => number);
}

/** The first day on which somebody was in the account or asked in; null: nobody ever was. */
export function firstDay(db: Database.Database, account: number): number | null {
  const sql = 'SELECT min(day) AS day FROM head_count_changes WHERE account_number = ?';
  return prepared<{ day: number | null }>(db, sql).get(account)?.day ?? null;
}

/** Adding up from the first day on gives the head count at the end of a day. */
export function headCountChanges(
  db: Database.Database,
  account: number,
  { from, to }: DayRange,
): HeadCountChange[] {
  const sql = `SELECT day, status, role, kind, change FROM head_count_changes
    WHERE account_number = :account AND day >= :from AND day < :to`;
  return prepared<HeadCountChange>(db, sql).all({ account, from, to });
}

export function seatChanges(db: Database.Database, account: number, { from, to }: DayRange): SeatChange[] {
  const sql = `SELECT max(day, :from) AS day, hold, sum(change) AS change FROM seat_changes
    WHERE account_number = :account AND day < :to GROUP BY 1, 2`;
  return prepared<SeatChange>(db, sql).all({ account, from, to });
}

/** Every plan the account had, the oldest first. */
export function seatPlans(db: Database.Database, account: number): SeatPlan[] {
  const sql = `SELECT from_at AS fromAt, plan_seats AS planSeats, add_on_seats AS addOnSeats FROM seat_plans
    WHERE account_number = ? ORDER BY from_position`;
  return prepared<SeatPlan>(db, sql).all(account);
}

export function joinersByDay(db: Database.Database, account: number, range: DayRange): DayCount[] {
  const sql = `SELECT from_at / ${DAY_MS} AS day, count(*) AS people
    FROM membership_stays INDEXED BY membership_stays_joining
    WHERE account_number = :account AND joins = 1 AND from_at >= :from AND from_at < :to GROUP BY 1`;
  return prepared<DayCount>(db, sql).all({ account, ...times(range) });
}

export function leaversByDay(db: Database.Database, account: number, range: DayRange): DayCount[] {
  const sql = `SELECT to_at / ${DAY_MS} AS day, count(*) AS people
    FROM membership_stays INDEXED BY membership_stays_leaving
    WHERE account_number = :account AND leaves = 1 AND to_at >= :from AND to_at < :to GROUP BY 1`;
  return prepared<DayCount>(db, sql).all({ account, ...times(range) });
}

/** Times in a status that ended in the range. */
export function endedStays(db: Database.Database, account: number, range: DayRange): EndedStay[] {
  const sql = `SELECT status, to_at - status_from AS lengthMs
    FROM membership_stays INDEXED BY membership_stays_ended
    WHERE account_number = :account AND status_ends = 1 AND to_at >= :from AND to_at < :to`;
  return prepared<EndedStay>(db, sql).all({ account, ...times(range) });
}

/** Of members who left in the range: ms from the first step of the end to the end. */
export function offboardingLengths(db: Database.Database, account: number, range: DayRange): number[] {
  const sql = `SELECT to_at - offboarding_from AS lengthMs FROM membership_stays INDEXED BY membership_stays_leaving
    WHERE account_number = :account AND leaves = 1 AND to_at >= :from AND to_at < :to`;
  return prepared<{ lengthMs: number }>(db, sql)
    .all({ account, ...times(range) })
    .map(({ lengthMs }) => lengthMs);
}

/** Members who left in the range. After a deletion the person comes back under another membership. */
export function departures(db: Database.Database, account: number, range: DayRange): Departure[] {
  const sql = `SELECT l.to_at AS leftAt,
      (SELECT min(j.from_at) FROM memberships n
        CROSS JOIN membership_stays j ON j.join_number = n.join_number AND j.joins = 1
        WHERE n.user_id = m.user_id AND n.account_id = m.account_id
          AND (j.join_number, j.stay_number) > (l.join_number, l.stay_number)) AS cameBackAt
    FROM membership_stays l INDEXED BY membership_stays_leaving
    CROSS JOIN memberships m ON m.join_number = l.join_number
    WHERE l.account_number = :account AND l.leaves = 1 AND l.to_at >= :from AND l.to_at < :to`;
  return prepared<Departure>(db, sql).all({ account, ...times(range) });
}

const times = ({ from, to }: DayRange) => ({ from: from * DAY_MS, to: to * DAY_MS });
