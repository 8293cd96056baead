import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { v7 as uuidV7 } from 'uuid';
import type { StoredEvent } from '../../src/domain/event.js';
import { hashOf } from '../../src/event-store/chain.js';
import type { MailConfig } from '../../src/mail-config.js';
import { openEventStoreReader } from '../../src/open-event-store.js';
import { LEASE_MS } from '../../src/process-managers/lease.js';
import { applied, user } from '../application/installed-muster.js';
import { headerOf, type ReadMessage } from '../mail/read-message.js';
import { TestMailServer } from '../mail/test-mail-server.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';
import { newWireLog } from '../support/wire-server/new-wire-log.js';
import { WireNode } from '../support/wire-server/wire-node.js';
import { MusterCluster, ROOT } from './muster-cluster.js';

const idOf = (mail: ReadMessage) => headerOf(mail, 'message-id');

const NEWER = 'f0f0f0f0-0000-4000-8000-00000000000a';

const mailBy = (post: TestMailServer): MailConfig => ({
  via: 'SMTP',
  server: post.at(),
  from: { name: 'Muster', address: 'muster@muster.example' },
  invitationUrl: 'https://portal.example/#{token}',
});

const openAccount = (cluster: MusterCluster): Promise<string> =>
  cluster.prepare(async ({ application }) => {
    const owner = { issuer: cluster.issuer.issuer, subject: ROOT.subject, name: 'Root' };
    const { userId } = await application.initialise({ owner });
    const opened = await application.openAccount({
      actor: user(userId),
      name: 'Acme',
      kind: 'STANDARD',
      preset: 'DEFAULT',
      owner: { email: 'olga@example.test', name: 'Olga' },
    });
    return applied(opened).accountId;
  });

