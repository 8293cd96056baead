import { expect } from 'chai';
import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.js';
import { playedOn, propsFor, storeOperations } from './store-equivalence.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';
import { type TemporaryWireLog, temporaryWireLog } from './temporary-wire-log.js';

/** More with MUSTER_TEST_EQUIVALENCE_RUNS=10000. */
const RUNS = Number(process.env.MUSTER_TEST_EQUIVALENCE_RUNS ?? 200);

/** In each pair of logs: a read from an invented position reads a log from its start, so that long logs make it slow. */
const RUNS_PER_LOG = 500;

describe(`SQLite and EventStoreDB, over ${RUNS} random sequences of operations`, () => {
  let sqliteLog: TemporaryLog;
  let wireLog: TemporaryWireLog;
  let sqlite: EventStore;
  let wire: EventStore;
  beforeEach(async () => {
    sqliteLog = temporaryLog();
    wireLog = await temporaryWireLog();
    sqlite = await sqliteLog.open();
    wire = await wireLog.open();
  });
  afterEach(async () => {
    await sqliteLog.remove();
    await wireLog.remove();
  });

  for (let first = 0; first < RUNS; first += RUNS_PER_LOG) {
    const numRuns = Math.min(RUNS_PER_LOG, RUNS - first);
    it(`give the same answers and keep the same logs, ${first + 1} to ${first + numRuns}`, () =>
      fc.assert(
        fc.asyncProperty(storeOperations, async (operations) => {
          const props = propsFor(operations);
          const [bySqlite, byWire] = await Promise.all(
            [sqlite, wire].map((store) => playedOn(store, { operations, props })),
          );
          expect(byWire).to.deep.equal(bySqlite);
        }),
        { numRuns },
      )).timeout(300_000);
  }
});
