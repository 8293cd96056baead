import {
  BACKWARDS,
  END,
  FORWARDS,
  NO_STREAM,
  type ReadRevision,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client';
import { expect } from 'chai';
import { appendSystemEvent } from '../../support/wire-server/new-wire-log.js';
import { CREDENTIALS, failureOf, listOf, someEvents, WireFixture } from './wire-fixture.js';

describe('wire server: reading a stream', () => {
  const fixture = new WireFixture();
  afterEach(() => fixture.release());

  async function withTenEvents() {
    const node = await fixture.node();
    const client = fixture.clientOf(node);
    await client.appendToStream('a', someEvents(10), {
      expectedRevision: NO_STREAM,
      credentials: CREDENTIALS,
    });
    return { node, client };
  }

  const reads: readonly [ReadRevision, typeof FORWARDS | typeof BACKWARDS, number, readonly number[]][] = [
    [START, FORWARDS, 3, [0, 1, 2]],
    [4n, FORWARDS, 2, [4, 5]],
    [9n, FORWARDS, 5, [9]],
    [10n, FORWARDS, 5, []],
    [END, FORWARDS, 5, []],
    [END, BACKWARDS, 2, [9, 8]],
    [4n, BACKWARDS, 2, [4, 3]],
    [1n, BACKWARDS, 5, [1, 0]],
    [100n, BACKWARDS, 2, [9, 8]],
    [START, BACKWARDS, 5, [0]],
  ];
  for (const [fromRevision, direction, maxCount, revisions] of reads) {
    it(`gives ${JSON.stringify(revisions)} for ${maxCount} ${direction} from ${fromRevision}`, async () => {
      const { client } = await withTenEvents();
      const events = await listOf(client.readStream('a', { fromRevision, direction, maxCount }));
      expect(events.map(({ event }) => Number(event?.revision))).to.deep.equal(revisions);
    });
  }

  it('gives all events when no count is asked for', async () => {
    const { client } = await withTenEvents();
    expect(await listOf(client.readStream('a'))).to.have.length(10);
  });

  it('says when a stream is not there, in both directions', async () => {
    const { client } = await withTenEvents();
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const failure = await failureOf(listOf(client.readStream('none', { direction })));
      expect(failure).to.be.instanceOf(StreamNotFoundError);
      expect((failure as StreamNotFoundError).streamName).to.equal('none');
    }
  });

  it('tells type, content, metadata, time and position of each event', async () => {
    const node = await fixture.node({ now: () => new Date('2026-03-04T05:06:07.089Z') });
    const client = fixture.clientOf(node);
    const sent = { ...someEvents(1)[0], metadata: { hash: 'ab' } } as ReturnType<typeof someEvents>[0];
    const appended = await client.appendToStream('ström', sent, { credentials: CREDENTIALS });
    const [read] = await listOf(client.readStream('ström'));
    expect(read?.event).to.deep.include({
      id: sent?.id,
      streamId: 'ström',
      revision: 0n,
      type: 'Happened',
      data: { number: 0 },
      metadata: { hash: 'ab' },
      isJson: true,
      created: new Date('2026-03-04T05:06:07.089Z'),
      position: appended.position,
    });
    expect(read?.commitPosition).to.equal(appended.position?.commit);
  });
});

describe('wire server: reading $all', () => {
  const fixture = new WireFixture();
  afterEach(() => fixture.release());

  async function withEvents() {
    const node = await fixture.node();
    const client = fixture.clientOf(node);
    for (const stream of ['a', 'b', 'a', 'c']) {
      await client.appendToStream(stream, someEvents(2), { credentials: CREDENTIALS });
    }
    appendSystemEvent(node.log);
    return { node, client, positions: node.log.records.map(({ position }) => position) };
  }

  const at = (position: bigint | undefined) => ({ commit: position ?? -1n, prepare: position ?? -1n });
  const positionsOf = (events: readonly { readonly commitPosition?: bigint }[]) =>
    events.map(({ commitPosition }) => commitPosition);

  it('begins with events of the server itself', async () => {
    const { client } = await withEvents();
    const [first] = await listOf(client.readAll({ maxCount: 1 }));
    expect(first?.event?.type).to.match(/^\$/);
  });

  it('gives every event of every stream in the order of the log', async () => {
    const { client, positions } = await withEvents();
    expect(positionsOf(await listOf(client.readAll()))).to.deep.equal(positions);
  });

  it('includes the event at a position forwards, and excludes it backwards', async () => {
    const { client, positions } = await withEvents();
    const from = { fromPosition: at(positions[4]), maxCount: 2 } as const;
    expect(positionsOf(await listOf(client.readAll(from)))).to.deep.equal(positions.slice(4, 6));
    const backwards = await listOf(client.readAll({ ...from, direction: BACKWARDS }));
    expect(positionsOf(backwards)).to.deep.equal([positions[3], positions[2]]);
  });

  it('gives the last event first from the end', async () => {
    const { client, positions } = await withEvents();
    const last = await listOf(client.readAll({ fromPosition: END, direction: BACKWARDS, maxCount: 2 }));
    expect(positionsOf(last)).to.deep.equal([positions.at(-1), positions.at(-2)]);
    expect(await listOf(client.readAll({ fromPosition: END, direction: FORWARDS }))).to.deep.equal([]);
    expect(await listOf(client.readAll({ fromPosition: START, direction: BACKWARDS }))).to.deep.equal([]);
  });

  it('gives nothing behind the end', async () => {
    const { client, node } = await withEvents();
    expect(await listOf(client.readAll({ fromPosition: at(node.log.end + 1000n) }))).to.deep.equal([]);
  });

  it('refuses a position that is none', async () => {
    const { client, positions } = await withEvents();
    const between = at((positions[3] ?? 0n) + 1n);
    const failure = await failureOf(listOf(client.readAll({ fromPosition: between })));
    expect(String(failure)).to.match(/invalid position/);
    const reversed = { commit: positions[3] ?? 0n, prepare: (positions[3] ?? 0n) + 1n };
    const second = await failureOf(listOf(client.readAll({ fromPosition: reversed })));
    expect(String(second)).to.match(/Exception was thrown/);
  });

  it('starts wherever its log starts, also behind 2^53', async () => {
    const { newWireLog } = await import('../../support/wire-server/new-wire-log.js');
    const log = newWireLog({ now: () => new Date(0), firstPosition: 2n ** 60n });
    const client = fixture.clientOf(await fixture.node({ log }));
    const [first] = await listOf(client.readAll({ maxCount: 1 }));
    expect(first?.event?.position).to.deep.equal({ commit: 2n ** 60n, prepare: 2n ** 60n });
  });
});
