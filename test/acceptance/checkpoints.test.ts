import Database from 'better-sqlite3';
import { expect } from 'chai';
import { openCheckpoint } from '../../src/proof/checkpoint.js';
import { noteVerifier } from '../../src/proof/signed-note.js';
import { eventLeaf } from '../../src/proof/tree-hash.js';
import { verifyConsistency, verifyInclusion } from '../../src/proof/verify-proofs.js';
import { type AccountWorld, accountWorld } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { eventsAfter, everythingAfter } from '../support/logged-events.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const fields = 'checkpoint { eventId size root headsRoot note verifierKey signedAt position }';

describe('signCheckpoint', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const sign = (client: GraphqlClient = muster.root, input = {}) =>
    client.mutate('signCheckpoint', input, fields);
  const opened = ({ note, verifierKey }: { note: string; verifierKey: string }) => {
    const verifier = noteVerifier(verifierKey);
    return verifier === null ? null : openCheckpoint(note, verifier);
  };

  it('proves nothing before there is a checkpoint, and says so', async () => {
    const [first] = await eventsAfter(muster, 0);
    const { data, errors } = await muster.root.send(
      'query ($id: ID!) { inclusionProof(eventId: $id) { index } }',
      { id: first?.eventId },
    );
    expect(data.inclusionProof).to.equal(null);
    expect(errors?.[0]?.message).to.match(/^No checkpoint has been signed in this log yet: .*signCheckpoint/);
  });

  it('signs what the log holds, and once only while nothing else happens', async () => {
    await world.add('Anna');
    const events = (await eventsAfter(muster, 0)).length;
    const dry = await sign(muster.root, { dryRun: true });
    expect(dry).to.include({ outcome: 'WOULD_APPLY', checkpoint: null });
    const { outcome, checkpoint, events: written, readable } = await sign();
    expect({ outcome, readable, types: written.map(({ type }) => type) }).to.deep.equal({
      outcome: 'APPLIED',
      readable: true,
      types: ['CheckpointSigned'],
    });
    expect(opened(checkpoint)?.size).to.equal(events);
    expect(checkpoint.size).to.equal(String(events));
    const again = await sign();
    expect(again).to.deep.include({ outcome: 'UNCHANGED', checkpoint, events: [] });
    expect((await muster.root.query(`{ ${fields} }`)).checkpoint).to.deep.equal(checkpoint);
  });

  it('needs audit.export in the root operator account', async () => {
    for (const client of [world.olga.client, world.rita.client]) {
      const { outcome, message, userErrors } = await sign(client);
      expect(outcome).to.equal('REJECTED');
      expect(userErrors[0]?.code).to.equal('PERMISSION_DENIED');
      expect(message).to.equal('You need the permission audit.export in the root operator account.');
    }
  });

  it('is seen by whoever reads an audit trail somewhere, and by nobody else', async () => {
    await sign();
    const ask = (client: GraphqlClient) => client.send('{ checkpoint { size } }');
    expect((await ask(world.adam.client)).data.checkpoint).to.have.key('size');
    for (const client of [world.rita.client, await muster.client({ subject: 'nobody-knows' })])
      expect((await ask(client)).errors?.[0]?.extensions.code).to.equal('PERMISSION_DENIED');
  });

  it('proves of every event that it is in the log, and that every later log goes on from it', async () => {
    const first = (await sign()).checkpoint;
    await world.add('Bert');
    await world.add('Cora');
    const { checkpoint } = await sign();
    const log = await everythingAfter(muster, 0);
    const toRoot = Buffer.from(checkpoint.root, 'base64');
    for (const [index, { eventId }] of log.slice(0, Number(checkpoint.size)).entries()) {
      const { inclusionProof: proof } = await world.adam.client.query(
        'query ($id: ID!) { inclusionProof(eventId: $id) { index size hashes root note } }',
        { id: eventId },
      );
      const recorded = (
        await muster.core.store.readAll({ afterPosition: (log[index]?.position ?? 0) - 1, maxCount: 1 })
      )[0];
      expect(proof.note).to.equal(checkpoint.note);
      expect(
        verifyInclusion({
          leaf: eventLeaf(recorded?.hash ?? ''),
          index: Number(proof.index),
          size: Number(proof.size),
          proof: proof.hashes.map((hash: string) => Buffer.from(hash, 'base64')),
          root: toRoot,
        }),
      ).to.equal(true);
      expect(proof.index).to.equal(String(index));
    }
    const { consistencyProof: proof } = await world.adam.client.query(
      'query ($from: String!, $to: String!) { consistencyProof(from: $from, to: $to) { hashes fromRoot toRoot } }',
      { from: first.size, to: checkpoint.size },
    );
    expect(
      verifyConsistency({
        from: Number(first.size),
        to: Number(checkpoint.size),
        proof: proof.hashes.map((hash: string) => Buffer.from(hash, 'base64')),
        fromRoot: Buffer.from(first.root, 'base64'),
        toRoot,
      }),
    ).to.equal(true);
    expect(proof.toRoot).to.equal(checkpoint.root);
  });

  it('proves nothing of an event that is unknown or not covered, and of sizes there are not', async () => {
    const { checkpoint } = await sign();
    const proofOf = (id: string) =>
      muster.root.send('query ($id: ID!) { inclusionProof(eventId: $id) { index } }', { id });
    const uncovered = await proofOf(checkpoint.eventId);
    expect(uncovered.data.inclusionProof).to.equal(null);
    expect(uncovered.errors?.[0]?.extensions.code).to.equal('BAD_USER_INPUT');
    expect(uncovered.errors?.[0]?.message).to.match(/^This event was written after the latest checkpoint/);
    const unknown = await proofOf('018f0000-0000-7000-8000-000000000000');
    expect(unknown.data.inclusionProof).to.equal(null);
    expect(unknown.errors).to.equal(undefined);
    const between = (from: string, to: string) =>
      muster.root.send('query ($f: String!, $t: String!) { consistencyProof(from: $f, to: $t) { hashes } }', {
        f: from,
        t: to,
      });
    expect((await between('1', '999999999')).data.consistencyProof).to.equal(null);
    for (const [from, to] of [
      ['0', '1'],
      ['3', '2'],
      ['x', '2'],
    ] as const)
      expect((await between(from, to)).errors?.[0]?.extensions.code).to.equal('BAD_USER_INPUT');
  });
});

