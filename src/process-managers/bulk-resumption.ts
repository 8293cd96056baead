import type { WorkLists } from '../application/work-lists.js';
import type { Work } from './work-loop.js';

export interface BulkResumptionParts {
  /** Goes on with operations that nobody works on; passes over those under way. */
  readonly bulk: { resume(ids: readonly string[]): Promise<void> };
  readonly lists: WorkLists;
}

/** Brings bulk operations to their end that a crash or an outage has cut off. */
export const bulkResumption = ({ bulk, lists }: BulkResumptionParts): Work<string> => ({
  name: 'bulk operations',
  parallel: 1,
  list: (limit) => lists.unfinishedBulkOperations({ limit }),
  keyOf: (bulkOperationId) => bulkOperationId,
  async do(bulkOperationId) {
    await bulk.resume([bulkOperationId]);
    // Where it ended is not told; it is looked at again after a pause, should it still be listed.
    return null;
  },
});
