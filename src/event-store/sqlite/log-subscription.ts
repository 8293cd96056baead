import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ReadAllOptions, RecordedEvent, SubscribeOptions, Subscription } from '../event-store.js';
import type { LogTail } from './log-tail.js';

const DEFAULT_BATCH = 1_000;

/** Pages through the log, then sleeps at its end until woken; one delivery at a time. */
export class LogSubscription implements Subscription {
  readonly ended: Promise<void>;
  readonly #tail: LogTail;
  #closed = false;

  constructor(options: SubscribeOptions, { read, tail }: LogSource) {
    this.#tail = tail;
    this.ended = this.#run(options, read);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#tail.wake();
    // What ended it is for whoever watches `ended`; closing an ended subscription is fine.
    await this.ended.catch(() => undefined);
  }

  async #run(
    { afterPosition, onEvents, maxBatch = DEFAULT_BATCH }: SubscribeOptions,
    read: LogSource['read'],
  ): Promise<void> {
    let position = afterPosition;
    for (;;) {
      // Reading is synchronous: between two pages everything else gets its turn.
      await nextTurn();
      if (this.#closed) return;
      const events = read({ afterPosition: position, maxCount: maxBatch });
      const last = events.at(-1);
      if (last === undefined) {
        await this.#tail.next();
        continue;
      }
      await onEvents(events);
      position = last.position;
    }
  }
}

export interface LogSource {
  readonly read: (options: ReadAllOptions) => readonly RecordedEvent[];
  readonly tail: LogTail;
}
