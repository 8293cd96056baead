import type Database from 'better-sqlite3';
import { openForReading } from '../../database/sqlite-file.js';
import type { ReadAllOptions, ReadStreamOptions, RecordedEvent } from '../event-store.js';
import { StoreUnavailable } from '../event-store.js';
import { assertCount } from '../request-checks.js';
import { LOG_FORMAT } from './log-format.js';

const EVENT = 'SELECT event_id AS id, type, body, hash, stream, revision, position FROM events';

/** Reads the log on the calling thread over a connection of its own that cannot write. */
export class LogReader {
  readonly logId: string;
  readonly #db: Database.Database;
  readonly #forwards: Database.Statement<[string, number, number], RecordedEvent>;
  readonly #backwards: Database.Statement<[string, number, number], RecordedEvent>;
  readonly #all: Database.Statement<[number, number], RecordedEvent>;
  readonly #at: Database.Statement<[number], RecordedEvent>;
  readonly #head: Database.Statement<[], number>;
  readonly #dataVersion: Database.Statement<[], number>;

  constructor(path: string) {
    this.#db = openForReading(path, LOG_FORMAT);
    const logId = this.#db.prepare<[], string>("SELECT value FROM meta WHERE name = 'log_id'").pluck().get();
    if (logId === undefined) throw new Error(`the event log ${path} has no log id`);
    this.logId = logId;
    this.#forwards = this.#db.prepare(
      `${EVENT} WHERE stream = ? AND revision >= ? ORDER BY revision LIMIT ?`,
    );
    this.#backwards = this.#db.prepare(
      `${EVENT} WHERE stream = ? AND revision <= ? ORDER BY revision DESC LIMIT ?`,
    );
    this.#all = this.#db.prepare(`${EVENT} WHERE position > ? ORDER BY position LIMIT ?`);
    this.#at = this.#db.prepare(`${EVENT} WHERE position = ?`);
    this.#head = this.#db.prepare<[], number>('SELECT ifnull(max(position), 0) FROM events').pluck();
    this.#dataVersion = this.#db.prepare<[], number>('PRAGMA data_version').pluck();
  }

  readStream(
    stream: string,
    { fromRevision, maxCount, direction = 'FORWARDS' }: ReadStreamOptions,
  ): RecordedEvent[] {
    this.#refuseWhenClosed();
    assertCount(maxCount);
    return direction === 'FORWARDS'
      ? this.#forwards.all(stream, fromRevision ?? 0, maxCount)
      : this.#backwards.all(stream, fromRevision ?? Number.MAX_SAFE_INTEGER, maxCount);
  }

  readAll({ afterPosition, maxCount }: ReadAllOptions): RecordedEvent[] {
    this.#refuseWhenClosed();
    assertCount(maxCount);
    return this.#all.all(afterPosition, maxCount);
  }

  readAt(position: number): RecordedEvent | null {
    this.#refuseWhenClosed();
    return this.#at.get(position) ?? null;
  }

  head(): number {
    this.#refuseWhenClosed();
    return this.#head.get() ?? 0;
  }

  /** Changes whenever anyone else, in this process or another, has committed. */
  dataVersion(): number {
    return this.#dataVersion.get() ?? 0;
  }

  close(): void {
    this.#db.close();
  }

  #refuseWhenClosed(): void {
    if (!this.#db.open) throw new StoreUnavailable('the event log is closed');
  }
}
