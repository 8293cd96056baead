import { expect } from 'chai';
import fc from 'fast-check';
import {
  type AppendRequest,
  type EventStore,
  type NewEvent,
  WrongExpectedRevision,
} from '../../src/event-store/event-store.js';
import { chained, idsOf, newStream, readEverything } from './sample-events.js';

/** What a log is, in the fewest lines: ids per stream, and ids in order. */
interface Model {
  readonly before: number;
  /** Names of the streams of this run by number. */
  readonly names: readonly string[];
  readonly streams: Map<string, string[]>;
  readonly log: string[];
  readonly sent: AppendRequest[];
}

type Operation = fc.AsyncCommand<Model, EventStore>;

const STREAMS = 3;

/** Runs random operations against the store and the model. */
export async function followsTheModel(store: EventStore): Promise<void> {
  const stream = fc.nat(STREAMS - 1);
  const operations = fc.commands(
    [
      fc.record({ stream, count: fc.integer({ min: 1, max: 4 }), off: offBy }).map(appendOf),
      fc.nat().map(repeatOf),
      fc.record({ stream, count: fc.integer({ min: 1, max: 5 }), from: fc.option(fc.nat(12)) }).map(readOf),
      fc.integer({ min: 1, max: 7 }).map(pageOf),
    ],
    { maxCommands: 40, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(operations, async (commands) => {
      const model: Model = {
        before: await store.head(),
        names: Array.from({ length: STREAMS }, newStream),
        streams: new Map(),
        log: [],
        sent: [],
      };
      await fc.asyncModelRun(() => ({ model, real: store }), commands);
      expect(idsOf(await readEverything(store, model.before))).to.deep.equal(model.log);
    }),
    { numRuns: 60 },
  );
}

/** Mostly the right revision, else one near it. */
const offBy = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 }));

function appendOf({ stream, count, off }: { stream: number; count: number; off: number }): Operation {
  return command(`append ${count} to ${stream}, ${off} off`, async (model, store) => {
    const name = nameOf(model, stream);
    const revision = lastRevision(model, name) + off;
    const expectedRevision = revision < 0 ? 'NO_STREAM' : revision;
    await appendBoth(model, store, { stream: name, expectedRevision, events: chained(count) });
  });
}

function repeatOf(which: number): Operation {
  return command(`repeat append ${which}`, async (model, store) => {
    const request = model.sent[which % Math.max(model.sent.length, 1)];
    if (request !== undefined) await appendBoth(model, store, request);
  });
}

function readOf({ stream, count, from }: { stream: number; count: number; from: number | null }): Operation {
  return command(`read ${count} of ${stream} from ${from}`, async (model, store) => {
    const name = nameOf(model, stream);
    const ids = model.streams.get(name) ?? [];
    const options = { maxCount: count, ...(from === null ? {} : { fromRevision: from }) };
    const forwards = await store.readStream(name, options);
    const backwards = await store.readStream(name, { ...options, direction: 'BACKWARDS' });
    expect(idsOf(forwards)).to.deep.equal(ids.slice(from ?? 0, (from ?? 0) + count));
    expect(idsOf(backwards)).to.deep.equal(
      ids
        .slice(0, (from ?? ids.length) + 1)
        .reverse()
        .slice(0, count),
    );
  });
}

function pageOf(maxCount: number): Operation {
  return command(`page through the log by ${maxCount}`, async (model, store) => {
    const ids: string[] = [];
    let afterPosition = model.before;
    for (;;) {
      const page = await store.readAll({ afterPosition, maxCount });
      ids.push(...idsOf(page));
      if (page.length < maxCount) break;
      afterPosition = page.at(-1)?.position ?? afterPosition;
    }
    expect(ids).to.deep.equal(model.log);
  });
}

async function appendBoth(model: Model, store: EventStore, request: AppendRequest): Promise<void> {
  const { stream, expectedRevision, events } = request;
  const ids = model.streams.get(stream) ?? [];
  const at = expectedRevision === 'NO_STREAM' ? 0 : expectedRevision + 1;
  const isNext = at === ids.length;
  const isRepeat = sameIds(events, ids.slice(at, at + events.length));
  model.sent.push(request);
  try {
    const { revision } = await store.append(request);
    expect(isNext || isRepeat, 'accepted though the revision is wrong').to.equal(true);
    expect(revision).to.equal(at + events.length - 1);
  } catch (error) {
    if (!(error instanceof WrongExpectedRevision)) throw error;
    expect(isNext || isRepeat, 'refused though the revision is right').to.equal(false);
    expect(error.actual).to.equal(ids.length === 0 ? 'NO_STREAM' : ids.length - 1);
    return;
  }
  if (!isNext) return;
  model.streams.set(stream, [...ids, ...idsOf(events)]);
  model.log.push(...idsOf(events));
}

const command = (
  description: string,
  run: (model: Model, store: EventStore) => Promise<void>,
): Operation => ({ check: () => true, run, toString: () => description });

const nameOf = (model: Model, stream: number): string => model.names[stream] as string;

const lastRevision = (model: Model, name: string): number => (model.streams.get(name)?.length ?? 0) - 1;

const sameIds = (events: readonly NewEvent[], ids: readonly string[]): boolean =>
  events.length === ids.length && events.every(({ id }, i) => id === ids[i]);
