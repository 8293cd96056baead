import { expect } from 'chai';
import {
  type AppendRequest,
  OutcomeUnknown,
  type RecordedEvent,
  StoreUnavailable,
} from '../../src/event-store/event-store.js';
import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { planOf } from '../support/wire-server/faults.js';
import { WireCluster } from '../support/wire-server/wire-cluster.js';
import { chained, idsOf, newStream, readEverything, rejectionOf } from './sample-events.js';

const CLIENTS = 32;
const ROUNDS = 12;

describe('the EventStoreDB event store on a cluster whose leader dies', function () {
  this.timeout(60_000);
  let cluster: WireCluster;
  const opened: EventStoreDbEventStore[] = [];
  const open = async (options: Partial<EventStoreDbOptions> = {}) => {
    const store = await EventStoreDbEventStore.open({ url: cluster.connectionString(), ...options });
    opened.push(store);
    return store;
  };
  beforeEach(async () => {
    cluster = await WireCluster.start({
      faults: planOf([
        { method: 'Append', probability: 0.03, faults: [{ at: 'after', does: 'drop' }] },
        { method: 'Append', probability: 0.03, faults: [{ at: 'after', does: 'timed-out' }] },
      ]),
    });
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await cluster.stop();
  });

  it('loses nothing that was acknowledged, doubles nothing, and serves again by itself', async () => {
    const store = await open();
    const seen: RecordedEvent[] = [];
    const subscription = store.subscribe({
      afterPosition: 0,
      onEvents: (events) => void seen.push(...events),
    });
    const acknowledged: AppendRequest[] = [];
    const open_: AppendRequest[] = [];
    let done = 0;
    let lead = () => {};
    const half = new Promise<void>((resolve) => {
      lead = resolve;
    });
    const client = async () => {
      const stream = newStream();
      let next: AppendRequest = { stream, expectedRevision: 'NO_STREAM', events: chained(2) };
      for (let round = 0; round < ROUNDS; round++) {
        try {
          const { revision } = await store.append(next);
          acknowledged.push(next);
          next = { stream, expectedRevision: revision, events: chained(2) };
        } catch (error) {
          // Nothing else may come of a failover; the same append is sent again in the next round.
          if (!(error instanceof OutcomeUnknown || error instanceof StoreUnavailable)) throw error;
          open_.push(next);
        }
        done += 1;
        if (done === (CLIENTS * ROUNDS) / 3) lead();
      }
    };
    const load = Promise.all(Array.from({ length: CLIENTS }, client));
    await half;
    const dead = cluster.leader;
    await dead?.stop();
    await load;
    await cluster.addNode(dead?.port);

    const { position } = await store.append({
      stream: newStream(),
      expectedRevision: 'NO_STREAM',
      events: chained(1),
    });
    while ((seen.at(-1)?.position ?? 0) < position) await new Promise((resolve) => setTimeout(resolve, 10));
    await subscription.close();
    const all = await readEverything(store);
    expect(seen).to.deep.equal(all);
    const ids = idsOf(all);
    expect(new Set(ids).size).to.equal(ids.length);
    expect(ids).to.include.members(idsOf(acknowledged.flatMap(({ events }) => events)));
    const sent = new Set(idsOf([...acknowledged, ...open_].flatMap(({ events }) => events)));
    expect(ids.slice(0, -1).filter((id) => !sent.has(id))).to.deep.equal([]);
  });

  it('ends nothing and nobody while no node answers at all, and goes on with the first that does', async () => {
    const store = await open({ patienceMs: 300, callTimeoutMs: 1_000 });
    const append = () =>
      store.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(1) });
    await append();
    const under = Array.from({ length: 64 }, () => append().catch((error: unknown) => error));
    const ports = cluster.nodes.map(({ port }) => port);
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    for (const outcome of await Promise.all(under))
      if (outcome instanceof Error)
        expect(outcome).to.satisfy(
          (error: unknown) => error instanceof OutcomeUnknown || error instanceof StoreUnavailable,
        );
    expect(await rejectionOf(append())).to.be.instanceOf(StoreUnavailable);
    for (const port of ports) await cluster.addNode(port);
    const patient = await open();
    await patient.append({ stream: newStream(), expectedRevision: 'NO_STREAM', events: chained(1) });
    let isBack = false;
    while (!isBack)
      isBack = await append().then(
        () => true,
        () => false,
      );
  });
});
