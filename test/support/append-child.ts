import { randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { openDataFolder } from '../../src/data-folder.js';
import { hashOf } from '../../src/event-store/chain.js';
import type { NewEvent } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';

/**
 * A process that only appends, to be killed, traced or starved by its parent: `append-child.ts <ChildOptions>`.
 * Waits for a line on standard input, then opens the folder. Each ChildMessage is a line on standard output.
 */
export interface ChildOptions {
  readonly folder: string;
  /** Appenders at work together, each on a stream of its own. */
  readonly appenders: number;
  /** Appends each of them makes; null: until killed. */
  readonly appendsEach: number | null;
  /** Events in one append are a random number up to this. */
  readonly maxEvents: number;
}

export type ChildMessage =
  | { readonly kind: 'LOADED' }
  | { readonly kind: 'OPEN' }
  /** Printed only after the append has resolved. */
  | {
      readonly kind: 'ACKNOWLEDGED';
      readonly stream: string;
      readonly firstRevision: number;
      readonly ids: readonly string[];
    }
  | { readonly kind: 'FAILED'; readonly error: string; readonly message: string };

/** Body of each event: lets the parent see whether an append is there as a whole. */
export interface ChildEventBody {
  readonly previousHash: string | null;
  readonly append: string;
  readonly index: number;
  readonly count: number;
}

const { folder: path, appenders, appendsEach, maxEvents } = JSON.parse(process.argv[2] ?? '') as ChildOptions;
tell({ kind: 'LOADED' });
await once(process.stdin, 'data');
process.stdin.unref();

const folder = openDataFolder({ path, mode: 'write' });
const store = await SqliteEventStore.open({ path: folder.logPath });
tell({ kind: 'OPEN' });
await Promise.all(Array.from({ length: appenders }, (_, i) => appendTo(`crash-${i}`)));
await store.close();
folder.close();

async function appendTo(stream: string): Promise<void> {
  const [last] = await store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
  let head = last === undefined ? null : { revision: last.revision, hash: last.hash };
  for (let i = 0; appendsEach === null || i < appendsEach; i++) {
    const events = nextEvents(head?.hash ?? null);
    try {
      const { revision } = await store.append({
        stream,
        expectedRevision: head?.revision ?? 'NO_STREAM',
        events,
      });
      head = { revision, hash: events.at(-1)?.hash ?? '' };
      tell({
        kind: 'ACKNOWLEDGED',
        stream,
        firstRevision: revision - events.length + 1,
        ids: events.map(({ id }) => id),
      });
    } catch (error) {
      const { name, message } = error as Error;
      tell({ kind: 'FAILED', error: name, message });
    }
  }
}

function nextEvents(previousHash: string | null): NewEvent[] {
  const append = randomUUID();
  const count = randomInt(1, maxEvents + 1);
  const events: NewEvent[] = [];
  for (let index = 0; index < count; index++) {
    const body: ChildEventBody = { previousHash: events.at(-1)?.hash ?? previousHash, append, index, count };
    const text = JSON.stringify({ ...body, padding: 'x'.repeat(400) });
    events.push({ id: randomUUID(), type: 'CrashTested', body: text, hash: hashOf(text) });
  }
  return events;
}

/** Synchronously: a line is in the pipe before anything else happens. */
function tell(message: ChildMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}