describe('checkpoints on a schedule', () => {
  const HOUR = 3_600_000;
  const clock = { nowMs: Date.parse('2030-01-01T00:00:00.000Z') };
  let muster: TestMuster;
  beforeEach(async () => {
    let id = 0;
    muster = await startMuster({
      checkpointIntervalMs: HOUR,
      environment: {
        now: () => clock.nowMs,
        newId: () => `018f0000-0000-7000-8000-${String(++id).padStart(12, '0')}`,
      },
    });
  });
  afterEach(() => muster.close());

  const pass = async (ms: number) => {
    clock.nowMs += ms;
    await muster.processManagers.settled();
  };
  const signed = async () =>
    (await eventsAfter(muster, 0))
      .filter(({ type }) => type === 'CheckpointSigned')
      .map(({ data }) => data.size);

  it('are signed an hour after the start and after each other, and only when something else has happened', async () => {
    const size = (await eventsAfter(muster, 0)).length;
    await pass(HOUR - 1);
    expect(await signed()).to.deep.equal([]);
    await pass(1);
    expect(await signed()).to.deep.equal([size]);
    await pass(5 * HOUR);
    expect(await signed()).to.deep.equal([size]);
    await muster.root.mutate('createAccount', { name: 'One more' });
    const grown = (await eventsAfter(muster, 0)).length;
    await pass(HOUR);
    expect(await signed()).to.deep.equal([size, grown]);
  });

  it('are refused over a log whose beginning was rewritten', async () => {
    await pass(HOUR);
    await muster.root.mutate('createAccount', { name: 'One more' });
    await muster.processManagers.settled();
    const db = new Database(`${muster.core.folder.readPath}/${muster.readModel.generation}/proof.sqlite`);
    const tile = db.prepare<[], Buffer>('SELECT hashes FROM leaf_tiles').pluck().get() ?? Buffer.alloc(0);
    tile[40] = (tile[40] ?? 0) ^ 1;
    db.prepare('UPDATE leaf_tiles SET hashes = ?').run(tile);
    db.close();
    const { errors } = await muster.root.send('mutation { signCheckpoint(input: {}) { outcome } }');
    expect(errors?.[0]?.extensions.code).to.equal('INTERNAL_SERVER_ERROR');
    expect(muster.logged()).to.include('are not those that an earlier checkpoint signed');
    expect(await signed()).to.have.lengthOf(1);
  });
});
