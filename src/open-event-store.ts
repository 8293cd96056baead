import type { EventStore } from './event-store/event-store.js';
import { SqliteEventStore, type StoreState } from './event-store/sqlite/sqlite-event-store.js';

/** Where the events are: a file in the data folder of the one node that writes it. */
export type LogLocation = { readonly kind: 'FILE'; readonly path: string };

export interface OpenEventStore extends EventStore {
  /** Whether appends are taken at present. */
  readonly state: StoreState;
}

/**
 * For the one place of a process that appends. A file that there is not is made; the caller holds the data folder's
 * writer lock.
 * @throws DatabaseFileError
 */
export function openEventStore({ path }: LogLocation): Promise<OpenEventStore> {
  return SqliteEventStore.open({ path });
}

/**
 * For worker threads and for processes that only read, beside the one that writes.
 * @throws DatabaseFileError
 */
export async function openEventStoreReader({ path }: LogLocation): Promise<OpenEventStore> {
  return SqliteEventStore.openReader({ path });
}
