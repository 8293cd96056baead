import { erasedPeople, openErasures } from '../projections/queries/erasures.js';
import { eventRevision } from '../projections/queries/event-revision.js';
import {
  dueAccounts,
  dueMails,
  dueScheduledEnds,
  lingeringAccounts,
  livingAccountIds,
  unfinishedBulkOperations,
} from '../projections/queries/work-lists.js';
import type { ReadModel } from '../projections/read-model.js';
import { ReadModelBehind, type WorkLists } from './application/work-lists.js';
import type { EventStore } from './event-store/event-store.js';

/** A read model that is not level with the log after this long does not count as following it (ms). */
const CATCH_UP_MS = 2_000;

/** The application's questions across accounts, on the read model of this process. */
export const workListsOf = (readModel: ReadModel, store: Pick<EventStore, 'head'>): WorkLists => ({
  dueMails: (options) => dueMails(readModel.members, options),
  dueAccounts: (options) => dueAccounts(readModel.members, options),
  dueScheduledEnds: (options) => dueScheduledEnds(readModel.members, options),
  unfinishedBulkOperations: (options) => unfinishedBulkOperations(readModel.members, options),
  openErasures: ({ limit }) => openErasures(readModel.members, limit),
  erasedPeople: () => erasedPeople(readModel.members),
  lingeringAccounts: (userId) => lingeringAccounts(readModel.members, userId),
  livingAccountIds: (userId) => livingAccountIds(readModel.members, userId),
  revisionOfEvent: (event) => eventRevision(readModel.audit, event),
  async caughtUp() {
    if (!(await readModel.waitFor(await store.head(), CATCH_UP_MS))) throw new ReadModelBehind();
  },
});
