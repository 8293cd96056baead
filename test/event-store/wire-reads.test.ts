import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { type EventStore, type RecordedEvent, StoreUnavailable } from '../../src/event-store/event-store.js';
import { MAX_LAG_MS } from '../../src/read-lag.js';
import { type FaultAction, type FaultRule, planOf } from '../support/wire-server/faults.js';
import { appendSystemEvent } from '../support/wire-server/new-wire-log.js';
import { chained, idsOf, newStream, readEverything, rejectionOf } from './sample-events.js';
import { hurriedPacing, type TemporaryWireLog, temporaryWireLog } from './temporary-wire-log.js';

const appendTo = (store: EventStore, count: number) =>
  store.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(count) });

const TROUBLES: readonly FaultAction[] = [
  'drop',
  'hang',
  'not-ready',
  'not-leader',
  'timed-out',
  'cancelled',
  'unknown',
];

describe('the EventStoreDB event store reading', () => {
  let log: TemporaryWireLog;
  beforeEach(async () => {
    log = await temporaryWireLog();
  });
  afterEach(() => log.remove());

  describe('while the server has trouble', () => {
    for (const does of TROUBLES)
      it(`asks again after a ${does}, also in the middle of a page`, async () => {
        const store = await log.open({ pacing: hurriedPacing(), callTimeoutMs: 150 });
        const stream = newStream();
        const events = chained(8);
        await store.append({ stream, expectedRevision: 'NO_STREAM', events });
        log.node.setFaults(
          planOf([
            { times: 1, method: 'ReadAll', faults: [{ at: 'before', does }] },
            { times: 1, method: 'ReadAll', faults: [{ at: { afterEvents: 5 }, does }] },
            { times: 1, method: 'ReadStream', faults: [{ at: 'before', does }] },
            { times: 1, method: 'ReadStream', faults: [{ at: { afterEvents: 5 }, does }] },
          ]),
        );
        expect(idsOf(await store.readStream(stream, { maxCount: 100 }))).to.deep.equal(idsOf(events));
        expect(idsOf(await store.readAll({ afterPosition: 0, maxCount: 100 }))).to.deep.equal(idsOf(events));
      });

    for (const does of TROUBLES)
      it(`says StoreUnavailable when it never gets beyond a ${does}`, async () => {
        const store = await log.open({ pacing: hurriedPacing(), callTimeoutMs: 50, patienceMs: 200 });
        const { position } = await appendTo(store, 1);
        log.node.setFaults(planOf([{ faults: [{ at: 'before', does }] }]));
        for (const read of [
          () => store.head(),
          () => store.readStream(newStream(), { maxCount: 1 }),
          () => store.readAll({ afterPosition: 0, maxCount: 1 }),
          () => store.readAll({ afterPosition: position, maxCount: 1 }),
        ])
          expect(await rejectionOf(read())).to.be.instanceOf(StoreUnavailable);
        expect(store.state).to.include({ writable: false });
      });

    it('lets a page take its time while events keep coming', async () => {
      const store = await log.open({ callTimeoutMs: 400 });
      await appendTo(store, 8);
      log.node.setFaults(
        planOf([{ method: 'ReadAll', faults: [{ at: 'eachEvent', does: { delayMs: 100 } }] }]),
      );
      const asked = log.node.calls().ReadAll ?? 0;
      expect(await store.readAll({ afterPosition: 0, maxCount: 100 })).to.have.length(8);
      expect(log.node.calls().ReadAll).to.equal(asked + 1);
    });

    it('lets nobody wait for a read when it is closed', async () => {
      const store = await log.open();
      log.node.setFaults(planOf([{ faults: [{ at: 'before', does: 'hang' }] }]));
      const head = rejectionOf(store.head());
      await store.close();
      expect(await head).to.be.instanceOf(StoreUnavailable);
    });
  });

  describe('among events of others', () => {
    it('passes over those of the server and of other applications', async () => {
      const store = await log.open();
      const other = await log.open({ logName: 'other' });
      expect(await store.head()).to.equal(0);
      const own: string[] = [];
      for (let round = 0; round < 30; round++) {
        for (let i = 0; i < round; i++) appendSystemEvent(log.node.log);
        await appendTo(other, 3);
        const events = chained(2);
        const { position } = await store.append({
          stream: newStream(),
          expectedRevision: 'NO_STREAM',
          events,
        });
        own.push(...idsOf(events));
        appendSystemEvent(log.node.log);
        expect(await store.head()).to.equal(position);
        expect(await store.readAll({ afterPosition: position, maxCount: 1 })).to.deep.equal([]);
      }
      expect(idsOf(await readEverything(store))).to.deep.equal(own);
      const pages: RecordedEvent[] = [];
      for (let page = await store.readAll({ afterPosition: 0, maxCount: 7 }); page.length > 0; ) {
        pages.push(...page);
        page = await store.readAll({ afterPosition: page.at(-1)?.position ?? 0, maxCount: 7 });
      }
      expect(idsOf(pages)).to.deep.equal(own);
    });

    it('looks through what others wrote after its last event once only', async () => {
      const store = await log.open();
      const { position } = await appendTo(store, 1);
      for (let i = 0; i < 5_000; i++) appendSystemEvent(log.node.log);
      const callsOf = async (read: () => Promise<unknown>) => {
        const before = log.node.calls().ReadAll ?? 0;
        await read();
        return (log.node.calls().ReadAll ?? 0) - before;
      };
      const read = () => store.readAll({ afterPosition: position, maxCount: 1_000 });
      expect(await callsOf(read)).to.be.above(4);
      expect(await callsOf(read)).to.equal(1);
      expect(await callsOf(() => store.head())).to.equal(1);
    });

    it('finds one event by its position in one call, and nothing of others, nor between two', async () => {
      const store = await log.open();
      const other = await log.open({ logName: 'other' });
      await appendTo(store, 1_500);
      const { position: foreign } = await appendTo(other, 1);
      const { position } = await appendTo(store, 1);
      const before = log.node.calls().ReadAll ?? 0;
      expect((await store.readAt(position))?.position).to.equal(position);
      expect(await store.readAt(foreign)).to.equal(null);
      expect((log.node.calls().ReadAll ?? 0) - before).to.equal(2);
      expect(await store.readAt(position - 1)).to.equal(null);
    });

    it('keeps the logs of two Musters apart, streams and identities', async () => {
      const [one, two] = [await log.open(), await log.open({ logName: 'muster-2' })];
      expect(one.logId).to.not.equal(two.logId);
      const stream = newStream();
      for (const store of [one, two])
        await store.append({ stream, expectedRevision: 'NO_STREAM', events: chained(1) });
      expect(await readEverything(one)).to.have.length(1);
      expect(await readEverything(two)).to.have.length(1);
    });

    it('says so when somebody else has written into a stream of its own', async () => {
      const store = await log.open();
      log.node.log.append({
        stream: 'muster.account-1',
        expected: 'ANY',
        events: [
          {
            id: '00000000-0000-4000-8000-000000000009',
            type: 'Foreign',
            isJson: true,
            data: Buffer.from('{}'),
            metadata: Buffer.alloc(0),
          },
        ],
      });
      const error = await rejectionOf(store.readAll({ afterPosition: 0, maxCount: 1 }));
      expect((error as Error).message).to.match(
        /revision 0 of the stream muster\.account-1 was not written by/,
      );
    });
  });

  it('takes any number for a position, though the server takes only those of records', async () => {
    const store = await log.open({ pacing: hurriedPacing() });
    const events = chained(4);
    for (const event of events)
      await store.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: [event] });
    const all = await readEverything(store);
    const [first, second] = all.map(({ position }) => position);
    const idsAfter = async (afterPosition: number) =>
      idsOf(await store.readAll({ afterPosition, maxCount: 10 }));
    expect(await idsAfter((first ?? 0) + 1)).to.deep.equal(idsOf(events.slice(1)));
    expect(await idsAfter((second ?? 0) - 1)).to.deep.equal(idsOf(events.slice(1)));
    expect(await idsAfter(1)).to.deep.equal(idsOf(events));
    expect(await idsAfter(2 ** 53 - 1)).to.deep.equal([]);
    await store.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(1) });
    expect(await readEverything(store)).to.have.length(5);
  });

  it('takes trouble further on in the log for no position of its own', async () => {
    const store = await log.open({ pacing: hurriedPacing() });
    const { position } = await appendTo(store, 1);
    for (let i = 0; i < 1_500; i++) appendSystemEvent(log.node.log);
    const { position: last } = await appendTo(store, 1);
    const asked = log.node.calls().ReadAll ?? 0;
    // Two calls learn that there is no such position, the third begins at the start.
    const numbers = [asked + 4, asked + 5];
    log.node.setFaults(planOf([{ method: 'ReadAll', numbers, faults: [{ at: 'before', does: 'unknown' }] }]));
    const events = await store.readAll({ afterPosition: position + 1, maxCount: 1_000 });
    expect(events.map((event) => event.position)).to.deep.equal([last]);
    expect(log.node.calls().ReadAll).to.be.above(asked + 5);
  });

  it('refuses a position beyond 2^53 - 1, which it could not tell from its neighbours', async () => {
    const store = await log.open();
    const [last] = log.node.log.records.slice(-1);
    log.node.log.take({ ...(last ?? expect.fail()), position: 2n ** 53n, stream: 'muster.account-1' });
    expect(await rejectionOf(store.head())).to.be.instanceOf(RangeError);
  });

  describe('subscribed', () => {
    const subscriptionTroubles: readonly FaultRule[] = [
      { method: 'SubscribeToAll', probability: 0.5, faults: [{ at: { afterEvents: 2 }, does: 'drop' }] },
      { method: 'SubscribeToAll', probability: 0.3, faults: [{ at: { afterEvents: 1 }, does: 'end' }] },
      { method: 'SubscribeToAll', probability: 0.3, faults: [{ at: 'before', does: 'unknown' }] },
      { method: 'SubscribeToAll', probability: 0.2, faults: [{ at: 'before', does: 'hang' }] },
      { method: 'ReadAll', probability: 0.1, faults: [{ at: { afterEvents: 1 }, does: 'drop' }] },
      { method: 'ReadAll', probability: 0.1, faults: [{ at: { afterEvents: 1 }, does: 'end' }] },
      { method: 'ReadAll', probability: 0.1, faults: [{ at: 'before', does: 'unknown' }] },
      { method: 'Append', probability: 0.1, faults: [{ at: 'after', does: 'timed-out' }] },
    ];
    for (const seed of [1, 2, 3])
      it(`neither skips nor repeats, whatever breaks (seed ${seed})`, async () => {
        const store = await log.open({ callTimeoutMs: 300 });
        const seen: RecordedEvent[] = [];
        let wake = () => {};
        const subscription = store.subscribe({
          afterPosition: 0,
          maxBatch: 5,
          onEvents: (events) => {
            seen.push(...events);
            wake();
          },
        });
        log.node.setFaults(planOf(subscriptionTroubles, seed));
        for (let i = 0; i < 60; i++) await appendTo(store, 1 + (i % 3));
        await new Promise<void>((resolve) => {
          wake = () => seen.length === 120 && resolve();
          wake();
        });
        log.node.setFaults(() => []);
        await subscription.close();
        expect(seen).to.deep.equal(await readEverything(store));
      });

    it('is told in time to serve reads when the live subscription says nothing', async () => {
      const store = await log.open({ callTimeoutMs: 60_000 });
      log.node.setFaults(planOf([{ method: 'SubscribeToAll', faults: [{ at: 'before', does: 'hang' }] }]));
      let delivered = () => {};
      const subscription = store.subscribe({ afterPosition: 0, onEvents: () => delivered() });
      const waits: number[] = [];
      while (waits.length < 4) {
        const next = new Promise<void>((resolve) => {
          delivered = resolve;
        });
        // So that it has read to the end, and sleeps.
        await pause(100);
        const sinceMs = performance.now();
        await appendTo(store, 1);
        await next;
        waits.push(performance.now() - sinceMs);
      }
      await subscription.close();
      // The best of them: a busy machine makes some late.
      expect(Math.min(...waits)).to.be.below(MAX_LAG_MS);
    });

    it('goes on when the server has been away, without being asked', async () => {
      const store = await log.open({ patienceMs: 50 });
      const seen: RecordedEvent[] = [];
      let wake = () => {};
      const subscription = store.subscribe({
        afterPosition: 0,
        onEvents: (events) => {
          seen.push(...events);
          wake();
        },
      });
      log.node.setFaults(planOf([{ faults: [{ at: 'before', does: 'not-ready' }] }]));
      expect(await rejectionOf(appendTo(store, 1))).to.be.instanceOf(StoreUnavailable);
      log.node.dropConnections();
      log.node.setFaults(() => []);
      const delivered = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await appendTo(store, 1);
      await delivered;
      await subscription.close();
      expect(seen).to.have.length(1);
    });

    it('closes at once while the server does not answer', async () => {
      const store = await log.open();
      log.node.setFaults(planOf([{ faults: [{ at: 'before', does: 'hang' }] }]));
      const subscription = store.subscribe({ afterPosition: 0, onEvents: () => {} });
      await new Promise((resolve) => setTimeout(resolve, 20));
      await subscription.close();
      await subscription.ended;
    });
  });
});
