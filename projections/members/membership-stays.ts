import type Database from 'better-sqlite3';
import type { Moment, WriteMode } from '../projection.js';
import type { MembershipRow } from './member-rows.js';
import { OPEN_POSITION } from './period-table.js';
import { StaySteps } from './stay-steps.js';

const DAY_MS = 86_400_000;
const MEMBER = "('ACTIVE', 'FROZEN', 'INACTIVE')";
const WITHOUT_ACCESS = "('FROZEN', 'INACTIVE')";

/**
 * What membership_periods say now, for analysts. What only goes on is taken up step by step; after a correction, and in a
 * rebuild, the stays of a membership are made anew from all of its periods.
 */
export class MembershipStays {
  readonly #db: Database.Database;
  readonly #mode: WriteMode;
  readonly #steps: StaySteps;
  readonly #corrected = new Set<number>();
  readonly #uncount: Database.Statement<[string]>;
  readonly #remove: Database.Statement<[string]>;
  readonly #insert: Database.Statement<[string]>;
  readonly #count: Database.Statement<[string]>;
  readonly #removeVoid: Database.Statement<[]>;

  constructor(db: Database.Database, mode: WriteMode) {
    const touched = 'join_number IN (SELECT value FROM json_each(?))';
    this.#db = db;
    this.#mode = mode;
    this.#steps = new StaySteps(db);
    this.#uncount = db.prepare(countStays('-', touched));
    this.#remove = db.prepare(`DELETE FROM membership_stays WHERE ${touched}`);
    this.#insert = db.prepare(insertStays(touched));
    this.#count = db.prepare(countStays('', touched));
    this.#removeVoid = db.prepare('DELETE FROM head_count_changes WHERE change = 0');
  }

  /** The event comes after everything that is known of the membership. */
  goOn(row: MembershipRow, moment: Moment): void {
    if (this.#mode === 'FOLLOW' && !this.#corrected.has(row.number)) this.#steps.add(row, moment);
  }

  /** Its periods have changed somewhere else than at their end. */
  correct(row: MembershipRow): void {
    if (this.#mode !== 'FOLLOW') return;
    this.#corrected.add(row.number);
    this.#steps.forget(row.number);
  }

  /** Call after the periods, memberships and scheduled ends have been written. */
  write(): void {
    this.#steps.write();
    if (this.#corrected.size > 0) this.#makeAnew(JSON.stringify([...this.#corrected]));
    this.#corrected.clear();
    this.#removeVoid.run();
  }

  #makeAnew(touched: string): void {
    this.#uncount.run(touched);
    this.#remove.run(touched);
    this.#insert.run(touched);
    this.#count.run(touched);
  }

  /** Everybody at once: the tables are empty until here. */
  finish(): void {
    this.#db.exec(insertStays('true'));
    this.#db.exec(countStays('', 'true'));
  }
}

const insertStays = (which: string): string => `INSERT INTO membership_stays
WITH timeline AS (
  SELECT join_number, status, role, kind, valid_from, revision, row_number() OVER known AS place,
    lag(status) OVER known AS status_before, lag(role) OVER known AS role_before, lag(kind) OVER known AS kind_before
  FROM membership_periods
  WHERE known_to_position = ${OPEN_POSITION} AND ${which}
  WINDOW known AS (PARTITION BY join_number ORDER BY valid_from, valid_to, revision)
), stays AS (
  SELECT join_number, row_number() OVER in_order AS stay_number, status, role, kind, valid_from, status_before,
    lead(valid_from) OVER in_order AS to_at, lead(status) OVER in_order AS status_after,
    lead(revision) OVER in_order AS ending_revision,
    max(CASE WHEN status IS NOT status_before THEN valid_from END) OVER in_order AS status_from,
    max(CASE WHEN status IN ${WITHOUT_ACCESS} AND ifnull(status_before NOT IN ${WITHOUT_ACCESS}, 1)
      THEN valid_from END) OVER in_order AS without_access_from
  FROM timeline
  WHERE status IS NOT status_before OR role IS NOT role_before OR kind IS NOT kind_before
  WINDOW in_order AS (PARTITION BY join_number ORDER BY place)
)
SELECT s.join_number, s.stay_number, a.account_number, s.status, s.role, s.kind, s.valid_from, s.to_at,
  s.status_from, ifnull(s.status_after <> s.status, 0),
  s.status IN ${MEMBER} AND ifnull(s.status_before NOT IN ${MEMBER}, 1),
  s.status IN ${MEMBER} AND ifnull(s.status_after NOT IN ${MEMBER}, 0),
  CASE WHEN s.status IN ${MEMBER} AND s.status_after NOT IN ${MEMBER}
    THEN min(s.to_at, ifnull(e.ordered_at, s.to_at),
      CASE WHEN s.status IN ${WITHOUT_ACCESS} THEN s.without_access_from ELSE s.to_at END) END
FROM stays s
CROSS JOIN memberships m ON m.join_number = s.join_number
CROSS JOIN accounts a ON a.account_id = m.account_id
LEFT JOIN scheduled_ends e ON e.user_id = m.user_id AND e.account_id = m.account_id
  AND e.membership_id = m.membership_id AND e.ended_revision = s.ending_revision
WHERE true`;

const dayOf = (time: string): string => `${time} / ${DAY_MS}`;

const countStays = (sign: '' | '-', which: string): string => `INSERT INTO head_count_changes
WITH counted AS (SELECT * FROM membership_stays WHERE ${which})
SELECT account_number, day, status, role, kind, ${sign}sum(n) FROM (
  SELECT account_number, ${dayOf('from_at')} AS day, status, role, kind, 1 AS n FROM counted
  UNION ALL
  SELECT account_number, ${dayOf('to_at')}, status, role, kind, -1 FROM counted WHERE to_at IS NOT NULL)
GROUP BY 1, 2, 3, 4, 5 HAVING sum(n) <> 0
ON CONFLICT DO UPDATE SET change = change + excluded.change`;
