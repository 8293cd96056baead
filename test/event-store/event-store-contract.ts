import { expect } from 'chai';
import {
  AppendTooLarge,
  type EventStore,
  MAX_APPEND_BYTES,
  type NewEvent,
  type RecordedEvent,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../../src/event-store/event-store.js';
import { reportContractRun } from './contract-report.js';
import { followsTheModel } from './event-store-model.js';
import { chained, eventOf, idsOf, newStream, readEverything, rejectionOf } from './sample-events.js';

/** A store under test, on a new log of its own. */
export interface StoreUnderTest {
  readonly store: EventStore;
  /** Another store on the same log, after `store` was closed. */
  reopen(): Promise<EventStore>;
  /** Closes what is still open and removes what was made. */
  dispose(): Promise<void>;
}

/** What every event store owes its callers, whatever keeps the events. */
export function describeEventStoreContract(name: string, openStore: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let underTest: StoreUnderTest;
    let store: EventStore;
    const append = (stream: string, expectedRevision: number | 'NO_STREAM', events: readonly NewEvent[]) =>
      store.append({ stream, expectedRevision, events });
    const readForwards = (stream: string, fromRevision = 0, maxCount = 1_000) =>
      store.readStream(stream, { fromRevision, maxCount });

    before(async () => {
      underTest = await openStore();
      store = underTest.store;
    });
    after(() => underTest.dispose());
    reportContractRun(name);

    it('begins with an empty log that has a name', async () => {
      const own = await openStore();
      try {
        expect(own.store.logId).to.be.a('string').and.not.equal('');
        expect(await own.store.head()).to.equal(0);
        expect(await own.store.readAll({ afterPosition: 0, maxCount: 1 })).to.deep.equal([]);
      } finally {
        await own.dispose();
      }
    });

    describe('keeping bytes', () => {
      for (const [what, text] of Object.entries({
        'plain text': '{"a":1}',
        'insignificant white space and key order': '{ "b" : 1.0,\n\t"a":1e2 }',
        'accents and scripts': '{"name":"Ångström, Ελλάδα, 日本語, עברית"}',
        'composed and decomposed accents apart': '{"a":"\u00e9","b":"e\u0301"}',
        'astral characters': '{"name":"𝒜𝓃𝓃 👩‍🚀"}',
        'escapes as they were written': '{"a":"\\u0041\\/\\n\\"\\\\"}',
        'an escaped NUL': '{"a":"\\u0000"}',
        'an escaped lone surrogate': '{"a":"\\ud800"}',
        'line separators': '{"a":"\u2028\u2029\ufeff"}',
        'numbers beyond 2^53': '{"a":12345678901234567890.10}',
        'a large body': JSON.stringify({ a: 'ü'.repeat(400_000) }),
      }))
        it(`returns ${what} byte for byte`, async () => {
          const stream = newStream();
          const event = eventOf(text);
          await append(stream, 'NO_STREAM', [event]);
          const [read] = await readForwards(stream);
          expect(read).to.include(event);
        });

      it('returns id, type, hash, stream and revision as they went in', async () => {
        const stream = newStream();
        const events = chained(2);
        const { position } = await append(stream, 'NO_STREAM', events);
        const read = await readForwards(stream);
        expect(read).to.have.length(2);
        for (const [revision, event] of read.entries())
          expect(event).to.include({ ...events[revision], stream, revision });
        expect(read[1]?.position).to.equal(position);
      });
    });

    describe('appending', () => {
      it('begins a stream at revision 0', async () => {
        expect((await append(newStream(), 'NO_STREAM', chained(1))).revision).to.equal(0);
      });

      it('answers with the revision and position of the last event', async () => {
        const stream = newStream();
        const appended = await append(stream, 'NO_STREAM', chained(3));
        expect(appended.revision).to.equal(2);
        expect((await readForwards(stream)).at(-1)).to.include(appended);
      });

      it('puts all events of one append next to each other in the log', async () => {
        const before = await store.head();
        const streams = [newStream(), newStream(), newStream()];
        await Promise.all(streams.map((stream) => append(stream, 'NO_STREAM', chained(5))));
        const order = (await readEverything(store, before)).map(({ stream }) => stream);
        expect(order.filter((stream, i) => stream !== order[i - 1])).to.have.members(streams);
      });

      it('is refused with WrongExpectedRevision when the stream exists already', async () => {
        const stream = newStream();
        await append(stream, 'NO_STREAM', chained(2));
        const error = await rejectionOf(append(stream, 'NO_STREAM', chained(1)));
        expect(error).to.be.instanceOf(WrongExpectedRevision);
        expect(error).to.include({ stream, expected: 'NO_STREAM', actual: 1 });
      });

      it('is refused with WrongExpectedRevision when the stream does not exist', async () => {
        const stream = newStream();
        const error = await rejectionOf(append(stream, 3, chained(1)));
        expect(error).to.be.instanceOf(WrongExpectedRevision);
        expect(error).to.include({ stream, expected: 3, actual: 'NO_STREAM' });
      });

      for (const expected of [0, 2])
        it(`is refused with WrongExpectedRevision at ${expected} when the stream is at 1`, async () => {
          const stream = newStream();
          await append(stream, 'NO_STREAM', chained(2));
          const error = await rejectionOf(append(stream, expected, chained(3)));
          expect(error).to.be.instanceOf(WrongExpectedRevision);
          expect(error).to.include({ expected, actual: 1 });
        });

      it('leaves nothing of a refused append behind', async () => {
        const stream = newStream();
        await append(stream, 'NO_STREAM', chained(1));
        const before = await store.head();
        await rejectionOf(append(stream, 7, chained(3)));
        expect(await store.head()).to.equal(before);
        expect(await readForwards(stream)).to.have.length(1);
      });

      it('takes an append of exactly the largest size', async () => {
        const stream = newStream();
        const body = JSON.stringify('x'.repeat(MAX_APPEND_BYTES - 2));
        await append(stream, 'NO_STREAM', [eventOf(body)]);
        expect((await readForwards(stream))[0]?.body).to.equal(body);
      });

      it('is refused with AppendTooLarge above it, counting bytes over all events', async () => {
        const stream = newStream();
        const half = eventOf(JSON.stringify('é'.repeat(MAX_APPEND_BYTES / 4)));
        const error = await rejectionOf(append(stream, 'NO_STREAM', [half, { ...half, id: newStream() }]));
        expect(error).to.be.instanceOf(AppendTooLarge);
        expect(await readForwards(stream)).to.have.length(0);
      });

      it('takes as many events as fit', async () => {
        const stream = newStream();
        const events = Array.from({ length: 1_200 }, () => eventOf(JSON.stringify('x'.repeat(738))));
        expect((await append(stream, 'NO_STREAM', events)).revision).to.equal(1_199);
        expect(idsOf(await readForwards(stream, 0, 2_000))).to.deep.equal(idsOf(events));
      });

      for (const expected of [-1, 0.5, Number.NaN, 2 ** 53])
        it(`at ${expected}, which is no revision, is a mistake`, async () => {
          expect(await rejectionOf(append(newStream(), expected, chained(1)))).to.be.instanceOf(RangeError);
        });

      it('of nothing is a mistake', async () => {
        expect(await rejectionOf(append(newStream(), 'NO_STREAM', []))).to.be.instanceOf(RangeError);
      });

      it('is readable at once when it resolves', async () => {
        const stream = newStream();
        const { position } = await append(stream, 'NO_STREAM', chained(1));
        expect(await store.head()).to.be.at.least(position);
        expect(await readForwards(stream)).to.have.length(1);
      });
    });

    describe('appending the same again', () => {
      it('resolves with the first outcome and adds nothing', async () => {
        const stream = newStream();
        const events = chained(3);
        const first = await append(stream, 'NO_STREAM', events);
        expect(await append(stream, 'NO_STREAM', events)).to.deep.equal(first);
        expect(await readForwards(stream)).to.have.length(3);
      });

      it('also when the stream has gone on since', async () => {
        const stream = newStream();
        await append(stream, 'NO_STREAM', chained(1));
        const events = chained(2);
        const first = await append(stream, 0, events);
        await append(stream, 2, chained(4));
        expect(await append(stream, 0, events)).to.deep.equal(first);
        expect(await readForwards(stream)).to.have.length(7);
      });

      it('also when both are under way together', async () => {
        const stream = newStream();
        const events = chained(2);
        const [first, second] = await Promise.all([1, 2].map(() => append(stream, 'NO_STREAM', events)));
        expect(second).to.deep.equal(first);
        expect(await readForwards(stream)).to.have.length(2);
      });

      it('is refused when only some of the events are the same', async () => {
        const stream = newStream();
        const events = chained(2);
        await append(stream, 'NO_STREAM', events);
        const error = await rejectionOf(append(stream, 'NO_STREAM', [...events.slice(0, 1), ...chained(1)]));
        expect(error).to.be.instanceOf(WrongExpectedRevision);
      });

      it('is refused when the stream ends before the last of them', async () => {
        const stream = newStream();
        const events = chained(3);
        await append(stream, 'NO_STREAM', events.slice(0, 2));
        expect(await rejectionOf(append(stream, 'NO_STREAM', events))).to.be.instanceOf(
          WrongExpectedRevision,
        );
      });

      it('is refused at another expected revision', async () => {
        const stream = newStream();
        const events = chained(2);
        await append(stream, 'NO_STREAM', events);
        expect(await rejectionOf(append(stream, 0, events))).to.be.instanceOf(WrongExpectedRevision);
      });
    });

    describe('appending at the same time', () => {
      it('lets exactly one win each revision of a stream', async () => {
        const stream = newStream();
        const winners: string[] = [];
        for (let revision = 0; revision < 10; revision++) {
          const rivals = Array.from({ length: 8 }, () => chained(1));
          const outcomes = await Promise.allSettled(
            rivals.map((events) => append(stream, revision === 0 ? 'NO_STREAM' : revision - 1, events)),
          );
          const won = rivals.filter((_, i) => outcomes[i]?.status === 'fulfilled');
          expect(won).to.have.length(1);
          winners.push(...idsOf(won.flat()));
          for (const outcome of outcomes)
            if (outcome.status === 'rejected') expect(outcome.reason).to.be.instanceOf(WrongExpectedRevision);
        }
        expect(idsOf(await readForwards(stream))).to.deep.equal(winners);
      });

      it('never lets a refused append fail its neighbours', async () => {
        const taken = newStream();
        await append(taken, 'NO_STREAM', chained(1));
        const outcomes = await Promise.allSettled(
          Array.from({ length: 40 }, (_, i) =>
            append(i % 2 === 0 ? newStream() : taken, 'NO_STREAM', chained((i % 3) + 1)),
          ),
        );
        expect(outcomes.map(({ status }) => status)).to.deep.equal(
          outcomes.map((_, i) => (i % 2 === 0 ? 'fulfilled' : 'rejected')),
        );
      });
    });

    describe('reading a stream', () => {
      const stream = newStream();
      const revisions = (events: readonly RecordedEvent[]) => events.map(({ revision }) => revision);
      before(() => append(stream, 'NO_STREAM', chained(10)));

      it('that is unknown finds nothing, in either direction', async () => {
        expect(await readForwards(newStream())).to.deep.equal([]);
        expect(await store.readStream(newStream(), { maxCount: 1, direction: 'BACKWARDS' })).to.deep.equal(
          [],
        );
      });

      it('goes forwards page by page', async () => {
        expect(revisions(await store.readStream(stream, { maxCount: 4 }))).to.deep.equal([0, 1, 2, 3]);
        expect(revisions(await readForwards(stream, 4, 4))).to.deep.equal([4, 5, 6, 7]);
        expect(revisions(await readForwards(stream, 8, 4))).to.deep.equal([8, 9]);
        expect(await readForwards(stream, 10, 4)).to.deep.equal([]);
      });

      it('goes backwards page by page', async () => {
        const backwards = async (fromRevision?: number) =>
          revisions(
            await store.readStream(stream, {
              maxCount: 4,
              direction: 'BACKWARDS',
              ...(fromRevision === undefined ? {} : { fromRevision }),
            }),
          );
        expect(await backwards()).to.deep.equal([9, 8, 7, 6]);
        expect(await backwards(5)).to.deep.equal([5, 4, 3, 2]);
        expect(await backwards(1)).to.deep.equal([1, 0]);
        expect(await backwards(99)).to.deep.equal([9, 8, 7, 6]);
      });

      it('never takes one stream for another', async () => {
        expect(await readForwards(stream.slice(0, -1))).to.deep.equal([]);
        expect(await readForwards(stream.toUpperCase())).to.deep.equal([]);
        expect(await readForwards(`${stream}%`)).to.deep.equal([]);
      });

      for (const maxCount of [0, -1, 1.5, Number.NaN])
        it(`refuses a page of ${maxCount} events`, async () => {
          expect(await rejectionOf(store.readStream(stream, { maxCount }))).to.be.instanceOf(RangeError);
          expect(await rejectionOf(store.readAll({ afterPosition: 0, maxCount }))).to.be.instanceOf(
            RangeError,
          );
        });
    });

    describe('reading the log', () => {
      it('pages through all streams in the order of appending', async () => {
        const before = await store.head();
        const streams = [newStream(), newStream()];
        const events = chained(6);
        for (const [i, event] of events.entries())
          await append(streams[i % 2] as string, i < 2 ? 'NO_STREAM' : (i >> 1) - 1, [event]);
        const first = await store.readAll({ afterPosition: before, maxCount: 4 });
        const rest = await store.readAll({ afterPosition: first.at(-1)?.position ?? 0, maxCount: 4 });
        expect(idsOf(first)).to.deep.equal(idsOf(events.slice(0, 4)));
        expect(idsOf(rest)).to.deep.equal(idsOf(events.slice(4)));
      });

      it('gives positions that only rise', async () => {
        await append(newStream(), 'NO_STREAM', chained(20));
        const positions = (await readEverything(store)).map(({ position }) => position);
        for (const [i, position] of positions.entries()) expect(position).to.be.above(positions[i - 1] ?? 0);
        expect(positions.every(Number.isSafeInteger)).to.equal(true);
      });

      it('begins after any position, also one that no event has', async () => {
        const before = await store.head();
        const events = chained(3);
        for (const event of events) await append(newStream(), 'NO_STREAM', [event]);
        const eventsAfter = async (afterPosition: number) =>
          idsOf(await store.readAll({ afterPosition, maxCount: 10 }));
        const [, second] = await store.readAll({ afterPosition: before, maxCount: 2 });
        expect(await eventsAfter((second?.position ?? 0) - 1)).to.deep.equal(idsOf(events.slice(1)));
        expect(await eventsAfter(await store.head())).to.deep.equal([]);
        expect(await eventsAfter((await store.head()) + 1)).to.deep.equal([]);
        expect(await eventsAfter(Number.MAX_SAFE_INTEGER)).to.deep.equal([]);
      });

      it('finds the event at its position, and nothing where none is', async () => {
        const stream = newStream();
        const events = chained(3);
        await append(stream, 'NO_STREAM', events);
        const recorded = await store.readStream(stream, { maxCount: 3 });
        for (const event of recorded) expect(await store.readAt(event.position)).to.deep.equal(event);
        const head = await store.head();
        for (const position of [0, head + 1, Number.MAX_SAFE_INTEGER])
          expect(await store.readAt(position), `${position}`).to.equal(null);
      });

      it('finds nothing after the head', async () => {
        const { position } = await append(newStream(), 'NO_STREAM', chained(1));
        expect(await store.head()).to.equal(position);
        expect(await store.readAll({ afterPosition: position, maxCount: 10 })).to.deep.equal([]);
      });
    });

    describe('subscribing', () => {
      it('delivers what is there, then what comes, in order and once', async () => {
        const before = await store.head();
        const stream = newStream();
        await append(stream, 'NO_STREAM', chained(5));
        const seen = collector(10);
        const subscription = store.subscribe({ afterPosition: before, onEvents: seen.take, maxBatch: 2 });
        await append(stream, 4, chained(5));
        await seen.enough;
        await subscription.close();
        expect(seen.events).to.deep.equal(await readEverything(store, before));
      });

      it('begins after the position it is given', async () => {
        const { position } = await append(newStream(), 'NO_STREAM', chained(3));
        const seen = collector(2);
        const subscription = store.subscribe({ afterPosition: position - 1, onEvents: seen.take });
        const next = await append(newStream(), 'NO_STREAM', chained(1));
        await seen.enough;
        await subscription.close();
        expect(seen.events.map((event) => event.position)).to.deep.equal([position, next.position]);
      });

      it('neither skips nor repeats under concurrent appends', async () => {
        const before = await store.head();
        const [fast, slow] = [collector(600), collector(600)];
        const subscriptions = [
          store.subscribe({ afterPosition: before, onEvents: fast.take }),
          store.subscribe({
            afterPosition: before,
            maxBatch: 7,
            onEvents: async (events) => {
              await someTurns();
              slow.take(events);
            },
          }),
        ];
        const appendMany = async () => {
          const stream = newStream();
          for (let i = 0; i < 15; i++) await append(stream, i === 0 ? 'NO_STREAM' : 2 * i - 1, chained(2));
        };
        await Promise.all(Array.from({ length: 20 }, appendMany));
        await Promise.all([fast.enough, slow.enough]);
        await Promise.all(subscriptions.map((subscription) => subscription.close()));
        const expected = idsOf(await readEverything(store, before));
        expect(expected).to.have.length(600);
        expect(idsOf(fast.events)).to.deep.equal(expected);
        expect(idsOf(slow.events)).to.deep.equal(expected);
      });

      it('delivers at most maxBatch at once, and the next batch only when the handler is done', async () => {
        const before = await store.head();
        await append(newStream(), 'NO_STREAM', chained(10));
        let running = 0;
        const sizes: number[] = [];
        const seen = collector(10);
        const subscription = store.subscribe({
          afterPosition: before,
          maxBatch: 3,
          onEvents: async (events) => {
            running += 1;
            sizes.push(running === 1 ? events.length : Number.NaN);
            await someTurns();
            running -= 1;
            seen.take(events);
          },
        });
        await seen.enough;
        await subscription.close();
        expect(sizes).to.deep.equal([3, 3, 3, 1]);
      });

      it('ends with the error of a handler that throws, and delivers nothing more', async () => {
        const before = await store.head();
        const stream = newStream();
        await append(stream, 'NO_STREAM', chained(2));
        let deliveries = 0;
        const subscription = store.subscribe({
          afterPosition: before,
          maxBatch: 1,
          onEvents: () => {
            deliveries += 1;
            throw new Error('the handler failed');
          },
        });
        expect(await rejectionOf(subscription.ended)).to.include({ message: 'the handler failed' });
        await append(stream, 1, chained(1));
        await subscription.close();
        expect(deliveries).to.equal(1);
      });

      it('closes after the running handler, and delivers nothing more', async () => {
        const before = await store.head();
        await append(newStream(), 'NO_STREAM', chained(4));
        const steps: string[] = [];
        let started = () => {};
        const hasStarted = new Promise<void>((resolve) => {
          started = resolve;
        });
        const subscription = store.subscribe({
          afterPosition: before,
          maxBatch: 1,
          onEvents: async () => {
            started();
            await someTurns();
            steps.push('handled');
          },
        });
        await hasStarted;
        await subscription.close();
        steps.push('closed');
        await append(newStream(), 'NO_STREAM', chained(1));
        await subscription.ended;
        expect(steps).to.deep.equal(['handled', 'closed']);
      });
    });

    describe('as a whole', () => {
      it('does what a simple model does, whatever the order of operations', () =>
        followsTheModel(store)).timeout(120_000);
    });

    describe('closing', () => {
      it('keeps everything for the next to open it, under the same log id', async () => {
        const own = await openStore();
        try {
          const before = await own.store.head();
          const stream = newStream();
          await own.store.append({ stream, expectedRevision: 'NO_STREAM', events: chained(3) });
          const events = await readEverything(own.store, before);
          const { logId } = own.store;
          await own.store.close();
          const again = await own.reopen();
          expect(again.logId).to.equal(logId);
          expect(await readEverything(again, before)).to.deep.equal(events);
          const next = await again.append({ stream, expectedRevision: 2, events: chained(1) });
          expect(next.revision).to.equal(3);
        } finally {
          await own.dispose();
        }
      });

      it('finishes the appends it has taken and refuses the ones after', async () => {
        const own = await openStore();
        try {
          const appendTo = (stream: string) =>
            own.store.append({ stream, expectedRevision: 'NO_STREAM', events: chained(1) });
          const taken = Promise.all(Array.from({ length: 20 }, () => appendTo(newStream())));
          const closed = own.store.close();
          const late = rejectionOf(appendTo(newStream()));
          expect(await taken).to.have.length(20);
          expect(await late).to.be.instanceOf(StoreUnavailable);
          await closed;
          expect(await rejectionOf(appendTo(newStream()))).to.be.instanceOf(StoreUnavailable);
          expect(await rejectionOf(own.store.head())).to.be.instanceOf(StoreUnavailable);
          const page = { afterPosition: 0, maxCount: 1 };
          expect(await rejectionOf(own.store.readAll(page))).to.be.instanceOf(StoreUnavailable);
          expect(await rejectionOf(own.store.readStream('s', page))).to.be.instanceOf(StoreUnavailable);
          expect(() => own.store.subscribe({ ...page, onEvents: () => {} })).to.throw(StoreUnavailable);
        } finally {
          await own.dispose();
        }
      });

      it('waits for the handlers of its subscriptions', async () => {
        const own = await openStore();
        try {
          const steps: string[] = [];
          let started = () => {};
          const hasStarted = new Promise<void>((resolve) => {
            started = resolve;
          });
          own.store.subscribe({
            afterPosition: 0,
            onEvents: async () => {
              started();
              await someTurns();
              steps.push('handled');
            },
          });
          await own.store.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(1) });
          await hasStarted;
          await own.store.close();
          steps.push('closed');
          expect(steps).to.deep.equal(['handled', 'closed']);
        } finally {
          await own.dispose();
        }
      });

      it('ends its subscriptions, and may be repeated', async () => {
        const own = await openStore();
        try {
          const subscription = own.store.subscribe({
            afterPosition: await own.store.head(),
            onEvents: () => {},
          });
          await Promise.all([own.store.close(), own.store.close()]);
          await subscription.ended;
          await own.store.close();
        } finally {
          await own.dispose();
        }
      });
    });
  });
}

/** Long enough for whatever does not wait to show. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Gathers events; `enough` resolves at this many. */
function collector(count: number) {
  const events: RecordedEvent[] = [];
  let resolveEnough = () => {};
  const enough = new Promise<void>((resolve) => {
    resolveEnough = resolve;
  });
  const take = (delivered: readonly RecordedEvent[]) => {
    events.push(...delivered);
    if (events.length >= count) resolveEnough();
  };
  return { events, enough, take };
}
