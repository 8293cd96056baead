import { NO_STREAM, NotLeaderError, START, UnavailableError } from '@eventstore/db-client';
import { expect } from 'chai';
import { planOf } from '../../support/wire-server/faults.js';
import { WireCluster, type WireClusterOptions } from '../../support/wire-server/wire-cluster.js';
import type { WireNode } from '../../support/wire-server/wire-node.js';
import { CREDENTIALS, failureOf, listOf, someEvents, WireFixture } from './wire-fixture.js';

describe('wire cluster', () => {
  const fixture = new WireFixture();
  const clusters: WireCluster[] = [];
  afterEach(async () => {
    await fixture.release();
    await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
  });

  async function clustered(options: WireClusterOptions = {}, parameters: readonly string[] = []) {
    const cluster = await WireCluster.start(options);
    clusters.push(cluster);
    const client = fixture.clientAt(cluster.connectionString(['defaultDeadline=10000', ...parameters]));
    const append = (stream: string, through = client) =>
      through.appendToStream(stream, someEvents(1), {
        expectedRevision: NO_STREAM,
        credentials: CREDENTIALS,
      });
    return { cluster, client, append };
  }

  function only(nodes: readonly WireNode[]): WireNode {
    const [node] = nodes;
    if (!node) throw new Error('There is no such node.');
    return node;
  }

  async function elected(cluster: WireCluster): Promise<WireNode> {
    while (!cluster.leader) await new Promise((resolve) => setTimeout(resolve, 10));
    return cluster.leader;
  }

  it('leads clients to the leader, or to a follower where they prefer one', async () => {
    const { cluster, append } = await clustered();
    await append('a');
    expect(cluster.leader?.calls().Append).to.equal(1);
    const reader = fixture.clientAt(cluster.connectionString(['nodePreference=follower']));
    await listOf(reader.readAll({ maxCount: 1 }));
    expect(only(cluster.followers).calls().ReadAll).to.equal(1);
  });

  it('passes a write on to the leader, unless the caller wants the leader itself', async () => {
    const { cluster, append } = await clustered();
    const follower = only(cluster.followers);
    const client = fixture.clientOf(follower);
    await append('a', client);
    expect(cluster.leader?.log.stream('a')).to.have.length(1);
    const failure = await failureOf(
      client.appendToStream('b', someEvents(1), { requiresLeader: true, credentials: CREDENTIALS }),
    );
    expect(failure).to.be.instanceOf(NotLeaderError);
    expect((failure as NotLeaderError).leader).to.deep.equal({
      address: '127.0.0.1',
      port: cluster.leader?.port,
    });
    const read = fixture.clientOf(follower).readAll({ requiresLeader: true });
    expect(await failureOf(listOf(read))).to.be.instanceOf(NotLeaderError);
  });

  it('shows on a follower what the leader wrote, somewhat later', async () => {
    const { cluster, append } = await clustered({ replicationMs: 150 });
    const { log } = only(cluster.followers);
    await append('a');
    expect(log.stream('a')).to.have.length(0);
    while (log.stream('a').length === 0) await log.grown(AbortSignal.timeout(2000));
    expect(log.records).to.deep.equal(cluster.leader?.log.records);
  });

  it('feeds a subscription on a follower', async () => {
    const { cluster, append } = await clustered();
    const subscription = fixture
      .clientOf(only(cluster.followers))
      .subscribeToStream('a', { fromRevision: START });
    const first = new Promise((resolve) => subscription.on('data', ({ event }) => resolve(event?.revision)));
    await append('a');
    expect(await first).to.equal(0n);
    await subscription.unsubscribe();
  });

  it('keeps every acknowledged append when the leader dies, and goes on under the next', async () => {
    const { cluster, append } = await clustered();
    await append('a');
    await append('b');
    await cluster.leader?.stop();
    expect(cluster.leader).to.equal(undefined);
    await elected(cluster);
    await failureOf(append('lost'));
    await append('c');
    const streams = cluster.leader?.log.records
      .map(({ stream }) => stream)
      .filter((name) => /^[a-z]$/.test(name));
    expect(streams).to.deep.equal(['a', 'b', 'c']);
    const positions = cluster.kept.map(({ position }) => position);
    expect(positions).to.deep.equal([...positions].sort((a, b) => Number(a - b)));
    expect(new Set(positions).size).to.equal(positions.length);
  });

  it('has under the next leader what no follower had copied yet', async () => {
    const { cluster, append } = await clustered({ replicationMs: 60_000 });
    await append('a');
    await cluster.leader?.stop();
    expect((await elected(cluster)).log.stream('a')).to.have.length(1);
  });

  it('takes no write while it elects', async () => {
    const { cluster, append } = await clustered({ electionMs: 10_000 });
    const follower = only(cluster.followers);
    await cluster.leader?.stop();
    const failure = await failureOf(append('a', fixture.clientOf(follower)));
    expect(failure).to.be.instanceOf(UnavailableError);
    expect(follower.membership.members().map(({ state, isAlive }) => [state, isAlive])).to.deep.equal([
      ['UNKNOWN', false],
      ['UNKNOWN', true],
    ]);
  });

  for (const [at, survives] of [
    ['before', 0],
    ['after', 1],
  ] as const) {
    it(`may ${survives ? 'keep' : 'lose'} an append whose leader died ${at} the write`, async () => {
      const { cluster, append } = await clustered();
      cluster.leader?.setFaults(planOf([{ method: 'Append', faults: [{ at, does: 'die' }] }]));
      expect(await failureOf(append('a'))).to.be.instanceOf(UnavailableError);
      expect((await elected(cluster)).log.stream('a')).to.have.length(survives);
    });
  }

  it('takes a node back as a follower, which then knows everything', async () => {
    const { cluster, append } = await clustered();
    const old = cluster.leader;
    await old?.stop();
    await elected(cluster);
    await append('a').catch(() => append('a'));
    const back = await cluster.addNode(old?.port);
    while (back.log.stream('a').length === 0) await back.log.grown(AbortSignal.timeout(2000));
    expect(back.membership.isLeader()).to.equal(false);
    expect(cluster.leader?.membership.members().map(({ state }) => state)).to.deep.equal([
      'LEADER',
      'FOLLOWER',
    ]);
    await cluster.leader?.stop();
    expect(await elected(cluster)).to.equal(back);
  });

  it('elects again after all of its nodes were gone, and has everything', async () => {
    const { cluster, append } = await clustered();
    await append('a');
    const ports = cluster.nodes.map(({ port }) => port);
    await Promise.all(cluster.nodes.map((node) => node.stop()));
    for (const port of ports) await cluster.addNode(port);
    expect((await elected(cluster)).log.stream('a')).to.have.length(1);
    await cluster.leader?.stop();
    expect((await elected(cluster)).log.stream('a')).to.have.length(1);
  });

  it('keeps what a subscriber has seen when it resumes at the next leader', async () => {
    const { cluster, client, append } = await clustered();
    for (const stream of ['a', 'b', 'c']) await append(stream);
    const [, second] = await listOf(client.readAll());
    await cluster.leader?.stop();
    await elected(cluster);
    const fromPosition = second?.event?.position;
    if (!fromPosition) throw new Error('Nothing was read.');
    const later = fixture.clientAt(cluster.connectionString());
    const rest = await listOf(later.readAll({ fromPosition }));
    expect(rest.map(({ event }) => event?.streamId).slice(-3)).to.deep.equal(['a', 'b', 'c']);
  });
});
