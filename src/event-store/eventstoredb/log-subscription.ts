import {
  type ReadAllOptions,
  type RecordedEvent,
  StoreUnavailable,
  type SubscribeOptions,
  type Subscription,
} from '../event-store.js';
import type { LogTail } from './log-tail.js';
import { type Pacing, Patience } from './patience.js';

const DEFAULT_BATCH = 1_000;

export interface LogSource {
  readonly read: (options: ReadAllOptions, signal: AbortSignal) => Promise<readonly RecordedEvent[]>;
  readonly tail: LogTail;
  readonly pacing: Pacing;
}

/**
 * Pages through the log, then sleeps at its end until woken; one delivery at a time. While the store is away it waits
 * for it, then goes on after the last event that was delivered.
 */
export class LogSubscription implements Subscription {
  readonly ended: Promise<void>;
  readonly #tail: LogTail;
  readonly #closing = new AbortController();

  constructor(options: SubscribeOptions, source: LogSource) {
    this.#tail = source.tail;
    this.ended = this.#run(options, source);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#tail.wake();
    // What ended it is for whoever watches `ended`; closing an ended subscription is fine.
    await this.ended.catch(() => undefined);
  }

  async #run(
    { afterPosition, onEvents, maxBatch = DEFAULT_BATCH }: SubscribeOptions,
    source: LogSource,
  ): Promise<void> {
    const { signal } = this.#closing;
    const patience = new Patience(source.pacing, Number.POSITIVE_INFINITY);
    let position = afterPosition;
    while (!signal.aborted) {
      // Before reading, so that what comes in between wakes too.
      const more = this.#tail.next();
      const events = await this.#page({ afterPosition: position, maxCount: maxBatch }, source, patience);
      // An aborted read is an empty page, and the next turn of the loop its end.
      if (signal.aborted) return;
      const last = events.at(-1);
      if (last === undefined) {
        await more;
        continue;
      }
      patience.refresh();
      await onEvents(events);
      position = last.position;
    }
  }

  async #page(
    page: ReadAllOptions,
    { read }: LogSource,
    patience: Patience,
  ): Promise<readonly RecordedEvent[]> {
    const { signal } = this.#closing;
    for (;;)
      try {
        return await read(page, signal);
      } catch (error) {
        if (signal.aborted) return [];
        if (!(error instanceof StoreUnavailable)) throw error;
        await patience.again(signal).catch(() => undefined);
      }
  }
}
