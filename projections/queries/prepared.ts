import type Database from 'better-sqlite3';

const caches = new WeakMap<Database.Database, Map<string, Database.Statement<unknown[], unknown>>>();

/** The statement for a text, compiled once per connection. Texts are built from a few fixed parts, so they are few. */
export function prepared<Row>(db: Database.Database, sql: string): Database.Statement<unknown[], Row> {
  let cache = caches.get(db);
  if (cache === undefined) {
    cache = new Map();
    caches.set(db, cache);
  }
  let statement = cache.get(sql);
  if (statement === undefined) {
    statement = db.prepare(sql);
    cache.set(sql, statement);
  }
  return statement as Database.Statement<unknown[], Row>;
}

/**
 * All rows of a query as one JSON text from SQLite, parsed at once: for a page of 50 rows that takes a third of the time
 * of fetching them one by one. Only texts, nulls and integers below 2^53. `columns` are the names in `sql`; `rowOf` gets
 * their values in that order, and spells the row out: filled column by column, objects take ten times as long.
 */
export function rowsAtOnce<Values extends readonly unknown[], Row>(
  db: Database.Database,
  sql: string,
  { columns, rowOf }: { readonly columns: string; readonly rowOf: (values: Values) => Row },
  ...parameters: unknown[]
): Row[] {
  const whole = `SELECT json_group_array(json_array(${columns})) AS found FROM (${sql})`;
  const found = prepared<{ found: string }>(db, whole).get(...parameters)?.found ?? '[]';
  return (JSON.parse(found) as Values[]).map(rowOf);
}
