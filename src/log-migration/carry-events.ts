import {
  type Appended,
  type AppendRequest,
  type EventStore,
  MAX_APPEND_BYTES,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from '../event-store/event-store.js';
import type { LogWalk } from './log-walk.js';

/** Somebody else has appended to the target, or to the place in it where the next event belongs. */
export class TargetTaken extends Error {
  override readonly name = 'TargetTaken';
  constructor({ stream, expected, actual }: WrongExpectedRevision) {
    super(
      `somebody else writes to the target: its stream ${stream} is at ${actual}, not at ${expected}; stop every Muster ` +
        'and every other npm run migrate-log that uses it, and run this again',
    );
  }
}

export interface Carriage {
  /** Standing where the target ends. */
  readonly source: LogWalk;
  readonly target: Pick<EventStore, 'append' | 'isExclusive'>;
  /** Told the position in the source. */
  readonly onProgress: (position: number) => void;
}

/** Bytes under way at once to a store that does appends in the order in which they are asked for. */
const BYTES_AT_ONCE = 8 * 1024 * 1024;

/** What an event may need on a server beside its body, which the limit of an append does not count. */
const ENVELOPE_BYTES = 64;

/**
 * Appends what the source has left, in its order: consecutive events of one stream in one append, the next one when that
 * is done. Only a log that this process alone can append to takes several at a time: it does them in the order in which
 * they are asked for, whereas a cluster does what is under way at once in any order.
 *
 * Where one run ends depends on nothing but the events and the one it begins with, so that a run that was cut off is sent
 * again as it was, and an append of it that was under way cannot come twice.
 * @throws LogDamaged, TargetTaken, StoreUnavailable, OutcomeUnknown
 */
export async function carryEvents({ source, target, onProgress }: Carriage): Promise<number> {
  let carried = 0;
  const underWay: Promise<Appended>[] = [];
  let bytesUnderWay = 0;
  const settle = async () => {
    // Each is waited for, so that none rejects unheard.
    const outcomes = await Promise.allSettled(underWay.splice(0));
    bytesUnderWay = 0;
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw failureFrom(outcome.reason);
    onProgress(source.position);
  };
  try {
    for (let run = await nextRun(source); run !== null; run = await nextRun(source)) {
      underWay.push(target.append(run.request));
      carried += run.request.events.length;
      bytesUnderWay += run.bytes;
      if (!target.isExclusive || bytesUnderWay >= BYTES_AT_ONCE) await settle();
    }
  } finally {
    await settle();
  }
  return carried;
}

interface Run {
  readonly request: AppendRequest;
  readonly bytes: number;
}

async function nextRun(source: LogWalk): Promise<Run | null> {
  const first = await source.peek();
  if (first === null) return null;
  const events: NewEvent[] = [];
  let bytes = 0;
  for (let next: RecordedEvent | null = first; next?.stream === first.stream; next = await source.peek()) {
    const size = Buffer.byteLength(next.body) + 2 * next.type.length + ENVELOPE_BYTES;
    if (events.length > 0 && bytes + size > MAX_APPEND_BYTES) break;
    source.pass(next);
    const { id, type, body, hash } = next;
    events.push({ id, type, body, hash });
    bytes += size;
  }
  const expectedRevision = first.revision === 0 ? 'NO_STREAM' : first.revision - 1;
  return { request: { stream: first.stream, expectedRevision, events }, bytes };
}

const failureFrom = (error: unknown): unknown =>
  error instanceof WrongExpectedRevision ? new TargetTaken(error) : error;