describe('a node of several', function () {
  this.timeout(300_000);
  let dir: string;
  let wire: WireNode;
  let ahead = 0;
  let here: TestMuster | null = null;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'muster-lost-'));
    wire = await WireNode.start();
    ahead = 0;
  });
  afterEach(async () => {
    await here?.close();
    here = null;
    await wire.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Another node, in this process so that the test moves its clock. */
  const startHere = async (cluster: MusterCluster, post?: TestMailServer): Promise<TestMuster> => {
    const { eventStoreUrl, keyVaultUrl } = cluster;
    here = await startMuster({
      dataDir: join(dir, 'here'),
      eventStoreUrl,
      keyVaultUrl,
      environment: { now: () => Date.now() + ahead, newId: uuidV7 },
      ...(post === undefined ? {} : { mail: mailBy(post) }),
    });
    return here;
  };

  const typesIn = async (eventStoreUrl: string, start: string): Promise<readonly string[]> => {
    const store = await openEventStoreReader({ kind: 'CLUSTER', url: eventStoreUrl });
    try {
      const events = await store.readAll({ afterPosition: 0, maxCount: 10_000 });
      return events.filter(({ stream }) => stream.startsWith(start)).map(({ type }) => type);
    } finally {
      await store.close();
    }
  };

  it('that is killed while it sends a mail is followed by another one when its lease has run out, under the same Message-ID', async () => {
    const post = await TestMailServer.start();
    const arrived = new Promise<void>((resolve) => {
      post.answer = () => {
        resolve();
        return new Promise(() => undefined);
      };
    });
    const cluster = new MusterCluster(dir, {
      eventStoreUrl: wire.connectionString(),
      env: {
        MUSTER_SMTP_URL: `smtp://127.0.0.1:${post.port}`,
        MUSTER_MAIL_FROM: 'Muster <muster@muster.example>',
        MUSTER_INVITATION_URL: 'https://portal.example/#{token}',
      },
    });
    const accountId = await openAccount(cluster);
    await cluster.start(1);
    const [lost] = cluster.nodes;
    const root = await lost?.client();
    await root?.mutate('inviteUser', {
      accountId,
      person: { email: 'ivy@example.test', name: 'Ivy' },
      role: 'REVIEWER',
    });
    await arrived;
    await lost?.end('SIGKILL');
    post.answer = async () => 'TAKE';

    const other = await startHere(cluster, post);
    await other.processManagers.settled();
    expect(post.received, 'while the lease lasts').to.have.lengthOf(1);
    ahead = LEASE_MS;
    while (post.received.length < 2) await other.processManagers.settled().then(() => delay(50));
    ahead += LEASE_MS;
    await other.processManagers.settled();
    expect(await typesIn(cluster.eventStoreUrl, 'effect-')).to.deep.equal([
      'MailRequested',
      'MailRequested',
      'MailSent',
    ]);
    expect(post.received.map(idOf)).to.have.lengthOf(2);
    expect(new Set(post.received.map(idOf)).size).to.equal(1);
    await other.close();
    here = null;
    await post.stop();
  });

  it('knows a command under its key that a node before it has carried out, which is gone with its data folder', async () => {
    const cluster = new MusterCluster(dir, { eventStoreUrl: wire.connectionString() });
    const accountId = await openAccount(cluster);
    await cluster.start(1);
    const root = await cluster.nodes[0]?.client();
    const input = { accountId, name: 'Reviewers', idempotencyKey: 'once' };
    const first = await root?.mutate('createGroup', input);
    await cluster.nodes[0]?.end('SIGKILL');
    rmSync(join(dir, 'node-1'), { recursive: true });
    const fresh = await cluster.startNode(1);
    const again = await (await fresh.client()).mutate('createGroup', input);
    await fresh.end('SIGTERM');
    expect(again).to.deep.include({
      outcome: 'APPLIED',
      replayed: true,
      events: first?.events,
      position: first?.position,
    });
    expect(
      (await typesIn(cluster.eventStoreUrl, 'account-')).filter((type) => type === 'GroupCreated'),
    ).to.have.lengthOf(1);
  });

  it('that cannot see the end of the log serves no reads and is not ready, until it sees it again', async () => {
    await wire.stop();
    const log = newWireLog({ now: () => new Date() });
    wire = await WireNode.start({ log });
    const { port } = wire;
    const muster = await startHere(new MusterCluster(dir, { eventStoreUrl: wire.connectionString() }));
    const read = () => muster.root.send('{ viewer { accounts { nodes { id } } } }');
    const isReady = async () => (await fetch(`${muster.url}/readyz`)).status === 200;
    const until = async (wanted: () => Promise<boolean>) => {
      while (!(await wanted())) await delay(50);
    };
    await until(async () => (await read()).errors === undefined);
    await until(isReady);
    await wire.stop();
    await until(async () => (await read()).errors !== undefined);
    const [refused] = (await read()).errors ?? [];
    expect(refused?.extensions).to.include({ code: 'SERVICE_UNAVAILABLE' });
    expect(refused?.message).to.match(/may be \d+ ms behind the log/);
    // One answer holds for a second.
    await until(async () => !(await isReady()));
    wire = await WireNode.start({ log, port });
    await until(async () => (await read()).errors === undefined);
    await until(isReady);
  });

  it('that ends while the log is silent answers who waits for it', async () => {
    const muster = await startHere(new MusterCluster(dir, { eventStoreUrl: wire.connectionString() }));
    const stranger = await muster.client({ subject: 'stranger' });
    const createGroup = (name: string) =>
      muster.root.send('mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }', {
        input: { accountId: muster.rootAccountId, name },
      });
    // Whoever is known, and an account that has been read, need the log for the append alone.
    expect((await createGroup('Day shift')).errors).to.equal(undefined);
    const met = new Set<string>();
    wire.setFaults(({ method }) => {
      met.add(method);
      return [{ at: 'before', does: 'hang' }];
    });
    const reads = stranger.send('{ viewer { user { id } } }');
    const writes = createGroup('Night shift');
    while (!met.has('ReadStream') || !met.has('Append')) await delay(5);
    const began = performance.now();
    await muster.close();
    const told = await Promise.all([reads, writes]);
    expect(told.map(({ errors }) => errors?.[0]?.extensions?.code)).to.deep.equal([
      'SERVICE_UNAVAILABLE',
      'OUTCOME_UNKNOWN',
    ]);
    expect(performance.now() - began).to.be.below(10_000);
  });

  it('that meets an event of a newer build serves no reads, and says at which event it stopped', async () => {
    const muster = await startHere(new MusterCluster(dir, { eventStoreUrl: wire.connectionString() }));
    const [named] = await muster.core.store.readStream('installation', { maxCount: 1 });
    const newer = {
      ...(JSON.parse(named?.body ?? '') as StoredEvent),
      eventId: uuidV7(),
      type: 'UserTeleported',
    };
    const body = JSON.stringify({ ...newer, revision: 0, stream: `account-${NEWER}`, previousHash: null });
    await muster.core.store.append({
      stream: `account-${NEWER}`,
      expectedRevision: 'NO_STREAM',
      events: [{ id: newer.eventId, type: newer.type, body, hash: hashOf(body) }],
    });
    while (muster.readModel.failure === null) await delay(20);
    const { errors } = await muster.root.send('{ viewer { accounts { nodes { id } } } }');
    expect(errors?.[0]?.extensions).to.include({ code: 'SERVICE_UNAVAILABLE' });
    // A check that is late on a busy machine says so first.
    for (let said = ''; !said.includes('UserTeleported'); await delay(50)) {
      const ready = await fetch(`${muster.url}/readyz`);
      expect(ready.status).to.equal(503);
      said = await ready.text();
    }
    const refused = await muster.root.send(
      'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { outcome } }',
      { input: { accountId: NEWER, name: 'Nobody' } },
    );
    expect(refused.errors?.[0]?.extensions).to.include({ code: 'SERVICE_UNAVAILABLE' });
  });
});
