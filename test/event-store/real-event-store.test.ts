import { randomUUID } from 'node:crypto';
import { EventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { reportContractNotRun } from './contract-report.js';
import { describeEventStoreContract } from './event-store-contract.js';

const url = process.env.EVENTSTOREDB_URL;
const REAL = 'a real EventStoreDB or KurrentDB';

if (url === undefined)
  describe(`the event store on ${REAL}`, () => {
    it('keeps the contract (set EVENTSTOREDB_URL to a server for tests)');
    reportContractNotRun(REAL, 'set EVENTSTOREDB_URL to a server for tests');
  });
else
  describeEventStoreContract(`the event store on ${REAL}`, async () => {
    const logName = `muster-test-${randomUUID()}`;
    const opened: EventStoreDbEventStore[] = [];
    const open = async () => {
      const store = await EventStoreDbEventStore.open({ url, logName });
      opened.push(store);
      return store;
    };
    return {
      store: await open(),
      reopen: open,
      dispose: async () => {
        await Promise.all(opened.map((store) => store.close()));
      },
    };
  });
