import { rmSync } from 'node:fs';
import type Database from 'better-sqlite3';
import type { Snapshot, SnapshotStore } from '../application/snapshot-store.js';
import { DatabaseFileError } from '../database/database-file-error.js';
import { type FileFormat, openForWriting } from '../database/sqlite-file.js';
import { hashOf } from '../event-store/chain.js';

const format: FileFormat = {
  what: 'snapshot file',
  applicationId: 0x4d_75_73_53,
  version: 1,
  schema: [
    `CREATE TABLE snapshots (
  stream TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  hash TEXT NOT NULL,
  version INTEGER NOT NULL,
  body TEXT NOT NULL,
  body_hash TEXT NOT NULL
) STRICT`,
  ],
};

/** Snapshots in a file that may be deleted at any time; one that cannot be used is made anew. */
export class SqliteSnapshotStore implements SnapshotStore {
  readonly #db: Database.Database;

  constructor(path: string) {
    this.#db = openAnew(path);
  }

  /** Null for a snapshot whose bytes are not those that were saved: decisions rest on it. */
  async load(stream: string): Promise<Snapshot | null> {
    const row = this.#db
      .prepare<[string], Snapshot & { body_hash: string }>(
        'SELECT revision, hash, version, body, body_hash FROM snapshots WHERE stream = ?',
      )
      .get(stream);
    if (row === undefined || hashOf(row.body) !== row.body_hash) return null;
    const { body_hash: _, ...snapshot } = row;
    return snapshot;
  }

  async save(stream: string, { revision, hash, version, body }: Snapshot): Promise<void> {
    this.#db
      .prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)')
      .run(stream, revision, hash, version, body, hashOf(body));
  }

  close(): void {
    this.#db.close();
  }
}

/** Damaged or of another version: snapshots are disposable, so the file is too. */
const openAnew = (path: string): Database.Database => {
  try {
    return openForWriting(path, format);
  } catch (error) {
    const isUnusable =
      error instanceof DatabaseFileError && (error.code === 'CORRUPT' || error.code === 'NEWER_VERSION');
    if (!isUnusable) throw error;
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    return openForWriting(path, format);
  }
};
