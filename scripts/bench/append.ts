import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { hashOf } from '../../src/event-store/chain.js';
import type { NewEvent } from '../../src/event-store/event-store.js';
import { EVENTS_TABLE, STREAM_INDEX } from '../../src/event-store/sqlite/log-format.js';
import { CHECKPOINT_PAGES } from '../../src/event-store/sqlite/log-writer.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';

const APPENDERS = 64;
const EVENTS_EACH = 500;
const ROUNDS = 5;

export interface AppendBench {
  readonly name: 'append';
  readonly ratio: number;
  readonly target: 0.6;
  readonly value: number;
  readonly floor: number;
  readonly unit: 'events/s';
  readonly note: string;
}

/** Durable appends by 64 concurrent callers, against SQLite inserting the same rows with nothing round it. */
export async function benchAppend(): Promise<AppendBench> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-bench-append-'));
  try {
    const rows = newRows();
    const floors: number[] = [];
    const values: number[] = [];
    // The first round warms both up; then they alternate, so that a slow moment of the machine hits both.
    for (let round = 0; round <= ROUNDS; round++) {
      const floor = bareSqlite(join(folder, `floor-${round}.sqlite`), rows);
      const value = await throughTheStore(join(folder, `store-${round}.sqlite`), rows);
      if (round === 0) continue;
      floors.push(floor);
      values.push(value);
    }
    const [value, floor] = [median(values), median(floors)];
    return {
      name: 'append',
      ratio: value / floor,
      target: 0.6,
      value,
      floor,
      unit: 'events/s',
      note:
        `${APPENDERS} appenders, one event of ${rows[0]?.[0]?.body.length} bytes each, synchronous=FULL. Floor: bare ` +
        `better-sqlite3, one transaction per ${APPENDERS} rows. Limits: the writer thread waits while the main thread ` +
        'wakes its callers, the copy of each group between the two, and the append-only triggers.',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The floor: same table, same index, same rows, same groups, same durability, same checkpoints; no triggers, no thread, no promises. */
function bareSqlite(path: string, rows: Rows): number {
  const db = new Database(path);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.exec(`${EVENTS_TABLE}; ${STREAM_INDEX}`);
  const insert = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)');
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  let position = 0;
  const start = performance.now();
  for (let revision = 0; revision < EVENTS_EACH; revision++) {
    begin.run();
    for (let appender = 0; appender < APPENDERS; appender++) {
      const { id, type, body, hash } = eventAt(rows, { appender, revision });
      position += 1;
      insert.run(position, streamOf(appender), revision, id, type, body, hash);
    }
    commit.run();
  }
  const elapsedMs = performance.now() - start;
  db.close();
  return perSecond(elapsedMs);
}

async function throughTheStore(path: string, rows: Rows): Promise<number> {
  const store = await SqliteEventStore.open({ path });
  const appendAll = async (appender: number) => {
    const stream = streamOf(appender);
    for (let revision = 0; revision < EVENTS_EACH; revision++) {
      const expectedRevision = revision === 0 ? 'NO_STREAM' : revision - 1;
      await store.append({ stream, expectedRevision, events: [eventAt(rows, { appender, revision })] });
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: APPENDERS }, (_, appender) => appendAll(appender)));
  const elapsedMs = performance.now() - start;
  await store.close();
  return perSecond(elapsedMs);
}

/** Per appender its events in order. */
type Rows = readonly (readonly NewEvent[])[];

function newRows(): Rows {
  return Array.from({ length: APPENDERS }, (_, appender) =>
    Array.from({ length: EVENTS_EACH }, (_, revision) => newEvent(appender, revision)),
  );
}

function newEvent(appender: number, revision: number): NewEvent {
  const id = randomUUID();
  const body = JSON.stringify({ eventId: id, stream: streamOf(appender), revision, data: 'x'.repeat(500) });
  return { id, type: 'UserRegistered', body, hash: hashOf(body) };
}

function eventAt(rows: Rows, { appender, revision }: { appender: number; revision: number }): NewEvent {
  return rows[appender]?.[revision] as NewEvent;
}

const streamOf = (appender: number) => `account-00000000-0000-4000-8000-0000000000${appender + 10}`;
const perSecond = (elapsedMs: number) => (APPENDERS * EVENTS_EACH * 1000) / elapsedMs;
const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] as number;
