import type Database from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { openForWriting } from '../../database/sqlite-file.js';
import {
  type AppendGroup,
  type GroupOutcome,
  NO_EVENTS,
  WRONG_REVISION,
  type WriterOptions,
} from './append-group.js';
import { LOG_FORMAT, logFormat } from './log-format.js';
import { storageFailure } from './storage-failure.js';

/** Streams whose last revision is remembered; another stream costs one look into the index. */
const MAX_CACHED_HEADS = 10_000;

/** A checkpoint each 16 MiB of WAL: the pages of the index are written again and again, the fewer times the better. */
export const CHECKPOINT_PAGES = 4_000;

/** The one writer of the log: puts a group of appends into one transaction, each accepted or refused on its own. */
export class LogWriter {
  readonly #db: Database.Database;
  readonly #begin: Database.Statement<[]>;
  readonly #commit: Database.Statement<[]>;
  readonly #insert: Database.Statement<[number, string, number, string, string, string, string]>;
  readonly #lastPosition: Database.Statement<[], number>;
  readonly #lastRevision: Database.Statement<[string], number>;
  readonly #storedEvent: Database.Statement<[string, number], { id: string; position: number }>;
  readonly #heads = new LRUCache<string, number>({ max: MAX_CACHED_HEADS });
  #position = 0;

  constructor({ path, maxPageCount, newLogId }: Omit<WriterOptions, 'channelName'>) {
    const db = openForWriting(path, newLogId === null ? LOG_FORMAT : logFormat(() => newLogId));
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    if (maxPageCount !== null) db.pragma(`max_page_count = ${maxPageCount}`);
    this.#db = db;
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
    this.#lastPosition = db.prepare<[], number>('SELECT ifnull(max(position), 0) FROM events').pluck();
    this.#lastRevision = db
      .prepare<[string], number>(`SELECT ifnull(max(revision), ${NO_EVENTS}) FROM events WHERE stream = ?`)
      .pluck();
    this.#storedEvent = db.prepare(
      'SELECT event_id AS id, position FROM events WHERE stream = ? AND revision = ?',
    );
  }

  /** Durable when it returns DECIDED. Never throws for what a disk can do. */
  append(group: AppendGroup): GroupOutcome {
    let committing = false;
    try {
      this.#begin.run();
      this.#forgetHeadsWhenOvertaken();
      const results = this.#decideAll(group);
      committing = true;
      this.#commit.run();
      return { status: 'DECIDED', results };
    } catch (error) {
      const clean = this.#rollBack();
      return storageFailure(error, { committing, clean });
    }
  }

  close(): void {
    this.#db.close();
  }

  #decideAll({ strings, numbers }: AppendGroup): number[] {
    const results: number[] = [];
    let s = 0;
    for (let n = 0; n < numbers.length; n += 2) {
      const stream = strings[s] as string;
      const expected = numbers[n] as number;
      const count = numbers[n + 1] as number;
      const head = this.#headOf(stream);
      if (head === expected) {
        this.#insertAll(strings, { at: s + 1, stream, revision: head, count });
        results.push(head + count, this.#position);
      } else {
        const position = this.#repeated(strings, { at: s + 1, stream, revision: expected, count });
        if (position === null) results.push(head, WRONG_REVISION);
        else results.push(expected + count, position);
      }
      s += 1 + 4 * count;
    }
    return results;
  }

  #insertAll(strings: readonly string[], { at, stream, revision, count }: Place): void {
    for (let i = 0; i < count; i++) {
      const s = at + 4 * i;
      this.#insert.run(
        this.#position + 1,
        stream,
        revision + 1 + i,
        strings[s] as string,
        strings[s + 1] as string,
        strings[s + 2] as string,
        strings[s + 3] as string,
      );
      this.#position += 1;
    }
    this.#heads.set(stream, revision + count);
  }

  /** Position of the last event when exactly these ids already are where this append wants to put them. */
  #repeated(strings: readonly string[], { at, stream, revision, count }: Place): number | null {
    let position: number | null = null;
    for (let i = 0; i < count; i++) {
      const stored = this.#storedEvent.get(stream, revision + 1 + i);
      if (stored === undefined || stored.id !== strings[at + 4 * i]) return null;
      position = stored.position;
    }
    return position;
  }

  #headOf(stream: string): number {
    return this.#heads.get(stream) ?? this.#lastRevision.get(stream) ?? NO_EVENTS;
  }

  /** The folder's lock keeps other writers out; should one come anyway, nothing remembered may be trusted. */
  #forgetHeadsWhenOvertaken(): void {
    const position = this.#lastPosition.get() ?? 0;
    if (position === this.#position) return;
    this.#heads.clear();
    this.#position = position;
  }

  #rollBack(): boolean {
    this.#heads.clear();
    this.#position = -1;
    try {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      return true;
    } catch {
      return false;
    }
  }
}

interface Place {
  readonly at: number;
  readonly stream: string;
  /** Revision before the first event. */
  readonly revision: number;
  readonly count: number;
}
