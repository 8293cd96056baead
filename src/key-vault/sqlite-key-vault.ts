import type Database from 'better-sqlite3';
import { openForReading, openForWriting } from '../database/sqlite-file.js';
import { KeyDestroyed, type PortableKeyVault, type VaultEntry } from './key-vault.js';
import { VAULT_FORMAT } from './vault-format.js';

export interface SqliteKeyVaultOptions {
  readonly path: string;
  /** Cryptographically strong randomness. */
  readonly randomBytes: (size: number) => Buffer;
  /** For threads and processes that only look keys up: making and destroying keys throws. */
  readonly readOnly?: boolean;
}

const KEY_BYTES = 32;

/**
 * The keys in one SQLite file. Works on the calling thread: making keys costs one fsync however many they are,
 * destroying one a few.
 */
export class SqliteKeyVault implements PortableKeyVault {
  readonly name = `${VAULT_FORMAT.what} ${VAULT_FORMAT.version}`;
  readonly #db: Database.Database;
  readonly #randomBytes: (size: number) => Buffer;
  readonly #find: Database.Statement<[string], { key: Buffer; destroyed: 0 | 1 }>;
  readonly #add: Database.Statement<[string, Buffer, 0 | 1]>;
  readonly #overwrite: Database.Statement<[Buffer, string]>;
  readonly #page: Database.Statement<[string, number], { id: string; key: Buffer; destroyed: 0 | 1 }>;

  /** @throws DatabaseFileError */
  constructor({ path, randomBytes, readOnly = false }: SqliteKeyVaultOptions) {
    const db = readOnly ? openForReading(path, VAULT_FORMAT) : openForWriting(path, VAULT_FORMAT);
    db.pragma('secure_delete = ON');
    if (db.pragma('secure_delete', { simple: true }) !== 1) throw new Error('SQLite refused secure_delete');
    this.#db = db;
    this.#randomBytes = randomBytes;
    this.#find = db.prepare('SELECT key, destroyed FROM keys WHERE id = ?');
    this.#add = db.prepare('INSERT INTO keys (id, key, destroyed) VALUES (?, ?, ?)');
    this.#overwrite = db.prepare('UPDATE keys SET key = ?, destroyed = 1 WHERE id = ?');
    this.#page = db.prepare('SELECT id, key, destroyed FROM keys WHERE id > ? ORDER BY id LIMIT ?');
    // A crash between a destruction and its checkpoint leaves the key's page in the WAL.
    if (!readOnly) this.#emptyWal();
  }

  async ensureKeys(ids: readonly string[]): Promise<void> {
    const missing = this.#missing(ids);
    if (missing.length === 0) return;
    this.#db
      .transaction(() => {
        for (const id of this.#missing(ids)) this.#add.run(id, this.#randomBytes(KEY_BYTES), 0);
      })
      .immediate();
  }

  async key(id: string): Promise<Buffer | null> {
    const found = this.#find.get(id);
    return found === undefined || found.destroyed === 1 ? null : found.key;
  }

  async destroyKey(id: string): Promise<void> {
    this.#db
      .transaction(() => {
        const found = this.#find.get(id);
        if (found === undefined) this.#add.run(id, Buffer.alloc(KEY_BYTES), 1);
        else if (found.destroyed === 0) this.#overwrite.run(Buffer.alloc(KEY_BYTES), id);
      })
      .immediate();
    // Also when it was destroyed before: the checkpoint of that time may have failed.
    this.#emptyWal();
  }

  async entries({
    afterId,
    maxCount,
  }: {
    readonly afterId: string;
    readonly maxCount: number;
  }): Promise<readonly VaultEntry[]> {
    return this.#page
      .all(afterId, maxCount)
      .map(({ id, key, destroyed }) => ({ id, key: destroyed === 1 ? null : key }));
  }

  async addKeys(keys: readonly { readonly id: string; readonly key: Buffer }[]): Promise<void> {
    this.#db
      .transaction(() => {
        for (const { id, key } of keys) if (this.#find.get(id) === undefined) this.#add.run(id, key, 0);
      })
      .immediate();
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  #missing(ids: readonly string[]): readonly string[] {
    return [...new Set(ids)].filter((id) => {
      const found = this.#find.get(id);
      if (found?.destroyed === 1) throw new KeyDestroyed(id);
      return found === undefined;
    });
  }

  /** Pages of the WAL hold keys as they were before; truncating takes them off the file. */
  #emptyWal(): void {
    const rows = this.#db.pragma('wal_checkpoint(TRUNCATE)') as readonly { readonly busy: number }[];
    if (rows[0]?.busy !== 0)
      throw new Error(
        'the key vault is being read by another process, so the erased key is still in its WAL: repeat',
      );
  }
}
