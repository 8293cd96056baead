import type Database from 'better-sqlite3';
import type { Moment, WriteMode } from '../projection.js';
import type { MembershipRow } from './member-rows.js';

export type SeatHold = 'IN_USE' | 'RESERVED';

/** One stretch of the log in which a membership takes a seat, or has one reserved. */
export interface SeatEntry {
  readonly number: number;
  readonly hold: SeatHold;
  readonly fromPosition: number;
  readonly fromAt: number;
  readonly takenBy: string;
  toPosition: number | null;
  toAt: number | null;
  releasedBy: string | null;
  isWritten: boolean;
}

/** What changes a seat: the event's type, and where it stands. */
export interface SeatChange {
  readonly by: string;
  readonly moment: Moment;
}

const DAY_MS = 86_400_000;

const COUNT_LEDGER = `INSERT INTO seat_changes
  SELECT a.account_number, c.day, c.hold, sum(c.n) FROM (
    SELECT account_id, from_at / ${DAY_MS} AS day, hold, 1 AS n FROM seat_ledger
    UNION ALL SELECT account_id, to_at / ${DAY_MS}, hold, -1 FROM seat_ledger WHERE to_at IS NOT NULL) c
  CROSS JOIN accounts a ON a.account_id = c.account_id
  GROUP BY 1, 2, 3 HAVING sum(c.n) <> 0`;

/**
 * Who takes seats from where in the log to where. An entry is written when it begins and once more when it ends; in
 * bulk the ends are written last and in order, because updates all over the file cost more than the inserts.
 */
export class SeatLedger {
  readonly #db: Database.Database;
  readonly #mode: WriteMode;
  readonly #insert: Database.Statement<unknown[]>;
  readonly #release: Database.Statement<[number | null, number | null, string | null, number]>;
  readonly #open: Database.Statement<[string, string, string], Omit<SeatEntry, 'isWritten'>>;
  readonly #count: Database.Statement<[number, SeatHold, 1 | -1, string]>;
  readonly #removeVoid: Database.Statement<[]>;
  #new: { readonly entry: SeatEntry; readonly row: MembershipRow }[] = [];
  #released: SeatEntry[] = [];
  #lastNumber: number;

  constructor(db: Database.Database, mode: WriteMode) {
    this.#db = db;
    this.#mode = mode;
    this.#insert = db.prepare(
      `INSERT INTO seat_ledger (entry_number, account_id, user_id, membership_id, hold, from_position, from_at,
         taken_by, to_position, to_at, released_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#release = db.prepare(
      'UPDATE seat_ledger SET to_position = ?, to_at = ?, released_by = ? WHERE entry_number = ?',
    );
    this.#open = db.prepare(
      `SELECT entry_number AS number, hold, from_position AS fromPosition, from_at AS fromAt, taken_by AS takenBy,
         to_position AS toPosition, to_at AS toAt, released_by AS releasedBy
       FROM seat_ledger WHERE user_id = ? AND account_id = ? AND membership_id = ? AND to_position IS NULL`,
    );
    this.#count = db.prepare(
      `INSERT INTO seat_changes SELECT account_number, ?, ?, ? FROM accounts WHERE account_id = ?
       ON CONFLICT DO UPDATE SET change = change + excluded.change`,
    );
    this.#removeVoid = db.prepare('DELETE FROM seat_changes WHERE change = 0');
    this.#lastNumber =
      db.prepare<[], number>('SELECT ifnull(max(entry_number), 0) FROM seat_ledger').pluck().get() ?? 0;
  }

  /** From here on the membership holds this, or nothing. */
  hold(row: MembershipRow, hold: SeatHold | null, { by, moment }: SeatChange): void {
    const before = row.seat === 'UNKNOWN' ? this.#stored(row) : row.seat;
    row.seat = before;
    if (before?.hold === hold || (before === null && hold === null)) return;
    if (before !== null) {
      before.toPosition = moment.position;
      before.toAt = moment.occurredAt;
      before.releasedBy = by;
      if (before.isWritten) this.#released.push(before);
      this.#countChange(row, before.hold, -1, moment);
    }
    row.seat = hold === null ? null : this.#begin(row, hold, { by, moment });
  }

  write(): void {
    if (this.#mode === 'FOLLOW') {
      this.#writeReleased();
      this.#removeVoid.run();
    }
    for (const { entry, row } of this.#new) {
      const { number, hold, fromPosition, fromAt, takenBy, toPosition, toAt, releasedBy } = entry;
      const begun = [row.accountId, row.userId, row.membershipId, hold, fromPosition, fromAt, takenBy];
      this.#insert.run(number, ...begun, toPosition, toAt, releasedBy);
      entry.isWritten = true;
    }
    this.#new = [];
  }

  finish(): void {
    this.write();
    this.#writeReleased();
    this.#db.exec(COUNT_LEDGER);
  }

  #begin(row: MembershipRow, hold: SeatHold, { by, moment }: SeatChange): SeatEntry {
    this.#lastNumber += 1;
    const entry: SeatEntry = {
      number: this.#lastNumber,
      hold,
      fromPosition: moment.position,
      fromAt: moment.occurredAt,
      takenBy: by,
      toPosition: null,
      toAt: null,
      releasedBy: null,
      isWritten: false,
    };
    this.#new.push({ entry, row });
    this.#countChange(row, hold, 1, moment);
    return entry;
  }

  /** In bulk the finished ledger is counted at once. */
  #countChange({ accountId }: MembershipRow, hold: SeatHold, change: 1 | -1, { occurredAt }: Moment): void {
    if (this.#mode === 'FOLLOW') this.#count.run(Math.floor(occurredAt / DAY_MS), hold, change, accountId);
  }

  #stored(row: MembershipRow): SeatEntry | null {
    const entry = this.#open.get(row.userId, row.accountId, row.membershipId);
    return entry === undefined ? null : { ...entry, isWritten: true };
  }

  #writeReleased(): void {
    this.#released.sort((a, b) => a.number - b.number);
    for (const { number, toPosition, toAt, releasedBy } of this.#released)
      this.#release.run(toPosition, toAt, releasedBy, number);
    this.#released = [];
  }
}
