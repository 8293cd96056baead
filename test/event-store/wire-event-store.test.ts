import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import { type RecordedEvent, WrongExpectedRevision } from '../../src/event-store/event-store.js';
import { describeEventStoreContract } from './event-store-contract.js';
import { chained, idsOf, newStream } from './sample-events.js';
import { type TemporaryWireLog, temporaryWireLog } from './temporary-wire-log.js';

describeEventStoreContract('the event store on the wire server of EventStoreDB', async () => {
  const log = await temporaryWireLog();
  return {
    store: await log.open(),
    reopen: log.open,
    dispose: async () => {
      await log.remove();
      // The batch call has no time limit and shares its table of waiting callers with every client of the process.
      expect(log.node.calls()).to.include.keys('Append').and.not.include.keys('BatchAppend');
    },
  };
});

describe('several stores on one EventStoreDB', () => {
  let log: TemporaryWireLog;
  beforeEach(async () => {
    log = await temporaryWireLog();
  });
  afterEach(() => log.remove());

  it('deliver what the others append', async () => {
    const [writer, reader] = [await log.open(), await log.open()];
    const delivered = new Promise<readonly RecordedEvent[]>((resolve) => {
      reader.subscribe({ afterPosition: 0, onEvents: resolve });
    });
    const events = chained(2);
    await writer.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events });
    expect(idsOf(await delivered)).to.deep.equal(idsOf(events));
    expect(reader.isExclusive).to.equal(false);
  });

  it('let exactly one of them win each revision', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => log.open()));
    const stream = newStream();
    for (let revision = 0; revision < 10; revision++) {
      const expectedRevision = revision === 0 ? 'NO_STREAM' : revision - 1;
      const outcomes = await Promise.allSettled(
        stores.map((store) => store.append({ stream, expectedRevision, events: chained(1) })),
      );
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(refused).to.have.length(stores.length - 1);
      for (const reason of refused) expect(reason).to.be.instanceOf(WrongExpectedRevision);
    }
  });

  it('let the process end once they are closed', async () => {
    const script = `
      import { EventStoreDbEventStore } from './src/event-store/eventstoredb/eventstoredb-event-store.ts';
      const store = await EventStoreDbEventStore.open({ url: ${JSON.stringify(log.node.connectionString())} });
      store.subscribe({ afterPosition: 0, onEvents: () => {} });
      await store.close();`;
    const child = spawn(process.execPath, ['--import', 'tsx/esm', '--input-type=module', '-e', script], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    expect(await once(child, 'exit')).to.deep.equal([0, null]);
  });
});
