import { createWriteStream, rmSync } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type Database from 'better-sqlite3';
import { ReadConnections } from '../../projections/read-connections.js';
import { ReadFolder } from '../../projections/read-folder.js';
import { csvOf } from '../../schema/csv.js';
import { CommandError } from '../cli/command-error.js';
import { readOnlyFolder } from '../cli/environment.js';
import { exitCodes } from '../cli/exit-codes.js';
import { type Progress, startProgress } from '../cli/progress.js';
import { recordReading } from '../cli/record-reading.js';
import { print, say } from '../cli/terminal.js';
import { refuseExisting } from './events.js';

export interface TableExport {
  readonly data: string;
  readonly table: string;
  readonly format: 'csv' | 'jsonl';
  readonly out?: string;
  readonly names: boolean;
  readonly json: boolean;
}

/** Made for Muster itself. */
const INTERNAL = ['checkpoint', 'docs', 'people_search'];
const ROWS_A_CHUNK = 500;

type Row = Readonly<Record<string, string | number | null>>;

/** The rows as of one moment, streamed: a table may be larger than the memory. */
export async function exportTable(options: TableExport): Promise<void> {
  const { table, format, out, names, json } = options;
  if (out !== undefined) refuseExisting(out);
  const folder = readOnlyFolder(options.data);
  const connections = connect(folder.readPath, options.data);
  const progress = startProgress(`exporting ${table}`);
  try {
    const db = databaseOf(connections, { table, names });
    recordReading(folder.readingsPath, { kind: 'EXPORT', accountIds: null, filter: { table, names } });
    db.exec('BEGIN');
    const position = connections.position;
    const rows = await write(db, { table, format, names, to: targetOf(out), progress });
    progress.stop();
    const done = { table, rows, position: String(position), out: out ?? null };
    const told = json ? JSON.stringify(done) : `${rows} rows of ${table}, as of position ${position}`;
    // stdout is for the rows when they go there.
    if (out === undefined) say(told);
    else print(told);
  } catch (error) {
    if (out !== undefined) rmSync(out, { force: true });
    throw error;
  } finally {
    progress.stop();
    connections.close();
    folder.close();
  }
}

function connect(readPath: string, data: string): ReadConnections {
  const folder = new ReadFolder(readPath);
  const generation = folder.current();
  if (generation !== null) return new ReadConnections(folder, generation);
  throw new CommandError(
    `${data} has no read model yet: run npm run rebuild, or start the server once`,
    exitCodes.dataFolder,
  );
}

/** @throws CommandError that lists the tables when there is none of this name */
function databaseOf(
  { members, audit }: ReadConnections,
  { table, names }: Pick<TableExport, 'table' | 'names'>,
): Database.Database {
  if (tablesIn(members, 'main').includes(table)) return members;
  if (tablesIn(audit, 'main').includes(table)) return audit;
  if (tablesIn(members, 'people').includes(table)) {
    if (names) return members;
    throw new CommandError(
      `${table} holds personal data in clear: add --names if you may have it`,
      exitCodes.usage,
    );
  }
  const all = [...tablesIn(members, 'main'), ...tablesIn(audit, 'main'), ...tablesIn(members, 'people')];
  throw new CommandError(
    `there is no table ${table}; there are:\n  ${all.sort().join('\n  ')}`,
    exitCodes.usage,
  );
}

function tablesIn(db: Database.Database, schema: 'main' | 'people'): string[] {
  const tables = db.prepare<[], string>(`SELECT table_name FROM ${schema}.docs WHERE column_name IS NULL`);
  return tables
    .pluck()
    .all()
    .filter((name) => !INTERNAL.includes(name));
}

const targetOf = (out: string | undefined): Writable =>
  out === undefined ? process.stdout : createWriteStream(out, { flags: 'wx', mode: 0o600 });

interface Writing {
  readonly table: string;
  readonly format: TableExport['format'];
  readonly names: boolean;
  readonly to: Writable;
  readonly progress: Progress;
}

async function write(
  db: Database.Database,
  { table, format, names, to, progress }: Writing,
): Promise<number> {
  const columns = db.prepare<[], string>(`SELECT name FROM pragma_table_info('${table}')`).pluck().all();
  const total = db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;
  const withNames = names && columns.includes('user_id') && table !== 'people';
  const shown = withNames ? [...columns, 'name', 'email'] : columns;
  const statement = db.prepare<[], Row>(
    withNames
      ? `SELECT t.*, p.name, p.email FROM ${table} t LEFT JOIN people.people p ON p.user_id = t.user_id`
      : `SELECT * FROM ${table}`,
  );
  let rows = 0;
  function* chunks(): Generator<string> {
    if (format === 'csv') yield csvOf([shown]);
    let chunk: Row[] = [];
    for (const row of statement.iterate()) {
      chunk.push(row);
      if (chunk.length < ROWS_A_CHUNK) continue;
      yield textOf(chunk);
      chunk = [];
    }
    yield textOf(chunk);
  }
  const textOf = (chunk: readonly Row[]): string => {
    rows += chunk.length;
    progress.update(rows, total);
    return format === 'csv'
      ? csvOf(chunk.map((row) => shown.map((column) => row[column] ?? null)))
      : chunk.map((row) => `${JSON.stringify(row)}\n`).join('');
  };
  await pipeline(Readable.from(chunks()), to, { end: to !== process.stdout });
  return rows;
}
