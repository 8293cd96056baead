import type Database from 'better-sqlite3';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import { type StreamHead, sortedByName } from '../../src/proof/heads-tree.js';
import type { WriteMode } from '../projection.js';

/** Where each stream stands; of a batch only the last event counts, of a bulk build only the last of all. */
export class HeadRows {
  readonly #heads = new Map<string, StreamHead>();
  readonly #mode: WriteMode;
  readonly #put: Database.Statement<[string, number, string]>;

  constructor(db: Database.Database, mode: WriteMode) {
    this.#mode = mode;
    this.#put = db.prepare(
      `INSERT INTO heads VALUES (?, ?, ?)
       ON CONFLICT (stream) DO UPDATE SET revision = excluded.revision, hash = excluded.hash`,
    );
  }

  get heldRows(): number {
    return this.#heads.size;
  }

  set({ stream, revision, hash }: RecordedEvent): void {
    this.#heads.set(stream, { stream, revision, hash });
  }

  write(): void {
    if (this.#mode === 'FOLLOW') this.#flush(this.#heads.values());
  }

  /** In the order of the table: no page is written twice. */
  finish(): void {
    this.#flush(sortedByName(this.#heads.values()));
  }

  #flush(heads: Iterable<StreamHead>): void {
    for (const { stream, revision, hash } of heads) this.#put.run(stream, revision, hash);
    this.#heads.clear();
  }
}
