import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RequestActor } from '../../src/application/account-commands.js';
import { MAX_QUEUED_READS } from '../../src/application/account-writer.js';
import { Accounts } from '../../src/application/accounts.js';
import type { Outcome } from '../../src/application/outcome.js';
import type { SnapshotStore } from '../../src/application/snapshot-store.js';
import type { AccountCommand } from '../../src/domain/account/commands.js';
import { presets } from '../../src/domain/account/policy.js';
import type { Role } from '../../src/domain/account/roles.js';
import { SNAPSHOT_VERSION, toSnapshot } from '../../src/domain/account/snapshot.js';
import { verifyStreams } from '../../src/event-store/chain.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { SqliteSnapshotStore } from '../../src/snapshots/sqlite-snapshot-store.js';
import { end } from '../domain/account/given.js';

const ACCOUNT = '11111111-1111-4111-8111-111111111111';
const system: RequestActor = { kind: 'SYSTEM', id: 'test' };
const olga: RequestActor = { kind: 'USER', userId: 'olga' };

describe('accounts', () => {
  let folder: string;
  let store: EventStore;
  let snapshots: SqliteSnapshotStore;
  let clock: number;
  let ids: number;
  const failures: unknown[] = [];

  const newNode = (on: EventStore = storeOf(store), kept: SnapshotStore = snapshots) =>
    new Accounts(
      {
        store: on,
        snapshots: kept,
        environment: { now: () => clock, newId: () => `id-${ids++}` },
        report: (error) => failures.push(error),
      },
      async () => null,
    );

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-'));
    store = await SqliteEventStore.open({ path: join(folder, 'log.sqlite') });
    snapshots = new SqliteSnapshotStore(join(folder, 'snapshots.sqlite'));
    clock = Date.parse('2026-01-01T00:00:00.000Z');
    ids = 1;
    failures.length = 0;
  });

  afterEach(async () => {
    expect(failures).to.deep.equal([]);
    await store.close();
    snapshots.close();
    rmSync(folder, { recursive: true });
  });

  const open: AccountCommand = {
    type: 'openAccount',
    accountId: ACCOUNT,
    name: 'Acme',
    kind: 'STANDARD',
    operators: [],
    preset: 'DEFAULT',
    policy: presets.DEFAULT,
    owner: { userId: 'olga', membershipId: 'm-olga', permissions: [] },
  };
  const add = (userId: string, role: Role = 'CONTRIBUTOR'): AccountCommand => ({
    type: 'addUser',
    userId,
    membershipId: `m-${userId}`,
    kind: 'STANDARD',
    role,
    permissions: [],
    groupIds: [],
  });
  const run = (node: Accounts, commands: readonly AccountCommand[], actor = system): Promise<Outcome> =>
    node.execute({ accountId: ACCOUNT, actor, commands });

  it('appends what was decided, chained and in the envelope', async () => {
    const node = newNode();
    const opened = await run(node, [open]);
    clock += 1000;
    const outcome = await node.execute({
      accountId: ACCOUNT,
      actor: olga,
      commands: [add('rita')],
      reason: { code: 'JOINED', ticket: 'T-1' },
    });
    expect(opened).to.include({ outcome: 'APPLIED', position: 2 });
    if (outcome.outcome !== 'APPLIED') throw new Error(outcome.outcome);
    expect(outcome.events[0]).to.deep.include({
      type: 'UserAdded',
      revision: 2,
      accountId: ACCOUNT,
      subjectId: 'rita',
      occurredAt: '2026-01-01T00:00:01.000Z',
      actor: { kind: 'USER', id: 'olga', onBehalfOf: null, authority: null },
      reason: { code: 'JOINED', ticket: 'T-1' },
      policyVersion: 1,
    });
    expect(await verifyStreams(store)).to.deep.equal({ status: 'INTACT', events: 3 });
  });

  it('writes several commands of one request together or not at all', async () => {
    const node = newNode();
    await run(node, [open]);
    const refused = await run(node, [add('rita'), add('rudi'), add('rita')]);
    expect(refused).to.deep.nested.include({ outcome: 'REJECTED', 'rejection.code': 'ALREADY_MEMBER' });
    expect(await store.head()).to.equal(2);
    expect((await run(node, [add('rita'), add('rudi')])).outcome).to.equal('APPLIED');
  });

  it('tells what it would write, and writes nothing', async () => {
    const node = newNode();
    await run(node, [open]);
    const outcome = await node.execute({
      accountId: ACCOUNT,
      actor: system,
      commands: [add('rita')],
      dryRun: true,
    });
    expect(outcome.outcome).to.equal('WOULD_APPLY');
    expect(await store.head()).to.equal(2);
    expect((await run(node, [add('rita')])).outcome).to.equal('APPLIED');
  });

  describe('with an idempotency key', () => {
    const keyed = (node: Accounts, userId: string) =>
      node.execute({
        accountId: ACCOUNT,
        actor: olga,
        commands: [add(userId)],
        idempotencyKey: 'k',
        fingerprintOf: { userId },
      });

    it('gives the first result again, also on another node and after a restart', async () => {
      const node = newNode();
      await run(node, [open]);
      const first = await keyed(node, 'rita');
      const again = await keyed(node, 'rita');
      const elsewhere = await keyed(newNode(), 'rita');
      if (first.outcome !== 'APPLIED' || again.outcome !== 'APPLIED' || elsewhere.outcome !== 'APPLIED')
        throw new Error('expected APPLIED');
      expect(again).to.deep.equal({ ...first, replayed: true, results: null });
      expect(elsewhere).to.deep.equal({ ...first, replayed: true, results: null });
      expect(await store.head()).to.equal(3);
    });

    it('refuses another input under the same key', async () => {
      const node = newNode();
      await run(node, [open]);
      await keyed(node, 'rita');
      expect(await keyed(node, 'rudi')).to.deep.nested.include({
        'rejection.code': 'IDEMPOTENCY_KEY_REUSED',
      });
    });

    it('does not answer those who may no longer see the account', async () => {
      const node = newNode();
      await run(node, [open, add('otto', 'OWNER')]);
      await keyed(node, 'rita');
      await run(node, [end('removeUser', 'olga')]);
      expect(await keyed(node, 'rita')).to.deep.nested.include({ 'rejection.code': 'NOT_FOUND' });
    });

    it('remembers for seven days', async () => {
      const node = newNode();
      await run(node, [open]);
      await keyed(node, 'rita');
      clock += 7 * 24 * 3600 * 1000;
      await node.execute({
        accountId: ACCOUNT,
        actor: olga,
        commands: [add('rudi')],
        idempotencyKey: 'other',
        fingerprintOf: null,
      });
      expect(await keyed(node, 'rita')).to.include({ outcome: 'APPLIED', replayed: true, results: null });
      clock += 1;
      await node.execute({
        accountId: ACCOUNT,
        actor: olga,
        commands: [add('ruth')],
        idempotencyKey: 'third',
        fingerprintOf: null,
      });
      expect(await keyed(node, 'rita')).to.deep.nested.include({ 'rejection.code': 'ALREADY_MEMBER' });
    });
  });

  it('lets one of two nodes win and the other decide again', async () => {
    const [a, b] = [newNode(), newNode()];
    await run(a, [open, add('otto', 'OWNER')]);
    for (let round = 0; round < 50; round += 1) {
      const outcomes = await Promise.all([
        run(a, [end('removeUser', 'olga')]),
        run(b, [end('removeUser', 'otto')]),
      ]);
      const applied = outcomes.filter((outcome) => outcome.outcome === 'APPLIED');
      const refused = outcomes.filter((outcome) => outcome.outcome === 'REJECTED');
      expect(applied).to.have.length(1);
      expect(refused[0]).to.deep.nested.include({ 'rejection.code': 'LAST_OWNER' });
      const removed = outcomes[0]?.outcome === 'APPLIED' ? 'olga' : 'otto';
      await run(round % 2 === 0 ? a : b, [add(removed, 'OWNER')]);
    }
    expect((await verifyStreams(store)).status).to.equal('INTACT');
  });

  it('refuses on the state at the head, not on what it remembers', async () => {
    const [a, b] = [newNode(), newNode()];
    await run(a, [open]);
    await run(b, [add('rita')]);
    expect(await run(a, [end('removeUser', 'rita')])).to.include({ outcome: 'APPLIED' });
    expect(await run(b, [end('removeUser', 'rita')])).to.include({ outcome: 'UNCHANGED' });
  });

  it('drops a draft that could not be appended and goes on from the log', async () => {
    let failNext = false;
    const failing: EventStore = {
      ...storeOf(store),
      append: (request) => {
        if (!failNext) return store.append(request);
        failNext = false;
        return Promise.reject(new Error('disk on fire'));
      },
    };
    const node = newNode(failing);
    await run(node, [open]);
    failNext = true;
    const results = await Promise.allSettled(['rita', 'rudi'].map((userId) => run(node, [add(userId)])));
    expect(results.map((result) => result.status)).to.deep.equal(['rejected', 'rejected']);
    expect(await store.head()).to.equal(2);
    expect((await run(node, [add('rita')])).outcome).to.equal('APPLIED');
  });

  it('tells a command that is in the log so, even when its neighbour cannot be answered', async () => {
    let headFails = false;
    const node = newNode({
      ...storeOf(store),
      head: () => (headFails ? Promise.reject(new Error('disk on fire')) : store.head()),
    });
    await run(node, [open, add('rita')]);
    headFails = true;
    const [unchanged, applied] = await Promise.allSettled([
      run(node, [{ type: 'changeRole', userId: 'rita', role: 'CONTRIBUTOR', expectedRole: null }]),
      run(node, [add('rudi')]),
    ]);
    expect(unchanged.status).to.equal('rejected');
    expect(applied).to.deep.nested.include({ status: 'fulfilled', 'value.outcome': 'APPLIED' });
  });

  it('does without snapshots that cannot be read or kept, and says so', async () => {
    const broken = () => Promise.reject(new Error('disk on fire'));
    const node = newNode(store, { load: broken, save: broken });
    await run(node, [open]);
    await run(
      node,
      Array.from({ length: 1_000 }, (_, i) => add(`u${i}`)),
    );
    await node.close();
    expect((await run(newNode(store, { load: broken, save: broken }), [add('rita')])).outcome).to.equal(
      'APPLIED',
    );
    expect(new Set(failures.splice(0).map(String))).to.deep.equal(new Set(['Error: disk on fire']));
  });

  it('splits what waits into appends of at most 900 KB', async () => {
    const node = newNode();
    await run(node, [open]);
    const groups = (from: number, count: number) =>
      Array.from({ length: count }, (_, i): AccountCommand => {
        const groupId = `g${from + i}`;
        return { type: 'createGroup', groupId, name: `${groupId} ${'x'.repeat(150)}`, parentId: null };
      });
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => run(node, groups(i * 300, 300))));
    expect(outcomes.every((outcome) => outcome.outcome === 'APPLIED')).to.equal(true);
    expect((await verifyStreams(store)).status).to.equal('INTACT');
    const tooLarge = await run(node, groups(10_000, 3_000)).catch((error: unknown) => error);
    expect(tooLarge).to.have.property('name', 'CommandTooLarge');
    expect(tooLarge).to.have.property('bytesPerCommand').with.length(3_000);
  });

  it('writes down what is due first, in parts when it fills more than one append', async () => {
    const node = newNode();
    const invite = (i: number): AccountCommand => ({
      type: 'inviteUser',
      userId: `u${i}`,
      membershipId: `m${i}`,
      invitationId: `i${i}`,
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
      tokenHash: '0'.repeat(64),
    });
    await run(node, [open]);
    for (const batch of [0, 1, 2, 3])
      await run(
        node,
        Array.from({ length: 500 }, (_, i) => invite(batch * 500 + i)),
      );
    clock += presets.DEFAULT.invitationTtlSeconds * 1000;
    const outcomes = await Promise.all([run(node, [add('rita')]), run(node, [add('rudi')])]);
    expect(outcomes.map(({ outcome }) => outcome)).to.deep.equal(['APPLIED', 'APPLIED']);
    const statuses = await newNode().read(ACCOUNT, ({ state }) =>
      [...state.memberships.entries()].map(([, { status }]) => status),
    );
    expect(statuses.filter((status) => status === 'INVITATION_EXPIRED')).to.have.length(2_000);
    expect(await run(node, [])).to.include({ outcome: 'UNCHANGED' });
    expect((await verifyStreams(store)).status).to.equal('INTACT');
  });

  it('takes a command however many reads wait, and no more reads than it can hold', async () => {
    await newNode().execute({ accountId: ACCOUNT, actor: system, commands: [open] });
    const accounts = newNode();
    const first = accounts.read(ACCOUNT, () => null);
    // It loads the account now, and all others wait.
    await Promise.resolve();
    const reads = Array.from({ length: MAX_QUEUED_READS + 1 }, () => accounts.read(ACCOUNT, () => null));
    const added = accounts.execute({ accountId: ACCOUNT, actor: system, commands: [add('ann')] });
    await first;
    const answers = await Promise.allSettled(reads);
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
    expect(refused.map((error) => error.name)).to.deep.equal(['Overloaded']);
    expect((await added).outcome).to.equal('APPLIED');
    // Their places are free again.
    expect(await accounts.read(ACCOUNT, ({ head }) => head.revision)).to.be.greaterThan(0);
  });

  it('lets others pass between reads that take long', async () => {
    const accounts = newNode();
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 0);
    const slow = () => {
      for (const started = performance.now(); performance.now() - started < 6; );
      return turns;
    };
    const seen = await Promise.all(Array.from({ length: 5 }, () => accounts.read(ACCOUNT, slow)));
    clearInterval(counting);
    expect(new Set(seen).size).to.be.greaterThan(1);
  });

  it('starts from a snapshot, and gets the same state as without', async () => {
    const node = newNode();
    await run(node, [open]);
    for (let batch = 0; batch < 6; batch += 1) {
      const commands = Array.from({ length: 1000 }, (_, i) => add(`u${batch}-${i}`));
      await run(node, commands);
    }
    await node.close();
    expect(await snapshots.load(`account-${ACCOUNT}`)).to.not.equal(null);
    const warm = await newNode().read(ACCOUNT, ({ state }) => toSnapshot(state));
    const without = new SqliteSnapshotStore(join(folder, 'none.sqlite'));
    snapshots.close();
    snapshots = without;
    const cold = await newNode().read(ACCOUNT, ({ state }) => toSnapshot(state));
    expect(warm).to.deep.equal(cold);
  });

  it('passes over a snapshot of another log', async () => {
    await snapshots.save(`account-${ACCOUNT}`, {
      revision: 0,
      hash: 'other',
      version: SNAPSHOT_VERSION,
      body: '{}',
    });
    const node = newNode();
    await run(node, [open]);
    expect(await newNode().read(ACCOUNT, ({ state }) => state.memberships.size)).to.equal(1);
  });

  it('stops commands on a stream with an event of a newer build', async () => {
    await store.append({
      stream: `account-${ACCOUNT}`,
      expectedRevision: 'NO_STREAM',
      events: [{ id: 'x', type: 'UserTeleported', body: '{}', hash: '0'.repeat(64) }],
    });
    const error = await run(newNode(), [open]).catch((e: unknown) => e);
    expect(error).to.have.property('name', 'UnknownEventType');
  });

  it('refuses an import that would go back in time', async () => {
    const node = newNode();
    const actor: RequestActor = { kind: 'IMPORT', id: 'import' };
    const at = (time: string, command: AccountCommand) =>
      node.execute({ accountId: ACCOUNT, actor, commands: [command], occurredAt: Date.parse(time) });
    await at('2018-06-01T00:00:00.000Z', open);
    expect(await at('2018-05-01T00:00:00.000Z', add('rita'))).to.deep.nested.include({
      'rejection.code': 'OCCURRED_OUT_OF_ORDER',
    });
    expect(await at('2030-05-01T00:00:00.000Z', add('rita'))).to.deep.nested.include({
      'rejection.code': 'OCCURRED_OUT_OF_ORDER',
    });
    expect((await at('2018-07-01T00:00:00.000Z', add('rita'))).outcome).to.equal('APPLIED');
  });
});

/**
 * The store as one of several nodes sees it, which may not take its own memory for the head; its calls as plain fields,
 * so that a test can put another in the place of one.
 */
const storeOf = (store: EventStore): EventStore => ({
  logId: store.logId,
  isExclusive: false,
  append: (request) => store.append(request),
  readStream: (stream, options) => store.readStream(stream, options),
  readAll: (options) => store.readAll(options),
  readAt: (position) => store.readAt(position),
  head: () => store.head(),
  subscribe: (options) => store.subscribe(options),
  close: () => store.close(),
});
