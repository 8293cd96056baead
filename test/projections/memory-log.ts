import { randomUUID } from 'node:crypto';
import {
  type Appended,
  type AppendRequest,
  type EventStore,
  type ReadAllOptions,
  type RecordedEvent,
  type SubscribeOptions,
  type Subscription,
  WrongExpectedRevision,
} from '../../src/event-store/event-store.js';

/** The port over an array, with gaps between positions as a store may have them. */
export class MemoryLog implements EventStore {
  readonly logId: string;
  readonly isExclusive = false;
  readonly events: RecordedEvent[] = [];
  readonly #revisions = new Map<string, number>();
  readonly #sleepers = new Set<() => void>();

  constructor(logId: string = randomUUID()) {
    this.logId = logId;
  }

  async append({ stream, expectedRevision, events }: AppendRequest): Promise<Appended> {
    const actual = this.#revisions.get(stream) ?? 'NO_STREAM';
    if (actual !== expectedRevision) throw new WrongExpectedRevision(stream, expectedRevision, actual);
    let revision = actual === 'NO_STREAM' ? -1 : actual;
    for (const event of events) {
      revision += 1;
      const position = (this.events.at(-1)?.position ?? 0) + 1 + (this.events.length % 3);
      this.events.push({ ...event, stream, revision, position });
    }
    this.#revisions.set(stream, revision);
    for (const wake of this.#sleepers) wake();
    return { revision, position: this.events.at(-1)?.position ?? 0 };
  }

  async readStream(): Promise<readonly RecordedEvent[]> {
    throw new Error('projections read the whole log only');
  }

  async readAll({ afterPosition, maxCount }: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    const start = this.events.findIndex((event) => event.position > afterPosition);
    return start === -1 ? [] : this.events.slice(start, start + maxCount);
  }

  async readAt(position: number): Promise<RecordedEvent | null> {
    return this.events.find((event) => event.position === position) ?? null;
  }

  async head(): Promise<number> {
    return this.events.at(-1)?.position ?? 0;
  }

  subscribe({ afterPosition, onEvents, maxBatch = 1000 }: SubscribeOptions): Subscription {
    let closed = false;
    let wake = (): void => {};
    const run = async () => {
      let position = afterPosition;
      while (!closed) {
        const events = await this.readAll({ afterPosition: position, maxCount: maxBatch });
        if (events.length > 0) {
          await onEvents(events);
          position = events.at(-1)?.position ?? position;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          this.#sleepers.add(wake);
        });
        this.#sleepers.delete(wake);
      }
    };
    const ended = run();
    return {
      ended,
      async close() {
        closed = true;
        wake();
        await ended.catch(() => undefined);
      },
    };
  }

  async close(): Promise<void> {}
}
