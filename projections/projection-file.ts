import { hash } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import type { EventStore, RecordedEvent } from '../src/event-store/event-store.js';
import { BUSY_TIMEOUT_MS } from './busy-timeout.js';
import type { Applier, Projection, WriteMode } from './projection.js';
import { DOCS_TABLE, docsOf } from './table-docs.js';

/** How far a file has got, written in the same transaction as its rows. */
export interface Checkpoint {
  readonly logId: string;
  /** Position of the last event applied; 0 = none. */
  readonly position: number;
  /** Hash of that event; null at position 0. */
  readonly eventHash: string | null;
}

/** Room for pages and for sorting while a file is built. */
const BUILD_CACHE_KIB = 128 * 1024;

/** Pages of 4 KiB between two checkpoints; each syncs the file, and the same pages come again and again. */
const CHECKPOINT_PAGES = 8_000;

const CHECKPOINT_TABLE = `CREATE TABLE checkpoint ( -- One row: how far this file follows the log.
  id INTEGER PRIMARY KEY CHECK (id = 1), -- Always 1.
  log_id TEXT NOT NULL, -- The log.
  position INTEGER NOT NULL, -- Place in the log of the last event in here; 0 = none.
  event_hash TEXT, -- Hash of that event.
  projection_version INTEGER NOT NULL, -- Of the code that made the file.
  tables_fingerprint TEXT NOT NULL -- Changes when the code would make other tables.
) STRICT`;

/** One read-model file, open for writing by the one projector of its folder. */
export class ProjectionFile {
  readonly projection: Projection;
  readonly db: Database.Database;
  readonly #applier: Applier;
  readonly #saveCheckpoint: Database.Statement<[number, string]>;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  #checkpoint: Checkpoint;

  /** Makes the file with its tables, and in FOLLOW mode its indexes. */
  static create(path: string, projection: Projection, { logId, mode }: { logId: string; mode: WriteMode }) {
    // Before SQLite would make it readable by everyone; -wal and -shm take their mode from it.
    closeSync(openSync(path, 'wx', 0o600));
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
    if (mode === 'BULK') tuneForBuilding(db);
    else tuneForServing(db);
    db.transaction(() => {
      db.exec(CHECKPOINT_TABLE);
      writeDocs(db, projection);
      for (const table of projection.tables) db.exec(table.create);
      if (mode === 'FOLLOW') createIndexes(db, projection);
      db.prepare('INSERT INTO checkpoint VALUES (1, ?, 0, NULL, ?, ?)').run(
        logId,
        projection.version,
        tablesFingerprint(projection),
      );
    })();
    return new ProjectionFile(db, projection, mode);
  }

  static open(path: string, projection: Projection): ProjectionFile {
    const db = new Database(path, { timeout: BUSY_TIMEOUT_MS, fileMustExist: true });
    tuneForServing(db);
    return new ProjectionFile(db, projection, 'FOLLOW');
  }

  private constructor(db: Database.Database, projection: Projection, mode: WriteMode) {
    this.db = db;
    this.projection = projection;
    this.#checkpoint = readCheckpoint(db);
    this.#saveCheckpoint = db.prepare('UPDATE checkpoint SET position = ?, event_hash = ?');
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#applier = projection.open(db, mode);
  }

  get position(): number {
    return this.#checkpoint.position;
  }

  get heldRows(): number {
    return this.#applier.heldRows;
  }

  begin(): void {
    this.#begin.run();
  }

  get applier(): Pick<Applier, 'apply'> {
    return this.#applier;
  }

  /** Writes what is pending, but commits nothing: a bulk build is one transaction. */
  async flush(): Promise<void> {
    await this.#applier.write();
  }

  async commit(last: RecordedEvent): Promise<void> {
    await this.#applier.write();
    this.#saveCheckpoint.run(last.position, last.hash);
    this.#commit.run();
    this.#checkpoint = { ...this.#checkpoint, position: last.position, eventHash: last.hash };
  }

