import { setImmediate as nextTurn } from 'node:timers/promises';
import { readLogState } from '../projections/queries/proof.js';
import type { ReadModel } from '../projections/read-model.js';
import type { ReadLogState } from './application/checkpoints.js';
import { ReadModelBehind } from './application/work-lists.js';
import type { EventStore } from './event-store/event-store.js';

/** A read model that is not level with the log after this long is not signed (ms). */
const CATCH_UP_MS = 2_000;

/** What the read model of this process shows of the log, for signing. */
export const logStateOf =
  (readModel: ReadModel, store: Pick<EventStore, 'head'>): ReadLogState =>
  async (use) => {
    if (!(await readModel.waitFor(await store.head(), CATCH_UP_MS))) throw new ReadModelBehind();
    const db = readModel.openProof();
    try {
      return use(await readLogState(db, () => nextTurn()));
    } finally {
      db.close();
    }
  };
