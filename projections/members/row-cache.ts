import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import type { Period, PeriodTable } from './period-table.js';

/** Rows remembered between commits while following. */
const MAX_CLEAN_ROWS = 20_000;

/** What every row in memory has; `open` is its period without an end, null when it has ended. */
export interface Row {
  readonly number: number;
  open: Period | null;
  isStored: boolean;
  isDirty: boolean;
}

/**
 * The rows of one table that handlers work on, by key. Following, a row is read when first needed and written with
 * the batch; in bulk all rows stay here until the end, so each is written once and nothing is ever read.
 */
export class RowCache<R extends Row> {
  readonly #rows = new Map<string, R>();
  readonly #mode: WriteMode;
  readonly #options: RowCacheOptions<R>;
  #dirty: R[] = [];
  #lastNumber: number;

  constructor(db: Database.Database, mode: WriteMode, options: RowCacheOptions<R>) {
    this.#mode = mode;
    this.#options = options;
    const { table, numberColumn } = options;
    const last = db.prepare<[], number>(`SELECT ifnull(max(${numberColumn}), 0) FROM ${table}`).pluck();
    this.#lastNumber = last.get() ?? 0;
  }

  get size(): number {
    return this.#rows.size;
  }

  nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  find(key: string): R | null {
    const row = this.#rows.get(key);
    if (row !== undefined) return row;
    if (this.#mode === 'BULK') return null;
    const loaded = this.#options.load(key);
    if (loaded === null) return null;
    loaded.open = this.#options.periods.storedOpen(loaded.number);
    this.#rows.set(key, loaded);
    return loaded;
  }

  add(key: string, row: R): void {
    this.#rows.set(key, row);
    this.#dirty.push(row);
  }

  touch(row: R): void {
    if (row.isDirty) return;
    row.isDirty = true;
    this.#dirty.push(row);
  }

  /** Rows changed or added since the last write; in bulk, all. */
  dirtyRows(): readonly R[] {
    return this.#dirty;
  }

  write(): void {
    if (this.#mode === 'BULK') return;
    this.#writeDirty();
    if (this.#rows.size > MAX_CLEAN_ROWS) this.#rows.clear();
  }

  finish(): void {
    this.#writeDirty();
    this.#rows.clear();
  }

  #writeDirty(): void {
    for (const row of this.#dirty) {
      this.#options.store(row);
      row.isDirty = false;
      row.isStored = true;
    }
    this.#dirty = [];
  }
}

interface RowCacheOptions<R extends Row> {
  readonly table: string;
  readonly numberColumn: string;
  readonly periods: Pick<PeriodTable, 'storedOpen'>;
  readonly load: (key: string) => R | null;
  /** Inserts or updates, by `isStored`. */
  readonly store: (row: R) => void;
}
