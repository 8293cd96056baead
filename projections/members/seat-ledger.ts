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

/**
 * Who takes seats from where in the log to where. An entry is written when it begins and once more when it ends; in
 * bulk the ends are written last and in order, because updates all over the file cost more than the inserts.
 */
export class SeatLedger {
  readonly #mode: WriteMode;
  readonly #insert: Database.Statement<unknown[]>;
  readonly #release: Database.Statement<[number | null, number | null, string | null, number]>;
  readonly #open: Database.Statement<[string, string, string], Omit<SeatEntry, 'isWritten'>>;
  #new: { readonly entry: SeatEntry; readonly row: MembershipRow }[] = [];
  #released: SeatEntry[] = [];
  #lastNumber: number;

  constructor(db: Database.Database, mode: WriteMode) {
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
    }
    row.seat = hold === null ? null : this.#begin(row, hold, { by, moment });
  }

  write(): void {
    if (this.#mode === 'FOLLOW') this.#writeReleased();
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
    return entry;
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
