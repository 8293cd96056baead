import { expect } from 'chai';
import { end } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  openBulkWorld,
  request,
  sharedStore,
  told,
  user,
} from './bulk-world.js';

describe('a bulk operation under an idempotency key', () => {
  let world: BulkWorld;
  let node: BulkNode;

  beforeEach(async () => {
    world = await openBulkWorld();
    node = world.newNode();
    const members = { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR', otto: 'OWNER' } as const;
    await node.open('acme', { members });
    await node.open('bolt', { members });
  });

  afterEach(async () => {
    expect(world.failures).to.deep.equal([]);
    await world.close();
  });

  const order = request(
    { acme: ['ann', 'ghost'], bolt: ['ben'] },
    { idempotencyKey: 'k', errorPolicy: 'REJECT_FAILED_ITEMS' },
  );
  const summary = ['acme/ann APPLIED', 'acme/ghost REJECTED NOT_FOUND', 'bolt/ben APPLIED'];

  it('gives the recorded results again, also on another node and when all has changed since', async () => {
    const first = done(await node.bulk.run(order));
    await node.does('acme', { type: 'reactivateUser', userId: 'ann', confirmation: confirmedBySystem });
    const head = await world.store.head();
    for (const again of [await node.bulk.run(order), await world.newNode().bulk.run(order)]) {
      expect(done(again)).to.deep.include({
        bulkOperationId: first.bulkOperationId,
        outcome: 'APPLIED',
        counts: first.counts,
        position: first.position,
        replayed: true,
      });
      expect(told(done(again))).to.deep.equal(summary);
      expect(done(again).items[1]).to.deep.include({ rejection: null, code: 'NOT_FOUND' });
    }
    expect(await world.store.head()).to.equal(head);
    expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
  });

  it('refuses another input', async () => {
    done(await node.bulk.run(order));
    const others = [
      { confirmed: false },
      { operation: 'REMOVE' },
      { errorPolicy: 'REJECT_EVERYTHING' },
      { reason: { code: 'REORG', ticket: null } },
    ] as const;
    for (const other of others) {
      const result = await node.bulk.run({ ...order, ...other });
      expect(result).to.include({ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' });
    }
    const undo = await node.bulk.undo({ actor: order.actor, bulkOperationId: 'any', idempotencyKey: 'k' });
    expect(undo).to.include({ code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('is somebody else’s operation under the same key of somebody else', async () => {
    const first = done(await node.bulk.run(order));
    const other = done(await node.bulk.run({ ...order, actor: user('otto'), operation: 'REACTIVATE' }));
    expect(other).to.include({ outcome: 'APPLIED', replayed: false });
    expect(other.bulkOperationId).to.not.equal(first.bulkOperationId);
  });

  it('is decided anew when it changed nothing before', async () => {
    const refused = { ...order, errorPolicy: 'REJECT_EVERYTHING' } as const;
    expect(done(await node.bulk.run(refused))).to.include({ outcome: 'REJECTED', bulkOperationId: null });
    await node.does('acme', adding('ghost'));
    expect(done(await node.bulk.run(refused))).to.include({ outcome: 'APPLIED', replayed: false });
  });

  it('answers nothing of accounts that the caller may not see any more', async () => {
    done(await node.bulk.run(order));
    await node.does('acme', end('removeUser', 'olga'));
    expect(told(done(await node.bulk.run(order)))).to.deep.equal([
      'acme/ann REJECTED NOT_FOUND',
      'acme/ghost REJECTED NOT_FOUND',
      'bolt/ben APPLIED',
    ]);
    await node.does('bolt', end('removeUser', 'olga'));
    expect(await node.bulk.run(order)).to.include({ code: 'NOT_FOUND' });
  });

  it('is done once when two callers come at once, on one node or on two', async () => {
    const rounds = [
      { key: 'one node', nodes: [node, node] },
      { key: 'two nodes', nodes: [node, world.newNode()] },
    ];
    for (const { key, nodes } of rounds) {
      const head = await world.store.head();
      const results = await Promise.all(
        nodes.map(({ bulk }) => bulk.run({ ...order, idempotencyKey: key }).then(done)),
      );
      expect(new Set(results.map(({ bulkOperationId }) => bulkOperationId)).size).to.equal(1);
      for (const result of results) expect(told(result)).to.deep.equal(summary);
      expect(results.map(({ replayed }) => replayed).sort()).to.deep.equal([false, true]);
      const events = (await world.events()).slice(head);
      expect(events.filter(({ type }) => type === 'UserDeactivated')).to.have.length(2);
      expect(events.filter(({ type }) => type === 'BulkOperationFinished')).to.have.length(1);
      const givenBack = { confirmation: confirmedBySystem, type: 'reactivateUser' } as const;
      await node.does('acme', { ...givenBack, userId: 'ann' });
      await node.does('bolt', { ...givenBack, userId: 'ben' });
    }
  });

  it('waits for the one that is under way', async () => {
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let waits = () => {};
    const waiting = new Promise<void>((resolve) => {
      waits = resolve;
    });
    const appends: string[] = [];
    const slow = world.newNode(
      sharedStore(world.store, {
        append: async (appended) => {
          appends.push(appended.stream);
          if (appended.stream === 'account-acme') {
            waits();
            await held;
          }
          return world.store.append(appended);
        },
      }),
    );
    const first = slow.bulk.run(order);
    await waiting;
    let isAnswered = false;
    const second = slow.bulk.run(order).then((result) => {
      isAnswered = true;
      return done(result);
    });
    await slow.accounts.read('bolt', () => null);
    expect(isAnswered).to.equal(false);
    goOn();
    expect(done(await first)).to.include({ replayed: false });
    const { bulkOperationId, ...again } = await second;
    expect(again).to.include({ replayed: true, outcome: 'APPLIED' });
    const own = `bulk-${bulkOperationId}`;
    expect(appends).to.deep.equal([own, 'account-acme', own, 'account-bolt', own]);
  });

  describe('names its parts as no key can', () => {
    /** What the operation of olga's key will be called: everybody can work it out. */
    const predicted = async (): Promise<string> => {
      const elsewhere = await openBulkWorld();
      const twin = elsewhere.newNode();
      await twin.open('acme', { members: { ann: 'CONTRIBUTOR' } });
      const { bulkOperationId } = done(
        await twin.bulk.run(request({ acme: ['ann'] }, { idempotencyKey: 'k' })),
      );
      await elsewhere.close();
      return bulkOperationId ?? '';
    };
    const removal = request({ acme: ['ann'] }, { idempotencyKey: 'k', operation: 'REMOVE' });

    it('so that what another command has written does not stand for it', async () => {
      const id = await predicted();
      const keys = [`bulk:${id}:0`, `${id}:0`, JSON.stringify([id, 0]), JSON.stringify(['acme', id, 0]), id];
      for (const idempotencyKey of keys) {
        const givenBack = { type: 'reactivateUser', userId: 'ann', confirmation: confirmedBySystem } as const;
        await node.does('acme', end('deactivateUser', 'ann'));
        const outcome = await node.accounts.execute({
          accountId: 'acme',
          actor: removal.actor,
          commands: [givenBack],
          idempotencyKey,
          fingerprintOf: {},
        });
        expect(outcome.outcome).to.equal('APPLIED');
      }
      const result = done(await node.bulk.run(removal));
      expect(result.bulkOperationId).to.equal(id);
      expect(told(result)).to.deep.equal(['acme/ann APPLIED']);
      expect(await node.statusOf('acme', 'ann')).to.equal('REMOVED');
    });

    it('and counts no part that is not its own doing', async () => {
      const bulkOperationId = await predicted();
      const crew = { type: 'createGroup', groupId: 'crew', name: 'Crew', parentId: null } as const;
      for (const { commands, correlationId } of [
        { commands: [end('removeUser', 'ann')], correlationId: 'another' },
        { commands: [end('deactivateUser', 'ann')], correlationId: bulkOperationId },
        { commands: [crew], correlationId: bulkOperationId },
      ]) {
        const other = await openBulkWorld();
        const foreign = other.newNode();
        await foreign.open('acme', {
          members: { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR' },
          policy: { bulkMixedSelection: 'SKIP_INAPPLICABLE' },
        });
        const partOf = { bulkOperationId, from: 0 };
        const request = { accountId: 'acme', actor: removal.actor, partOf, fingerprintOf: {} };
        expect(await foreign.accounts.execute({ ...request, commands, correlationId })).to.include({
          outcome: 'APPLIED',
        });
        const [acme] = removal.selection;
        if (acme === undefined) throw new Error('no selection');
        const items = ['ann', 'ben'].map((userId) => ({ userId, previewToken: null }));
        const running = foreign.bulk.run({
          ...removal,
          selection: [{ ...acme, items }],
          errorPolicy: 'REJECT_FAILED_ITEMS',
        });
        expect(await running.then(JSON.stringify, ({ cause }: Error) => String(cause))).to.include(
          'ForeignPart',
        );
        await other.close();
      }
    });
  });

  it('is not begun by trying it out', async () => {
    done(await node.bulk.run({ ...order, dryRun: true }));
    expect(await node.bulk.run({ ...order, confirmed: false })).to.include({ code: 'CONFIRMATION_REQUIRED' });
  });
});

const confirmedBySystem = { confirmed: true, previewToken: null, phrase: null } as const;
