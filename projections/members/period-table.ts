import type Database from 'better-sqlite3';
import type { Moment, WriteMode } from '../projection.js';
import { SupersededRows } from './superseded-rows.js';

/** "Until further notice" on a time axis: the end of the year 9999, so that SQLite's date functions can show it. */
export const OPEN_TIME = 253_402_300_799_999;
/** "Until further notice" on the axis of positions. */
export const OPEN_POSITION = Number.MAX_SAFE_INTEGER;

export type Values = readonly (string | number | null)[];

/**
 * One bitemporal rectangle: `values` held from `validFrom` up to (not at) `validTo`, as known from `knownFrom` up to
 * (not at) `knownTo`. Only the end of the known side ever changes, once.
 */
export interface Period {
  readonly id: number;
  readonly owner: number;
  readonly values: Values;
  readonly validFrom: number;
  readonly validTo: number;
  readonly knownFrom: number;
  knownTo: number;
  readonly knownFromPosition: number;
  knownToPosition: number;
  /** Revision of the event that began the period. */
  readonly revision: number;
  isWritten: boolean;
}

/** A period as it should be; equal ones that are there already stay. */
export type PeriodShape = Pick<Period, 'values' | 'validFrom' | 'validTo' | 'revision'>;

const BITEMPORAL_COLUMNS =
  'valid_from, valid_to, known_from, known_to, known_from_position, known_to_position, revision';

export const bitemporalColumns = `valid_from INTEGER NOT NULL, -- True from then on; ms since 1970, UTC.
  valid_to INTEGER NOT NULL, -- True until before then; 253402300799999 = until further notice.
  known_from INTEGER NOT NULL, -- Known from then on; ms since 1970, UTC.
  known_to INTEGER NOT NULL, -- Known until before then; 253402300799999 = to this day.
  known_from_position INTEGER NOT NULL, -- Known from this place in the log on.
  known_to_position INTEGER NOT NULL, -- Known until before this place; 9007199254740991 = to this day.
  revision INTEGER NOT NULL -- Of the event that began the period.`;

/** Of what an owner is known to have been to this day, the period valid at v is the first that ends after v. */
export const periodIndex = (table: string, owner: string) =>
  `CREATE INDEX ${table}_by_owner ON ${table} (${owner}, known_to, valid_to, valid_from)`;

/**
 * The periods of one kind of thing (memberships, groups …). New rows are kept until `write()`, so that a period begun
 * and superseded in one batch is written once; ids are given in event order, whenever a row is written.
 */
export class PeriodTable {
  readonly #db: Database.Database;
  readonly #insert: Database.Statement<unknown[]>;
  readonly #superseded: SupersededRows;
  readonly #selectKnown: string;
  readonly #selectOpen: string;
  #open: Database.Statement<[number], unknown[]> | null = null;
  #known: Database.Statement<[number | string], unknown[]> | null = null;
  #new: Period[] = [];
  /**
   * BULK: ids of the periods known and ended, by owner. Without an index a correction finds them here; an index kept
   * up from the first correction on would slow down everything after it threefold.
   */
  readonly #ended: Map<number, number[]> | null;
  #lastId: number;

