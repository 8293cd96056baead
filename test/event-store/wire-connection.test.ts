import { jsonEvent, UnavailableError } from '@eventstore/db-client';
import streamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { expect } from 'chai';
import { EventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { LeaderClient } from '../../src/event-store/eventstoredb/leader-client.js';
import { WireCluster } from '../support/wire-server/wire-cluster.js';
import { chained, newStream, readEverything } from './sample-events.js';

const INSECURE = { insecure: true };

class FailingClient extends LeaderClient {
  /** A call that finds the node gone at the moment when another call begins. */
  async failBeside(begin: () => void): Promise<void> {
    const call = this.execute(streamsServices.StreamsClient, 'append', async () => {
      begin();
      throw new UnavailableError();
    });
    await call.catch(() => undefined);
  }
}

describe('the connection of the EventStoreDB event store', () => {
  let cluster: WireCluster;
  let store: EventStoreDbEventStore;
  /** What nobody catches would end the process. */
  const uncaught: unknown[] = [];
  const note = (reason: unknown) => uncaught.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => process.off('unhandledRejection', note));
  beforeEach(async () => {
    uncaught.length = 0;
    cluster = await WireCluster.start();
    store = await EventStoreDbEventStore.open({ url: cluster.connectionString() });
  });
  afterEach(async () => {
    await store.close();
    await cluster.stop();
    expect(uncaught).to.deep.equal([]);
  });
  const append = (stream = newStream()) =>
    store.append({ stream, expectedRevision: 'NO_STREAM', events: chained(1) });

  it('is given up beside a call that is just beginning, without losing it', async () => {
    const [node] = cluster.nodes;
    const client = new FailingClient({ endpoint: { address: '127.0.0.1', port: node?.port ?? 0 } }, INSECURE);
    await client.serverVersion(1_000);
    const event = jsonEvent({ type: 'SampleHappened', data: {} });
    const options = { credentials: { username: 'a', password: 'b' }, deadline: 1_000 };
    let appended: Promise<unknown> = Promise.resolve();
    await client.failBeside(() => {
      appended = client.appendToStream('sample', event, options);
    });
    await appended;
    await client.dispose();
  });

  it('may break while the next node is looked for in vain', async () => {
    let isLookedFor = () => {};
    const lookedFor = new Promise<void>((resolve) => {
      isLookedFor = resolve;
    });
    for (const node of cluster.nodes)
      node.setFaults(({ method, stream, number }) => {
        if (method === 'Gossip') isLookedFor();
        if (method === 'Gossip') return [{ at: 'before', does: 'unknown' }];
        if (method !== 'Append') return [];
        return stream?.endsWith('slow') && number < 20
          ? [{ at: 'before', does: 'hang' }]
          : [{ at: 'before', does: 'not-ready' }];
      });
    const slow = append('slow');
    const other = append();
    await lookedFor;
    for (const node of cluster.nodes) node.dropConnections();
    // So long that both look for the leader again, in vain.
    await new Promise((resolve) => setTimeout(resolve, 700));
    for (const node of cluster.nodes) node.setFaults(() => []);
    await Promise.all([slow, other]);
    expect(await readEverything(store)).to.have.length(2);
  });
});
