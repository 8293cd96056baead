import { type CarryOutParts, carryOutErasure } from '../application/erasure/carry-out-erasure.js';
import type { PersonalDataPort } from '../application/personal-data-port.js';
import type { WorkLists } from '../application/work-lists.js';
import type { Work } from './work-loop.js';

export interface ErasuresParts extends CarryOutParts {
  readonly personalData: PersonalDataPort;
  readonly lists: WorkLists;
}

/** Destroys what a requested erasure asks for, and gives the receipt; after a crash it begins anew. */
export const erasures = (parts: ErasuresParts): Work<string> => ({
  name: 'erasures',
  parallel: 1,
  list: (limit) => parts.lists.openErasures({ limit }),
  keyOf: (userId) => userId,
  do: (userId) => carryOutErasure(parts, userId),
});
