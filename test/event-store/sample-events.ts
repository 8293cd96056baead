import { randomUUID } from 'node:crypto';
import { hashOf } from '../../src/event-store/chain.js';
import type { EventStore, NewEvent, RecordedEvent } from '../../src/event-store/event-store.js';

/** A name no other test uses, so that tests may share one store. */
export const newStream = (): string => `sample-${randomUUID()}`;

/** An event whose body is exactly this text. */
export const eventOf = (body: string): NewEvent => ({
  id: randomUUID(),
  type: 'SampleHappened',
  body,
  hash: hashOf(body),
});

/** Events linked into a hash chain, to follow an event with this hash (null: to begin a stream). */
export function chained(count: number, previousHash: string | null = null): NewEvent[] {
  const events: NewEvent[] = [];
  for (let i = 0; i < count; i++) {
    previousHash = events.at(-1)?.hash ?? previousHash;
    events.push(eventOf(JSON.stringify({ number: i, previousHash })));
  }
  return events;
}

/** Everything after a position. */
export async function readEverything(store: EventStore, afterPosition = 0): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (;;) {
    const page = await store.readAll({ afterPosition: all.at(-1)?.position ?? afterPosition, maxCount: 500 });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}
