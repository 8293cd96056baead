import type { EventStore } from '../event-store/event-store.js';
import { Overloaded } from './account-errors.js';

/** Questions about one account's past that may wait for each other. */
export const MAX_QUESTIONS = 30;

/** One at a time for each name: each holds a whole account, or the tree of all stream heads, in memory. */
export const inTurn = async <T>(store: EventStore, stream: string, work: () => Promise<T>): Promise<T> => {
  const ofStore = lanes.get(store) ?? new Map<string, Lane>();
  lanes.set(store, ofStore);
  const lane = ofStore.get(stream) ?? { last: Promise.resolve(), length: 0 };
  if (lane.length >= MAX_QUESTIONS) throw new Overloaded('questions');
  const mine = lane.last.then(work);
  ofStore.set(stream, lane);
  lane.last = mine.catch(() => undefined);
  lane.length += 1;
  try {
    return await mine;
  } finally {
    lane.length -= 1;
    if (lane.length === 0) ofStore.delete(stream);
  }
};

interface Lane {
  last: Promise<unknown>;
  length: number;
}

const lanes = new WeakMap<EventStore, Map<string, Lane>>();