  /** Between transactions, whatever the projection has left for then. */
  settle(): void {
    if (!this.db.inTransaction) this.#applier.settle?.();
  }

  rollback(): void {
    if (this.db.inTransaction) this.db.exec('ROLLBACK');
  }

  /** Ends a bulk build: the rows held back, the checkpoint, the indexes; then a file like any other, not yet synced. */
  async finishBuilding(last: RecordedEvent | null): Promise<void> {
    await this.#applier.finish();
    if (last !== null) this.#saveCheckpoint.run(last.position, last.hash);
    this.#commit.run();
    createIndexes(this.db, this.projection);
    for (const statement of this.projection.fillIndexes) this.db.exec(statement);
    this.db.pragma('locking_mode = NORMAL');
    this.db.pragma('journal_mode = WAL');
  }

  close(): void {
    this.db.close();
  }
}

/** Why this file cannot go on with this log, or null: then it can. */
export async function rebuildReason(
  path: string,
  projection: Projection,
  store: Pick<EventStore, 'logId' | 'readAt'>,
): Promise<string | null> {
  if (!existsSync(path)) return `${projection.name}.sqlite is missing`;
  const found = readCheckpointRow(path);
  if (found === null) return `${projection.name}.sqlite cannot be read`;
  if (
    found.projectionVersion !== projection.version ||
    found.tablesFingerprint !== tablesFingerprint(projection)
  )
    return `${projection.name}.sqlite was made by another version of Muster`;
  if (found.logId !== store.logId) return `${projection.name}.sqlite was made from another log`;
  if (found.position === 0) return null;
  const event = await store.readAt(found.position);
  if (event?.hash === found.eventHash) return null;
  return `the log holds another event at position ${found.position} than ${projection.name}.sqlite was made from`;
}

export function readCheckpoint(db: Database.Database): Checkpoint {
  const row = db
    .prepare<[], Checkpoint>('SELECT log_id AS logId, position, event_hash AS eventHash FROM checkpoint')
    .get();
  if (row === undefined) throw new Error('the read-model file has no checkpoint');
  return row;
}

interface CheckpointRow extends Checkpoint {
  readonly projectionVersion: number;
  readonly tablesFingerprint: string;
}

function readCheckpointRow(path: string): CheckpointRow | null {
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
    return (
      db
        .prepare<[], CheckpointRow>(
          `SELECT log_id AS logId, position, event_hash AS eventHash, projection_version AS projectionVersion,
             tables_fingerprint AS tablesFingerprint FROM checkpoint`,
        )
        .get() ?? null
    );
  } catch {
    // Damaged, empty or half made: the file is disposable, so all of these end the same way.
    return null;
  } finally {
    db?.close();
  }
}

/** Changes whenever the code would make other tables. */
function tablesFingerprint(projection: Projection): string {
  return hash('sha256', statementsOf(projection).join('\n'), 'hex');
}

function statementsOf({ tables, indexes }: Projection): readonly string[] {
  return [CHECKPOINT_TABLE, DOCS_TABLE, ...tables.map((table) => table.create), ...indexes];
}

function writeDocs(db: Database.Database, projection: Projection): void {
  db.exec(DOCS_TABLE);
  const insert = db.prepare('INSERT INTO docs VALUES (?, ?, ?)');
  for (const { tableName, columnName, description } of statementsOf(projection).flatMap(docsOf))
    insert.run(tableName, columnName, description);
}

function createIndexes(db: Database.Database, projection: Projection): void {
  for (const statement of projection.indexes) db.exec(statement);
}

function tuneForServing(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}

/** A crash leaves a file nobody has been told of: it needs no journal and is synced once, before the swap. */
export function tuneForBuilding(db: Database.Database): void {
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma(`cache_size = -${BUILD_CACHE_KIB}`);
}
