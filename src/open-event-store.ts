import type { EventStore, StoreState } from './event-store/event-store.js';
import { SqliteEventStore } from './event-store/sqlite/sqlite-event-store.js';

/** Where the events are: a file in the data folder of the one node that writes it, or a cluster that nodes share. */
export type LogLocation =
  | { readonly kind: 'FILE'; readonly path: string }
  /** The address holds a password: it is never shown. */
  | { readonly kind: 'CLUSTER'; readonly url: string };

export interface OpenEventStore extends EventStore {
  /** Whether appends are taken at present. */
  readonly state: StoreState;
}

/**
 * For the one place of a process that appends. A log that there is not is made; of a file the caller holds the data
 * folder's writer lock.
 * @throws DatabaseFileError, EventStoreDbError
 */
export async function openEventStore(location: LogLocation): Promise<OpenEventStore> {
  return location.kind === 'FILE' ? SqliteEventStore.open({ path: location.path }) : openCluster(location);
}

/**
 * For worker threads and for processes that only read, beside those that write.
 * @throws DatabaseFileError, EventStoreDbError
 */
export async function openEventStoreReader(location: LogLocation): Promise<OpenEventStore> {
  return location.kind === 'FILE'
    ? SqliteEventStore.openReader({ path: location.path })
    : openCluster(location);
}

/** Loaded only where there is a cluster: the client is a tenth of a second, and of memory more than all else. */
async function openCluster({ url }: { readonly url: string }): Promise<OpenEventStore> {
  const { EventStoreDbEventStore } = await import('./event-store/eventstoredb/eventstoredb-event-store.js');
  return EventStoreDbEventStore.open({ url });
}
