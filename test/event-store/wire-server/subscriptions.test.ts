import {
  type AllStreamSubscription,
  END,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type Position,
  START,
  type StreamSubscription,
  streamNameFilter,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { appendSystemEvent } from '../../support/wire-server/new-wire-log.js';
import { CREDENTIALS, someEvents, WireFixture } from './wire-fixture.js';

/** What a subscription says, in order: positions or revisions of events, and `caughtUp`. */
class Heard {
  readonly said: (bigint | 'caughtUp')[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(subscription: AllStreamSubscription | StreamSubscription, by: 'position' | 'revision') {
    subscription.on('data', ({ event }) => {
      if (event) this.#say(by === 'revision' ? event.revision : (event.position?.commit ?? -1n));
    });
    subscription.on('caughtUp', () => this.#say('caughtUp'));
  }

  async until(count: number): Promise<(bigint | 'caughtUp')[]> {
    while (this.said.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.said;
  }

  #say(what: bigint | 'caughtUp'): void {
    this.said.push(what);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

describe('wire server: subscriptions', () => {
  const fixture = new WireFixture();
  const subscriptions: (AllStreamSubscription | StreamSubscription)[] = [];
  afterEach(async () => {
    await Promise.all(subscriptions.splice(0).map((subscription) => subscription.unsubscribe()));
    await fixture.release();
  });

  async function withEvents() {
    const node = await fixture.node();
    const client = fixture.clientOf(node);
    await append(client, 'a', 2);
    await append(client, 'b', 2);
    return { node, client, positions: () => node.log.records.map(({ position }) => position) };
  }

  const append = (client: EventStoreDBClient, stream: string, count: number, type?: string) =>
    client.appendToStream(stream, someEvents(count, type), { credentials: CREDENTIALS });

  function hear(subscription: AllStreamSubscription | StreamSubscription, by: 'position' | 'revision') {
    subscriptions.push(subscription);
    return new Heard(subscription, by);
  }

  const at = (position: bigint | undefined): Position => ({
    commit: position ?? 0n,
    prepare: position ?? 0n,
  });

  it('to $all give what is there, say that they caught up, and go on live', async () => {
    const { client, positions } = await withEvents();
    const heard = hear(client.subscribeToAll({ fromPosition: START }), 'position');
    const there = positions();
    await heard.until(there.length + 1);
    await append(client, 'c', 2);
    expect(await heard.until(there.length + 3)).to.deep.equal([
      ...there,
      'caughtUp',
      ...positions().slice(-2),
    ]);
  });

  it('to $all from a position leave its event out', async () => {
    const { client, positions } = await withEvents();
    const [, , third, ...rest] = positions();
    const heard = hear(client.subscribeToAll({ fromPosition: at(third) }), 'position');
    expect(await heard.until(rest.length + 1)).to.deep.equal([...rest, 'caughtUp']);
  });

  it('to $all from the end give only what comes then', async () => {
    const { client, positions } = await withEvents();
    const heard = hear(client.subscribeToAll({ fromPosition: END }), 'position');
    await heard.until(1);
    await append(client, 'a', 1);
    expect(await heard.until(2)).to.deep.equal(['caughtUp', positions().at(-1)]);
  });

  it('to a stream give revisions after the one named', async () => {
    const { client } = await withEvents();
    const heard = hear(client.subscribeToStream('a', { fromRevision: 0n }), 'revision');
    await heard.until(2);
    await append(client, 'b', 1);
    await append(client, 'a', 1);
    expect(await heard.until(3)).to.deep.equal([1n, 'caughtUp', 2n]);
  });

  it('to a stream from its end give only what comes then', async () => {
    const { client } = await withEvents();
    const heard = hear(client.subscribeToStream('a', { fromRevision: END }), 'revision');
    await heard.until(1);
    await append(client, 'a', 1);
    expect(await heard.until(2)).to.deep.equal(['caughtUp', 2n]);
  });

  it('wait for a stream that is not there yet', async () => {
    const { client } = await withEvents();
    const heard = hear(client.subscribeToStream('later', { fromRevision: START }), 'revision');
    await heard.until(1);
    await append(client, 'later', 1);
    expect(await heard.until(2)).to.deep.equal(['caughtUp', 0n]);
  });

  const filters = [
    ['types by expression', () => excludeSystemEvents(), ['a', 'a', 'b', 'b', 'c']],
    ['types by prefix', () => eventTypeFilter({ prefixes: ['Other', 'Never'] }), ['c']],
    ['streams by prefix', () => streamNameFilter({ prefixes: ['a', 'c'] }), ['a', 'a', 'c']],
    ['streams by expression', () => streamNameFilter({ regex: '^[bc]$' }), ['b', 'b', 'c']],
  ] as const;
  for (const [name, filter, streams] of filters) {
    it(`let through only ${name}`, async () => {
      const { client, node } = await withEvents();
      await append(client, 'c', 1, 'OtherHappened');
      appendSystemEvent(node.log);
      const subscription = client.subscribeToAll({ fromPosition: START, filter: filter() });
      subscriptions.push(subscription);
      const given: string[] = [];
      subscription.on('data', ({ event }) => given.push(event?.streamId ?? ''));
      await new Promise<void>((resolve) => subscription.on('caughtUp', resolve));
      expect(given).to.deep.equal(streams);
    });
  }

  it('with a filter tell checkpoints, so that what is left out is not looked at again', async () => {
    const { client, node } = await withEvents();
    const reached: bigint[] = [];
    let wake = () => {};
    const filter = eventTypeFilter({
      prefixes: ['Never'],
      maxSearchWindow: 2,
      checkpointInterval: 1,
      checkpointReached: async (_subscription, position) => {
        reached.push(position.commit);
        wake();
      },
    });
    subscriptions.push(client.subscribeToAll({ fromPosition: START, filter }));
    const until = async (count: number) => {
      while (reached.length < count) await new Promise<void>((resolve) => (wake = resolve));
    };
    // Seven events: after each second one, and the last before going live.
    await until(4);
    const positions = node.log.records.map(({ position }) => position);
    expect(reached).to.deep.equal([positions[1], positions[3], positions[5], positions[6]]);
    await append(client, 'a', 1);
    await until(5);
    expect(reached.at(-1)).to.equal(node.log.records.at(-1)?.position);
  });

  it('give many events to a slow reader without loss', async () => {
    const { client, node } = await withEvents();
    for (let batch = 0; batch < 10; batch += 1) await append(client, 'many', 500);
    const subscription = client.subscribeToAll({ fromPosition: START });
    subscriptions.push(subscription);
    const seen: (bigint | undefined)[] = [];
    for await (const { event } of subscription) {
      seen.push(event?.position?.commit);
      if (seen.length % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (seen.length === node.log.records.length) break;
    }
    expect(seen).to.deep.equal(node.log.records.map(({ position }) => position));
  });
});