  constructor(
    db: Database.Database,
    options: { table: string; owner: string; columns: readonly string[]; mode: WriteMode },
  ) {
    const { table, owner, columns } = options;
    const all = `period_id, ${owner}, ${columns.join(', ')}, ${BITEMPORAL_COLUMNS}`;
    this.#db = db;
    this.#ended = options.mode === 'BULK' ? new Map() : null;
    this.#insert = db.prepare(
      `INSERT INTO ${table} (${all}) VALUES (?, ?, ${columns.map(() => '?').join(', ')}, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#superseded = new SupersededRows(db, table);
    // In bulk the ids are those of what is known; the file still says so of rows superseded since they were written.
    const known = `known_to = ${OPEN_TIME} AND known_to_position = ${OPEN_POSITION}`;
    const which =
      options.mode === 'FOLLOW' ? `${owner} = ?` : 'period_id IN (SELECT value FROM json_each(?))';
    this.#selectKnown = `SELECT ${all} FROM ${table} WHERE ${which} AND ${known}
       ORDER BY valid_from, valid_to, revision`;
    this.#selectOpen = `SELECT ${all} FROM ${table} WHERE ${owner} = ? AND ${known}
       AND valid_to = ${OPEN_TIME}`;
    this.#lastId =
      db.prepare<[], number>(`SELECT ifnull(max(period_id), 0) FROM ${table}`).pluck().get() ?? 0;
  }

  begin(owner: number, values: Values, moment: Moment): Period {
    return this.#add(owner, moment, {
      values,
      validFrom: moment.occurredAt,
      validTo: OPEN_TIME,
      revision: moment.revision,
    });
  }

  /** From the moment on `values` hold instead of what the open period says; null: the thing has ended. */
  change(open: Period, values: Values | null, moment: Moment): Period | null {
    if (moment.occurredAt < open.validFrom) return this.#changeEarlier(open, values, moment);
    this.supersede(open, moment);
    // A period of no length answers no question, but a later correction may move one of its ends.
    this.#add(open.owner, moment, {
      values: open.values,
      validFrom: open.validFrom,
      validTo: moment.occurredAt,
      revision: open.revision,
    });
    return values === null ? null : this.begin(open.owner, values, moment);
  }

  /** What is known now of one owner, by time; `open` is the caller's object among them. */
  known(owner: number, open: Period | null): Period[] {
    this.write();
    this.#known ??= this.#db.prepare<[number | string], unknown[]>(this.#selectKnown).raw();
    const rows = this.#known.all(this.#ended === null ? owner : this.#idsOf(owner, open));
    return rows.map((row) => (open !== null && row[0] === open.id ? open : periodFromRow(row)));
  }

  /** The period without an end that is in the file, or null; for a row that is not in memory. */
  storedOpen(owner: number): Period | null {
    this.#open ??= this.#db.prepare<[number], unknown[]>(this.#selectOpen).raw();
    const row = this.#open.get(owner);
    return row === undefined ? null : periodFromRow(row);
  }

  /** Makes the known periods of one owner be `shapes`; gives back the one without an end. */
  reshape(known: readonly Period[], shapes: readonly PeriodShape[], moment: Moment): Period | null {
    const owner = known[0]?.owner;
    if (owner === undefined) return null;
    const kept = new Map<PeriodShape, Period>();
    for (const period of known) {
      const shape = shapes.find((candidate) => isSame(candidate, period));
      if (shape === undefined) this.supersede(period, moment);
      else kept.set(shape, period);
    }
    let open: Period | null = null;
    this.#ended?.set(owner, []);
    for (const period of kept.values()) this.#rememberEnded(period);
    for (const shape of shapes) {
      const period = kept.get(shape) ?? this.#add(owner, moment, shape);
      if (period.validTo === OPEN_TIME) open = period;
    }
    return open;
  }

  supersede(period: Period, moment: Moment): void {
    period.knownTo = moment.recordedAt;
    period.knownToPosition = moment.position;
    if (period.isWritten) this.#superseded.add(period.id, moment.recordedAt, moment.position);
  }

  write(): void {
    if (this.#ended === null) this.#superseded.write();
    for (const p of this.#new) {
      this.#insert.run(
        p.id,
        p.owner,
        ...p.values,
        p.validFrom,
        p.validTo,
        p.knownFrom,
        p.knownTo,
        p.knownFromPosition,
        p.knownToPosition,
        p.revision,
      );
      p.isWritten = true;
    }
    this.#new = [];
  }

  finish(): void {
    this.write();
    this.#superseded.write();
  }

  #add(owner: number, moment: Moment, shape: PeriodShape): Period {
    this.#lastId += 1;
    const period: Period = {
      id: this.#lastId,
      owner,
      values: shape.values,
      validFrom: shape.validFrom,
      validTo: shape.validTo,
      knownFrom: moment.recordedAt,
      knownTo: OPEN_TIME,
      knownFromPosition: moment.position,
      knownToPosition: OPEN_POSITION,
      revision: shape.revision,
      isWritten: false,
    };
    this.#new.push(period);
    this.#rememberEnded(period);
    return period;
  }

  /** A correction may have moved the open period's beginning past this event: cut everything from the moment on. */
  #changeEarlier(open: Period, values: Values | null, moment: Moment): Period | null {
    const { occurredAt, revision } = moment;
    const known = this.known(open.owner, open);
    const shapes: PeriodShape[] = known
      .filter((period) => period.validFrom < occurredAt)
      .map((period) => (period.validTo > occurredAt ? { ...period, validTo: occurredAt } : period));
    if (values !== null) shapes.push({ values, validFrom: occurredAt, validTo: OPEN_TIME, revision });
    return this.reshape(known, shapes, moment);
  }

  #idsOf(owner: number, open: Period | null): string {
    const ended = this.#ended?.get(owner) ?? [];
    return JSON.stringify(open === null ? ended : [...ended, open.id]);
  }

  #rememberEnded({ id, owner, validTo }: Period): void {
    if (this.#ended === null || validTo === OPEN_TIME) return;
    const ids = this.#ended.get(owner);
    if (ids === undefined) this.#ended.set(owner, [id]);
    else ids.push(id);
  }
}

function isSame(shape: PeriodShape, period: Period): boolean {
  return (
    shape.validFrom === period.validFrom &&
    shape.validTo === period.validTo &&
    shape.revision === period.revision &&
    shape.values.every((value, i) => value === period.values[i])
  );
}

function periodFromRow(row: readonly unknown[]): Period {
  const bitemporal = row.slice(-7) as [number, number, number, number, number, number, number];
  const [validFrom, validTo, knownFrom, knownTo, knownFromPosition, knownToPosition, revision] = bitemporal;
  return {
    id: row[0] as number,
    owner: row[1] as number,
    values: row.slice(2, -7) as Values,
    validFrom,
    validTo,
    knownFrom,
    knownTo,
    knownFromPosition,
    knownToPosition,
    revision,
    isWritten: true,
  };
}
