import { type EventStore, OutcomeUnknown, StoreUnavailable } from '../../../src/event-store/event-store.js';
import { sharedStore } from './bulk-world.js';

/** BEFORE: the append does not get there. AFTER: it does, and nobody is told. */
export type Death = 'BEFORE' | 'AFTER';

/** The log as a process sees it that dies at its n-th append: nothing it asks for afterwards is done. */
export interface DyingStore {
  readonly store: EventStore;
  readonly isDead: () => boolean;
}

export function dyingStore(store: EventStore, n: number, death: Death): DyingStore {
  let appends = 0;
  const alive = () => {
    if (appends >= n) throw new StoreUnavailable('the process is dead');
  };
  return {
    isDead: () => appends >= n,
    store: sharedStore(store, {
      append: async (request) => {
        alive();
        appends += 1;
        if (appends < n) return store.append(request);
        if (death === 'AFTER') await store.append(request);
        throw new OutcomeUnknown('the process is dying');
      },
      readStream: async (stream, options) => {
        alive();
        return store.readStream(stream, options);
      },
      head: async () => {
        alive();
        return store.head();
      },
    }),
  };
}
