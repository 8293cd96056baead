import fc from 'fast-check';
import {
  type AppendRequest,
  type EventStore,
  MAX_APPEND_BYTES,
  type NewEvent,
  type RecordedEvent,
  WrongExpectedRevision,
} from '../../src/event-store/event-store.js';
import { chained, eventOf, newStream, readEverything } from './sample-events.js';

/** What is done to a store; streams, earlier appends and positions are named by number, so that it means the same to each. */
export type StoreOperation =
  | { readonly do: 'append'; readonly stream: number; readonly count: number; readonly off: number }
  | { readonly do: 'repeat'; readonly which: number; readonly as: 'it was' | 'reversed' | 'shortened' }
  | { readonly do: 'append too much'; readonly stream: number }
  | { readonly do: 'append nothing'; readonly stream: number }
  | {
      readonly do: 'read stream';
      readonly stream: number;
      readonly from: number | null;
      readonly maxCount: number;
      readonly direction: 'FORWARDS' | 'BACKWARDS';
    }
  | { readonly do: 'read log'; readonly afterEvent: number; readonly off: number; readonly maxCount: number }
  | { readonly do: 'ask for the head' }
  | { readonly do: 'subscribe'; readonly afterEvent: number; readonly maxBatch: number };

const STREAMS = 3;
const stream = fc.nat(STREAMS - 1);

export const storeOperations: fc.Arbitrary<readonly StoreOperation[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('append' as const),
        stream,
        count: fc.integer({ min: 1, max: 4 }),
        off: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: -3, max: 3 })),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('repeat' as const),
        which: fc.nat(20),
        as: fc.constantFrom('it was' as const, 'reversed' as const, 'shortened' as const),
      }),
    },
    fc.record({ do: fc.constantFrom('append too much' as const, 'append nothing' as const), stream }),
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('read stream' as const),
        stream,
        from: fc.option(fc.nat(10)),
        maxCount: fc.nat(6),
        direction: fc.constantFrom('FORWARDS' as const, 'BACKWARDS' as const),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('read log' as const),
        afterEvent: fc.nat(12),
        off: fc.constantFrom(0, 0, 0, -1),
        maxCount: fc.nat(6),
      }),
    },
    fc.record({ do: fc.constant('ask for the head' as const) }),
    fc.record({
      do: fc.constant('subscribe' as const),
      afterEvent: fc.nat(12),
      maxBatch: fc.integer({ min: 1, max: 4 }),
    }),
  ),
  { minLength: 1, maxLength: 16, size: 'max' },
);

/** The same events and names for every store that plays the operations. */
export interface Props {
  readonly streams: readonly string[];
  /** By the number of the operation. */
  readonly events: readonly (readonly NewEvent[])[];
}

export const propsFor = (operations: readonly StoreOperation[]): Props => ({
  streams: Array.from({ length: STREAMS }, newStream),
  events: operations.map((operation) => (operation.do === 'append' ? chained(operation.count) : [])),
});

const TOO_MUCH = [eventOf(JSON.stringify('x'.repeat(MAX_APPEND_BYTES)))];

/** What a store answered, with each position replaced by the number of its event: two logs count differently. */
export async function playedOn(
  store: EventStore,
  { operations, props }: { operations: readonly StoreOperation[]; props: Props },
): Promise<unknown> {
  const play = new Play(store, props, await store.head());
  for (const [number, operation] of operations.entries()) await play.one(operation, number);
  return play.end();
}

interface Subscribed {
  readonly seen: RecordedEvent[];
  readonly afterPosition: number;
  readonly close: () => Promise<void>;
}

class Play {
  readonly #sent: AppendRequest[] = [];
  readonly #heads = new Map<string, number>();
  readonly #answers: unknown[] = [];
  readonly #subscribed: Subscribed[] = [];
  readonly #store: EventStore;
  readonly #props: Props;
  readonly #before: number;
  #wake = () => {};

  constructor(store: EventStore, props: Props, before: number) {
    this.#store = store;
    this.#props = props;
    this.#before = before;
  }

  async one(operation: StoreOperation, number: number): Promise<void> {
    this.#answers.push(await this.#do(operation, number).catch(kindOf));
  }

