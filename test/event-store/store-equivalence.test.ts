import { expect } from 'chai';
import fc from 'fast-check';
import type { EventStore } from '../../src/event-store/event-store.js';
import { playedOn, propsFor, storeOperations } from './store-equivalence.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';
import { type TemporaryWireLog, temporaryWireLog } from './temporary-wire-log.js';

/** More with MUSTER_EQUIVALENCE_RUNS=10000. */
const RUNS = Number(process.env.MUSTER_EQUIVALENCE_RUNS ?? 200);

describe('SQLite and EventStoreDB', () => {
  let sqliteLog: TemporaryLog;
  let wireLog: TemporaryWireLog;
  let sqlite: EventStore;
  let wire: EventStore;
  before(async () => {
    sqliteLog = temporaryLog();
    wireLog = await temporaryWireLog();
    sqlite = await sqliteLog.open();
    wire = await wireLog.open();
  });
  after(async () => {
    await sqliteLog.remove();
    await wireLog.remove();
  });

  it(`give the same answers to ${RUNS} random sequences of operations, and keep the same logs`, () =>
    fc.assert(
      fc.asyncProperty(storeOperations, async (operations) => {
        const props = propsFor(operations);
        const [bySqlite, byWire] = await Promise.all(
          [sqlite, wire].map((store) => playedOn(store, { operations, props })),
        );
        expect(byWire).to.deep.equal(bySqlite);
      }),
      { numRuns: RUNS },
    )).timeout(60_000 + 500 * RUNS);
});
