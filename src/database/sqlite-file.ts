import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { DatabaseFileError, fileErrorFrom } from './database-file-error.js';

/** One kind of file that must survive: who it belongs to, which version this build knows, and its whole schema. */
export interface FileFormat {
  /** For messages: "event log", "key vault". */
  readonly what: string;
  /** PRAGMA application_id, so that another program's database is never taken for ours. */
  readonly applicationId: number;
  /** PRAGMA user_version. */
  readonly version: number;
  readonly schema: readonly string[];
  /** Puts in the first rows; runs in the transaction that makes the schema. */
  readonly initialise?: (db: Database.Database) => void;
}

/**
 * Opens the file for writing with synchronous=FULL in WAL mode, and makes it first when there is none.
 * @throws DatabaseFileError
 */
export function openForWriting(path: string, format: FileFormat): Database.Database {
  createPrivateFile(path, format);
  return opened(path, format, { fileMustExist: true, timeout: 5_000 }, (db) => {
    const isNew = recogniseFormat(db, path, format) === 'EMPTY';
    commitDurably(db);
    if (isNew) initialise(db, format);
    else refuseUnwritable(db, format);
    refuseChangedSchema(db, path, format);
  });
}

/**
 * Opens the file for reading only; it must exist. Needs no lock, and goes on beside a writer.
 * @throws DatabaseFileError
 */
export function openForReading(path: string, format: FileFormat): Database.Database {
  return opened(path, format, { readonly: true, fileMustExist: true, timeout: 5_000 }, (db) => {
    if (recogniseFormat(db, path, format) === 'EMPTY')
      throw new DatabaseFileError(
        'MISSING',
        `the ${format.what} ${path} is empty: nothing was ever written to it`,
      );
    refuseChangedSchema(db, path, format);
  });
}

/**
 * Makes sure, without writing to it, that an existing file is ours and not from a newer version.
 * @throws DatabaseFileError
 */
export function probeFormat(path: string, format: FileFormat): void {
  opened(path, format, { readonly: true, fileMustExist: true }, (db) =>
    recogniseFormat(db, path, format),
  ).close();
}

function opened(
  path: string,
  format: FileFormat,
  options: Database.Options,
  prepare: (db: Database.Database) => void,
): Database.Database {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, options);
    refuseOldSqlite(db);
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw fileErrorFrom(error, { path, what: format.what });
  }
}

/** SQLite alone makes files readable by everyone. An existing file is left as it is; -wal and -shm take their mode from the main file. */
export function createPrivateFile(path: string, { what }: Pick<FileFormat, 'what'>): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    const folder = openSync(dirname(path), 'r');
    // The name of the file must survive a power cut as its pages do.
    fsyncSync(folder);
    closeSync(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return;
    throw fileErrorFrom(error, { path, what });
  }
}

function recogniseFormat(db: Database.Database, path: string, format: FileFormat): 'EMPTY' | 'KNOWN' {
  const version = pragmaNumber(db, 'user_version');
  const applicationId = pragmaNumber(db, 'application_id');
  const objects = db.prepare<[], number>('SELECT count(*) FROM sqlite_master').pluck().get();
  if (version === 0 && applicationId === 0 && objects === 0) return 'EMPTY';
  if (applicationId !== format.applicationId)
    throw new DatabaseFileError('CORRUPT', `${path} is an SQLite database, but not a Muster ${format.what}`);
  if (version > format.version)
    throw new DatabaseFileError(
      'NEWER_VERSION',
      `the ${format.what} ${path} has format ${version}; this build knows formats up to ${format.version}. ` +
        'Nothing was changed. Run the newer version of Muster that wrote it.',
    );
  return 'KNOWN';
}

function commitDurably(db: Database.Database): void {
  db.pragma('journal_mode = WAL');
  // better-sqlite3 is compiled to drop to NORMAL in WAL mode, where a commit may be lost in a power cut.
  db.pragma('synchronous = FULL');
  // On macOS fsync alone stops at the drive's cache; elsewhere these change nothing.
  db.pragma('fullfsync = ON');
  db.pragma('checkpoint_fullfsync = ON');
  const journal = db.pragma('journal_mode', { simple: true });
  const synchronous = pragmaNumber(db, 'synchronous');
  if (journal !== 'wal' || synchronous !== 2)
    throw new Error(
      `expected journal_mode wal and synchronous 2 (FULL), found ${journal} and ${synchronous}`,
    );
}

function initialise(db: Database.Database, format: FileFormat): void {
  db.transaction(() => {
    for (const statement of format.schema) db.exec(statement);
    format.initialise?.(db);
    db.pragma(`application_id = ${format.applicationId}`);
    db.pragma(`user_version = ${format.version}`);
  }).immediate();
}

/** SQLite opens a file it may not write for reading, and says so only at the first write. */
function refuseUnwritable(db: Database.Database, { version }: FileFormat): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    db.pragma(`user_version = ${version}`);
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** A dropped trigger or index would silently drop what it guards. */
function refuseChangedSchema(db: Database.Database, path: string, format: FileFormat): void {
  const found = db.prepare<[], string>('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL').pluck().all();
  const missing = format.schema.find((statement) => !found.includes(statement));
  if (missing === undefined && found.length === format.schema.length) return;
  throw new DatabaseFileError(
    'CORRUPT',
    `the schema of the ${format.what} ${path} was changed by hand` +
      `${missing === undefined ? '' : ` (missing: ${missing.slice(0, 60)} …)`}. Restore the file from a backup.`,
  );
}

/** Below 3.51.3 a WAL reset could lose committed transactions. */
function refuseOldSqlite(db: Database.Database): void {
  const version = db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (major * 1_000_000 + minor * 1_000 + patch < 3_051_003)
    throw new Error(
      `SQLite ${version} is too old, 3.51.3 or newer is needed: install better-sqlite3 12.11 or newer`,
    );
}

function pragmaNumber(db: Database.Database, name: string): number {
  return Number(db.pragma(name, { simple: true }));
}
