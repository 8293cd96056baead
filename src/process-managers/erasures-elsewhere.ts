import { type CarryOutParts, followErasure } from '../application/erasure/carry-out-erasure.js';
import type { WorkLists } from '../application/work-lists.js';
import type { Work } from './work-loop.js';

export interface ErasuresElsewhereParts extends CarryOutParts {
  readonly lists: WorkLists;
}

/**
 * What an erasure that another node has carried out leaves to be done on this one: its own ledger, and its own mail
 * folder. Gone over anew after each start, for every step can be repeated; erasures are few.
 */
export const erasuresElsewhere = (parts: ErasuresElsewhereParts): Work<string> => {
  const followed = new Set<string>();
  return {
    name: 'erasures of other nodes',
    parallel: 1,
    list: (limit) =>
      parts.store.isExclusive
        ? []
        : parts.lists
            .erasedPeople()
            .filter((userId) => !followed.has(userId))
            .slice(0, limit),
    keyOf: (userId) => userId,
    async do(userId) {
      if (await followErasure(parts, userId)) followed.add(userId);
      // Nothing is written into the log.
      return null;
    },
  };
};
