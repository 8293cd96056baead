import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import type { PeriodTable } from './period-table.js';
import { type Row, RowCache } from './row-cache.js';

/** A cache of rows whose statements are made from the names of the columns. */
export function plainCache<R extends Row>(
  db: Database.Database,
  mode: WriteMode,
  { table, numberColumn, key, columns, changing, periods }: PlainTable<R>,
): RowCache<R> {
  const names = Object.keys(columns).map((name) => name as Column<R>);
  const aliased = names.map((name) => `${columns[name]} AS ${name}`).join(', ');
  const isKey = key.map((name) => `${columns[name]} = ?`).join(' AND ');
  const load = db.prepare<string[], R>(
    `SELECT ${numberColumn} AS number, ${aliased} FROM ${table} WHERE ${isKey}`,
  );
  const insert = db.prepare<unknown[]>(
    `INSERT INTO ${table} (${numberColumn}, ${names.map((name) => columns[name]).join(', ')})
     VALUES (?, ${names.map(() => '?').join(', ')})`,
  );
  const update = db.prepare<unknown[]>(
    `UPDATE ${table} SET ${changing.map((name) => `${columns[name]} = ?`).join(', ')}
     WHERE ${numberColumn} = ?`,
  );
  const valuesOf = (row: R, of: readonly Column<R>[]) => of.map((name) => row[name]);
  return new RowCache<R>(db, mode, {
    table,
    numberColumn,
    periods: periods ?? { storedOpen: () => null },
    load: (id) => {
      const row = load.get(...id.split(' '));
      return row === undefined ? null : { ...row, open: null, isStored: true, isDirty: false };
    },
    store: (row) => {
      if (row.isStored) update.run(...valuesOf(row, changing), row.number);
      else insert.run(row.number, ...valuesOf(row, names));
    },
  });
}

type Column<R> = Exclude<keyof R, keyof Row> & string;

interface PlainTable<R> {
  readonly table: string;
  readonly numberColumn: string;
  /** Its parts, joined by spaces, are what `find` takes. */
  readonly key: readonly Column<R>[];
  /** By the names they have in the row. */
  readonly columns: Readonly<Record<Column<R>, string>>;
  /** What later events change; the rest stays as it was added. */
  readonly changing: readonly Column<R>[];
  /** Where the rows have a past of their own. */
  readonly periods?: Pick<PeriodTable, 'storedOpen'>;
}

/** A new row, for `add`. */
export function newRow<R extends Row>(cache: RowCache<R>, columns: Omit<R, keyof Row>): R {
  return { ...columns, number: cache.nextNumber(), open: null, isStored: false, isDirty: true } as R;
}
