import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { openDataFolder } from '../../src/data-folder.js';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { startAppendChild } from '../support/start-append-child.js';
import { chained, newStream } from './sample-events.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';

describe('a subscription of a store that only reads', () => {
  let log: TemporaryLog;
  beforeEach(async () => {
    log = temporaryLog();
    await (await log.open()).close();
  });
  afterEach(() => log.remove());

  it('follows the appends of another store of this thread', async () => {
    const writer = await log.open();
    const reader = SqliteEventStore.openReader({ path: log.path });
    const delivered = nextDelivery(reader);
    await writer.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(2) });
    expect(await delivered).to.have.length(2);
    await reader.close();
  });

  it('follows the appends of another process', async () => {
    const reader = SqliteEventStore.openReader({ path: log.path });
    const delivered = nextDelivery(reader);
    const child = startAppendChild({ folder: log.folder, appenders: 1, appendsEach: 1, maxEvents: 1 });
    child.go();
    expect((await delivered)[0]?.type).to.equal('CrashTested');
    expect(await child.ended).to.equal('');
    await reader.close();
  });

  it('follows the appends from a worker thread', async () => {
    const writer = await log.open();
    const module = JSON.stringify(
      new URL('../../src/event-store/sqlite/sqlite-event-store.ts', import.meta.url).href,
    );
    const worker = new Worker(
      `import(${JSON.stringify(import.meta.resolve('tsx/esm/api'))}).then(async ({ register }) => {
        register();
        const { SqliteEventStore } = await import(${module});
        const { parentPort, workerData: path } = require('node:worker_threads');
        const store = SqliteEventStore.openReader({ path });
        store.subscribe({
          afterPosition: 0,
          onEvents: async (events) => {
            parentPort.postMessage(events);
            setImmediate(() => store.close());
          },
        });
        setTimeout(() => parentPort.postMessage('listening'), 0);
        parentPort.once('message', () => {});
      })`,
      { eval: true, workerData: log.path },
    );
    expect(await once(worker, 'message')).to.deep.equal(['listening']);
    const delivered = once(worker, 'message') as Promise<[RecordedEvent[]]>;
    await writer.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(3) });
    expect((await delivered)[0]).to.have.length(3);
    await worker.terminate();
  });

  it('needs no lock: it reads beside the writer', async () => {
    const folder = openDataFolder({ path: log.folder, mode: 'write' });
    const beside = openDataFolder({ path: log.folder, mode: 'read' });
    const reader = SqliteEventStore.openReader({ path: beside.logPath });
    expect(await reader.head()).to.equal(0);
    await reader.close();
    beside.close();
    folder.close();
  });
});

/** The first events delivered. */
function nextDelivery(store: SqliteEventStore): Promise<readonly RecordedEvent[]> {
  return new Promise((resolve, reject) => {
    store.subscribe({ afterPosition: 0, onEvents: resolve }).ended.catch(reject);
  });
}
