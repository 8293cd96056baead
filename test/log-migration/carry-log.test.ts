import { expect } from 'chai';
import fc from 'fast-check';
import { hashOf } from '../../src/event-store/chain.js';
import { type EventStore, type NewEvent, StoreUnavailable } from '../../src/event-store/event-store.js';
import { carryLog, type LogCarriage } from '../../src/log-migration/carry-log.js';
import { chained, idsOf, readEverything, rejectionOf } from '../event-store/sample-events.js';
import { type TemporaryLog, temporaryLog } from '../event-store/temporary-log.js';
import { MemoryLog } from '../projections/memory-log.js';
import { sequenceOf } from './migrated-folder.js';

/** Streams by number, in the order of the log. */
async function logOf(streams: readonly number[], bodyBytes = 0): Promise<MemoryLog> {
  const log = new MemoryLog();
  const heads = new Map<number, { revision: number; hash: string }>();
  for (const stream of streams) {
    const head = heads.get(stream);
    const [event] = padded(chained(1, head?.hash ?? null), bodyBytes) as [NewEvent];
    const { revision } = await log.append({
      stream: `s-${stream}`,
      expectedRevision: head?.revision ?? 'NO_STREAM',
      events: [event],
    });
    heads.set(stream, { revision, hash: event.hash });
  }
  return log;
}

describe('carrying a log', () => {
  const told: string[] = [];
  const opened: TemporaryLog[] = [];
  beforeEach(() => told.splice(0));
  afterEach(async () => {
    for (const log of opened.splice(0)) await log.remove();
  });
  const embedded = async () => {
    const log = temporaryLog();
    opened.push(log);
    return log.open();
  };
  const carry = (source: EventStore, target: EventStore, more: Partial<LogCarriage> = {}) =>
    carryLog({
      source: { what: 'the source', store: source },
      target: { what: 'the target', store: target },
      beginFilling: async () => void told.push('begin'),
      onProgress: (doing) => void told.push(doing),
      ...more,
    });
  /** Tells of every append, with the number of its events. */
  const watched = (log: MemoryLog): EventStore => {
    const append = log.append.bind(log);
    log.append = (request) => {
      told.push(`${request.stream} +${request.events.length}`);
      return append(request);
    };
    return log;
  };

  it('puts consecutive events of a stream into one append, marks the target before the first', async () => {
    const source = await logOf([1, 1, 1, 2, 1, 1, 3]);
    const { carried, outcome } = await carry(source, watched(new MemoryLog()));
    expect({ carried, outcome }).to.deep.equal({ carried: 7, outcome: 'EQUAL' });
    expect(told.filter((word) => word !== 'carrying')).to.deep.equal([
      'begin',
      's-1 +3',
      's-2 +1',
      's-1 +2',
      's-3 +1',
    ]);
  });

  it('marks nothing and appends nothing where all is there', async () => {
    const source = await logOf([1, 2, 1]);
    const target = new MemoryLog();
    await carry(source, target);
    told.splice(0);
    expect(await carry(source, watched(target))).to.include({ carried: 0, outcome: 'EQUAL', events: 3 });
    expect(told).to.deep.equal([]);
  });

  it('keeps appends below the limit of every store, whatever the bodies', async () => {
    const source = await logOf(Array<number>(9).fill(1), 250_000);
    await carry(source, watched(new MemoryLog()));
    expect(told.filter((word) => word.startsWith('s-'))).to.deep.equal(['s-1 +3', 's-1 +3', 's-1 +3']);
    const small = await logOf(Array<number>(9_000).fill(1));
    told.splice(0);
    await carry(small, watched(new MemoryLog()));
    const sizes = told.flatMap((word) => /\+(\d+)$/.exec(word)?.[1] ?? []).map(Number);
    // 1 MiB on a server, of about 250 bytes each with what it keeps beside the body.
    expect(Math.max(...sizes)).to.be.lessThan(6_000);
  });

  const streams = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 60 });
  const targets: Readonly<Record<string, { open: () => Promise<EventStore>; numRuns: number }>> = {
    'one by one': { open: async () => new MemoryLog(), numRuns: 100 },
    'several at a time': { open: embedded, numRuns: 3 },
  };
  for (const [how, { open, numRuns }] of Object.entries(targets))
    it(`gives any log the order that it had, from wherever an earlier run had stopped, ${how}`, async () => {
      await fc.assert(
        fc.asyncProperty(streams, fc.nat(60), async (order, stop) => {
          const source = await logOf(order);
          const until = source.events[Math.min(stop, order.length) - 1]?.position ?? 0;
          const target = await open();
          const part = { what: 'the source', store: source, until };
          const first = await carry(source, target, { source: part });
          const rest = await carry(source, target);
          expect(first.events + rest.carried).to.equal(order.length);
          expect(await sequenceOf(target)).to.deep.equal(await sequenceOf(source));
        }),
        { numRuns },
      );
    }).timeout(60_000);

  it('stops before an event that does not fit, after all before it', async () => {
    const source = await logOf([1, 2, 1, 2, 1]);
    const [, , , broken] = source.events;
    if (broken !== undefined) source.events[3] = { ...broken, body: `${broken.body} ` };
    const target = await embedded();
    const error = await rejectionOf(carry(source, target));
    expect(error).to.include({ name: 'LogDamaged' });
    expect(idsOf(await readEverything(target))).to.deep.equal(idsOf(source.events.slice(0, 3)));
  });

  it('says what went wrong in the target, and leaves nothing unheard', async () => {
    const source = await logOf(Array.from({ length: 50 }, (_, i) => i % 5));
    const closed = await embedded();
    await closed.close();
    const target = new MemoryLog();
    target.append = closed.append.bind(closed);
    expect(await rejectionOf(carry(source, target))).to.be.instanceOf(StoreUnavailable);
  });

  it('tells logs apart that differ in anything but the position', async () => {
    const source = await logOf([1, 2, 1]);
    const [, second] = source.events;
    if (second === undefined) throw new Error('there are three');
    for (const change of [
      { id: second.id.replace(/.$/, 'x') },
      { type: 'OtherHappened' },
      { stream: 's-9' },
    ]) {
      const target = new MemoryLog();
      target.events.push(...source.events);
      target.events[1] = { ...second, ...change };
      const error = await rejectionOf(carry(source, target));
      expect(error, JSON.stringify(change)).to.include({ name: 'LogsDiffer' });
      expect((error as Error).message).to.match(/^event 2 of the target is not that of the source/);
    }
  });
});

function padded(events: readonly NewEvent[], bodyBytes: number): readonly NewEvent[] {
  if (bodyBytes === 0) return events;
  return events.map((event) => {
    const body = JSON.stringify({ ...JSON.parse(event.body), filler: 'x'.repeat(bodyBytes) });
    return { ...event, body, hash: hashOf(body) };
  });
}
