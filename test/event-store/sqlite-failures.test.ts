import { chmodSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { expect } from 'chai';
import { MAX_APPEND_BYTES, OutcomeUnknown, StoreUnavailable } from '../../src/event-store/event-store.js';
import { AppendQueue, MAX_QUEUED_BYTES } from '../../src/event-store/sqlite/append-queue.js';
import type { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { chained, eventOf, newStream, readEverything, rejectionOf } from './sample-events.js';
import { type TemporaryLog, temporaryLog } from './temporary-log.js';

const toNewStream = () => ({
  stream: newStream(),
  expectedRevision: 'NO_STREAM' as const,
  events: chained(1),
});
const large = () => ({ ...toNewStream(), events: [eventOf(JSON.stringify('x'.repeat(500_000)))] });

describe('the SQLite event store in trouble', () => {
  let log: TemporaryLog;
  beforeEach(() => {
    log = temporaryLog();
  });
  afterEach(() => log.remove());

  describe('when the disk is full', () => {
    let store: SqliteEventStore;
    beforeEach(async () => {
      store = await log.open({ maxPageCount: 60 });
      await store.append(toNewStream());
    });

    it('answers StoreUnavailable, saying why and what to do', async () => {
      const error = await rejectionOf(store.append(large()));
      expect(error).to.be.instanceOf(StoreUnavailable);
      expect((error as Error).message).to.match(
        /disk or its quota is full: free space, then restart \(SQLITE_FULL/,
      );
    });

    it('takes no more appends, also none that would fit', async () => {
      expect(store.state).to.deep.equal({ writable: true });
      await rejectionOf(store.append(large()));
      expect(await rejectionOf(store.append(toNewStream()))).to.be.instanceOf(StoreUnavailable);
      expect(store.state.writable).to.equal(false);
      expect(store.state)
        .to.have.property('whyNot')
        .that.matches(/SQLITE_FULL/);
    });

    it('refuses everything that waits behind, and leaves nothing of the group', async () => {
      const outcomes = await Promise.allSettled([store.append(toNewStream()), store.append(large())]);
      expect(outcomes.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
      expect(await readEverything(store)).to.have.length(1);
    });

    it('goes on reading, and loses nothing', async () => {
      const before = await readEverything(store);
      await rejectionOf(store.append(large()));
      expect(await readEverything(store)).to.deep.equal(before);
      await store.close();
      const again = await log.open();
      expect(await readEverything(again)).to.deep.equal(before);
      await again.append(large());
    });
  });

  it('refuses a log that this user may not write', async () => {
    await (await log.open()).close();
    chmodSync(log.path, 0o400);
    // Root may write everything: be someone else for as long as it takes.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) chmodSync(log.path, 0o444);
    if (isRoot) chmodSync(log.folder, 0o777);
    if (isRoot) process.seteuid?.(65_534);
    try {
      const error = await rejectionOf(log.open());
      expect(error).to.include({ name: 'DatabaseFileError', code: 'READ_ONLY' });
      expect((error as Error).message).to.contain('give this user the right to write');
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('opened for reading only refuses appends and says so', async () => {
    await (await log.open()).close();
    const reader = await log.open({ readOnly: true });
    const error = await rejectionOf(reader.append(toNewStream()));
    expect(error).to.be.instanceOf(StoreUnavailable);
    expect(reader.state.writable).to.equal(false);
  });

  it('whose writer thread dies does not know the outcome, refuses what comes after, and closes', async () => {
    const worker = new Worker("require('worker_threads').parentPort.once('message', () => process.exit(3))", {
      eval: true,
    });
    const queue = new AppendQueue(worker, () => undefined);
    const underWay = rejectionOf(queue.append(toNewStream()));
    expect(await underWay).to.be.instanceOf(OutcomeUnknown);
    expect(await rejectionOf(queue.append(toNewStream()))).to.be.instanceOf(StoreUnavailable);
    expect(queue.whyNot).to.match(/writer thread has died/);
    await queue.close();
  });

  it('lets only so many bytes wait, refuses the rest, and recovers', async function () {
    this.timeout(60_000);
    const store = await log.open();
    const events = [eventOf(JSON.stringify('x'.repeat(MAX_APPEND_BYTES - 2)))];
    const fits = Math.floor(MAX_QUEUED_BYTES / MAX_APPEND_BYTES);
    const outcomes = await Promise.allSettled(
      Array.from({ length: fits + 3 }, () => store.append({ ...toNewStream(), events })),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused).to.have.length(3);
    for (const { reason } of refused) expect(reason).to.be.instanceOf(StoreUnavailable);
    expect(store.state).to.deep.equal({ writable: true });
    const again = Array.from({ length: fits }, () => store.append({ ...toNewStream(), events }));
    await Promise.all(again);
    expect(await store.head()).to.equal(2 * fits);
  });
});