  async end(): Promise<unknown> {
    const log = await readEverything(this.#store, this.#before);
    for (const { seen, afterPosition, close } of this.#subscribed) {
      const expected = log.filter(({ position }) => position > afterPosition).length;
      while (seen.length < expected)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      await close();
    }
    const numbers = new Map(log.map(({ position }, i) => [position, i + 1]));
    const numberOf = (position: number) =>
      position <= this.#before ? 0 : (numbers.get(position) ?? 'unknown');
    const numbered = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value), (key, inner) => (key === 'position' ? numberOf(inner) : inner));
    return numbered({ answers: this.#answers, log, seen: this.#subscribed.map(({ seen }) => seen) });
  }

  async #do(operation: StoreOperation, number: number): Promise<unknown> {
    const store = this.#store;
    switch (operation.do) {
      case 'append': {
        const { stream, expectedRevision } = this.#placeIn(operation.stream, operation.off);
        return this.#append({ stream, expectedRevision, events: this.#props.events[number] ?? [] });
      }
      case 'repeat': {
        const earlier = this.#sent[operation.which % Math.max(this.#sent.length, 1)];
        return earlier === undefined
          ? null
          : this.#append({ ...earlier, events: changed(earlier, operation.as) });
      }
      case 'append too much':
        return this.#append({ ...this.#placeIn(operation.stream, 0), events: TOO_MUCH });
      case 'append nothing':
        return this.#append({ ...this.#placeIn(operation.stream, 0), events: [] });
      case 'read stream': {
        const { from, maxCount, direction } = operation;
        const options = { maxCount, direction, ...(from === null ? {} : { fromRevision: from }) };
        return store.readStream(this.#nameOf(operation.stream), options);
      }
      case 'read log': {
        const afterPosition = (await this.#positionOf(operation.afterEvent)) + operation.off;
        const { maxCount } = operation;
        return store.readAll({ afterPosition: Math.max(afterPosition, this.#before), maxCount });
      }
      case 'ask for the head':
        return { position: await store.head() };
      case 'subscribe':
        return this.#subscribe(await this.#positionOf(operation.afterEvent), operation.maxBatch);
    }
  }

  async #append(request: AppendRequest): Promise<unknown> {
    this.#sent.push(request);
    const appended = await this.#store.append(request);
    const known = this.#heads.get(request.stream) ?? -1;
    this.#heads.set(request.stream, Math.max(known, appended.revision));
    return appended;
  }

  #subscribe(afterPosition: number, maxBatch: number): null {
    const seen: RecordedEvent[] = [];
    const onEvents = (events: readonly RecordedEvent[]) => {
      seen.push(...events);
      this.#wake();
    };
    const subscription = this.#store.subscribe({ afterPosition, maxBatch, onEvents });
    this.#subscribed.push({ seen, afterPosition, close: () => subscription.close() });
    return null;
  }

  #placeIn(stream: number, off: number): Pick<AppendRequest, 'stream' | 'expectedRevision'> {
    const name = this.#nameOf(stream);
    const revision = (this.#heads.get(name) ?? -1) + off;
    return { stream: name, expectedRevision: revision < 0 ? 'NO_STREAM' : revision };
  }

  #nameOf(stream: number): string {
    return this.#props.streams[stream] ?? '';
  }

  /** Of the event with this number, from 1; of the last one when there are not so many. */
  async #positionOf(event: number): Promise<number> {
    if (event === 0) return this.#before;
    const log = await this.#store.readAll({ afterPosition: this.#before, maxCount: event });
    return log.at(-1)?.position ?? this.#before;
  }
}

function changed({ events }: AppendRequest, as: 'it was' | 'reversed' | 'shortened'): readonly NewEvent[] {
  switch (as) {
    case 'it was':
      return events;
    case 'reversed':
      return events.toReversed();
    case 'shortened':
      return events.slice(0, -1);
  }
}

const kindOf = (error: unknown): unknown =>
  error instanceof WrongExpectedRevision
    ? { error: error.name, expected: error.expected, actual: error.actual }
    : { error: error instanceof Error ? error.name : error };
