import type { WorkLists } from '../application/work-lists.js';
import type { EventStore } from '../event-store/event-store.js';
import type { Work } from './work-loop.js';

/** Every part that is done says so in the operation's stream; a part takes well under a second. */
const OTHER_NODES_MS = 60_000;

export interface BulkResumptionParts {
  /** Goes on with operations that nobody works on; passes over those under way. */
  readonly bulk: { resume(ids: readonly string[], untouchedForMs: number): Promise<void> };
  readonly store: EventStore;
  readonly lists: WorkLists;
}

/**
 * Brings bulk operations to their end that a crash or an outage has cut off. Several nodes at one operation do nothing
 * twice, but get in each other's way, so that one which another node may be working on is left alone for a minute.
 */
export const bulkResumption = ({ bulk, lists, store }: BulkResumptionParts): Work<string> => ({
  name: 'bulk operations',
  parallel: 1,
  list: (limit) => lists.unfinishedBulkOperations({ limit }),
  keyOf: (bulkOperationId) => bulkOperationId,
  async do(bulkOperationId) {
    await bulk.resume([bulkOperationId], store.isExclusive ? 0 : OTHER_NODES_MS);
    // Where it ended is not told; it is looked at again after a pause, should it still be listed.
    return null;
  },
});
