import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { AppendRequest } from '../../../src/event-store/event-store.js';
import { end } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  openBulkWorld,
  people,
  request,
  sharedStore,
  told,
} from './bulk-world.js';
import { dyingStore } from './dying-store.js';

describe('a bulk operation that takes several appends', () => {
  let world: BulkWorld;
  let node: BulkNode;

  beforeEach(async () => {
    world = await openBulkWorld();
    node = world.newNode();
  });

  afterEach(async () => {
    expect(world.failures).to.deep.equal([]);
    await world.close();
  });

  /** A node that notes its appends, and may do something before each. */
  const watched = (before: (append: AppendRequest, earlier: number) => Promise<void> = async () => {}) => {
    const appends: AppendRequest[] = [];
    const store = sharedStore(world.store, {
      append: async (append) => {
        const earlier = appends.filter(({ stream }) => stream === append.stream).length;
        appends.push(append);
        await before(append, earlier);
        return world.store.append(append);
      },
    });
    return { appends, node: world.newNode(store) };
  };
  const itemsPerAppend = (appends: readonly AppendRequest[], stream = 'account-acme') =>
    appends.filter((append) => append.stream === stream).map(({ events }) => events.length);

  const openWith = async (count: number, options: Parameters<BulkNode['open']>[1] = {}) => {
    await node.open('acme', options);
    await node.does('acme', ...people(count).map((name) => adding(name)));
  };

  it('changes a thousand people of one account, 250 an append', async () => {
    await openWith(1_000);
    const { node: watching, appends } = watched();
    const result = done(await watching.bulk.run(request({ acme: people(1_000) })));
    expect(result.counts).to.deep.include({ APPLIED: 1_000 });
    expect(itemsPerAppend(appends)).to.deep.equal([250, 250, 250, 250]);
    const bulk = await world.bulkEvents(result.bulkOperationId);
    expect(bulk.map(({ type }) => type)).to.deep.equal([
      'BulkOperationStarted',
      'BulkPartDone',
      'BulkPartDone',
      'BulkPartDone',
      'BulkPartDone',
      'BulkOperationFinished',
    ]);
    const statuses = await node.accounts.read('acme', ({ state }) =>
      [...state.memberships.values()].filter(({ status }) => status === 'INACTIVE'),
    );
    expect(statuses).to.have.length(1_000);
  });

  it('lets others have their turn between the appends', async () => {
    await openWith(600);
    await node.open('bolt');
    let turns = 0;
    const turnsAtAppend: number[] = [];
    const { node: watching } = watched(async ({ stream }) => {
      if (stream === 'account-acme') turnsAtAppend.push(turns);
    });
    const running = watching.bulk.run(request({ acme: people(600) }));
    let isRunning = true;
    const reading = (async () => {
      for (; isRunning; turns += 1) {
        await watching.statusOf('bolt', 'olga');
        await setImmediate();
      }
    })();
    done(await running);
    isRunning = false;
    await reading;
    expect(turnsAtAppend).to.have.length(3);
    expect(new Set(turnsAtAppend).size).to.equal(3);
  });

  describe('because the events of 250 people do not fit into one', () => {
    const heavy = async (count: number) => {
      const permissions = Array.from({ length: 100 }, (_, i) => `portal.${'x'.repeat(40)}${i}`);
      await node.open('acme');
      for (let from = 0; from < count; from += 100)
        await node.does(
          'acme',
          ...people(count)
            .slice(from, from + 100)
            .map((name) => adding(name, 'REVIEWER', permissions)),
        );
    };

    it('takes half as many, and half of those again', async () => {
      await heavy(300);
      const { node: watching, appends } = watched();
      const result = done(await watching.bulk.run(request({ acme: people(300) })));
      expect(result.counts).to.deep.include({ APPLIED: 300 });
      expect(itemsPerAppend(appends)).to.deep.equal([125, 88, 87]);
    });

    it('finds after a crash what was in the smaller append', async () => {
      await heavy(300);
      const order = request({ acme: people(300) }, { idempotencyKey: 'k' });
      const dying = dyingStore(world.store, 2, 'AFTER');
      await world
        .newNode(dying.store)
        .bulk.run(order)
        .catch(() => undefined);
      const result = done(await node.bulk.run(order));
      expect(result.counts).to.deep.equal({ APPLIED: 300, UNCHANGED: 0, REJECTED: 0, NOT_ATTEMPTED: 0 });
      const changes = (await world.events('account-acme')).filter(({ type }) => type === 'UserDeactivated');
      expect(new Set(changes.map(({ subjectId }) => subjectId)).size).to.equal(300);
      expect(changes).to.have.length(300);
    });
  });

  describe('and meets somebody else between them', () => {
    /** Just before an append of acme, the second unless told otherwise, which then has lost the race. */
    const interrupted = (act: () => Promise<void>, at = 1) =>
      watched(async ({ stream }, earlier) => {
        if (stream === 'account-acme' && earlier === at) await act();
      }).node;

    it('stops where it wants everything, and leaves what is written', async () => {
      await openWith(600);
      await node.open('bolt', { members: { ann: 'REVIEWER' } });
      const racing = interrupted(() => node.does('acme', end('removeUser', 'u300')));
      const result = done(await racing.bulk.run(request({ acme: people(600), bolt: ['ann'] })));
      expect(result.counts).to.deep.equal({ APPLIED: 250, UNCHANGED: 0, REJECTED: 1, NOT_ATTEMPTED: 350 });
      expect(result).to.include({ outcome: 'APPLIED' });
      expect(told(result)[300]).to.equal('acme/u300 REJECTED MEMBERSHIP_ENDED');
      expect(result.items[300]?.rejection).to.include({ code: 'MEMBERSHIP_ENDED' });
      expect(told(result).slice(-1)).to.deep.equal(['bolt/ann NOT_ATTEMPTED']);
      expect(await node.statusOf('acme', 'u0')).to.equal('INACTIVE');
      expect(await node.statusOf('acme', 'u599')).to.equal('ACTIVE');
      expect(await node.statusOf('bolt', 'ann')).to.equal('ACTIVE');
      const bulk = await world.bulkEvents(result.bulkOperationId);
      expect(bulk.at(-1)?.data).to.deep.include({ counts: result.counts });
    });

    it('goes on where it passes over the refused', async () => {
      await openWith(600);
      const racing = interrupted(() =>
        node.does('acme', end('removeUser', 'u300'), end('deactivateUser', 'u301')),
      );
      const order = request({ acme: people(600) }, { errorPolicy: 'REJECT_FAILED_ITEMS' });
      const result = done(await racing.bulk.run(order));
      expect(result.counts).to.deep.equal({ APPLIED: 598, UNCHANGED: 1, REJECTED: 1, NOT_ATTEMPTED: 0 });
    });

    it('is refused the whole account when its selection has become mixed before the first of them', async () => {
      await openWith(600);
      await node.open('bolt', { members: { ann: 'REVIEWER' } });
      const racing = interrupted(() => node.does('acme', end('deactivateUser', 'u599')), 0);
      const selection = { acme: people(600), bolt: ['ann'] };
      const result = done(await racing.bulk.run(request(selection, { errorPolicy: 'REJECT_FAILED_ITEMS' })));
      expect(result.counts).to.deep.equal({ APPLIED: 1, UNCHANGED: 0, REJECTED: 600, NOT_ATTEMPTED: 0 });
      expect(told(result)[599]).to.equal('acme/u599 REJECTED BULK_MIXED_SELECTION');
    });

    it('is refused the rest of the account when its caller loses the right', async () => {
      await openWith(600, { members: { otto: 'OWNER' } });
      await node.open('bolt', { members: { ann: 'REVIEWER' } });
      const racing = interrupted(() =>
        node.does('acme', { type: 'changeRole', userId: 'olga', role: 'CONTRIBUTOR', expectedRole: null }),
      );
      const selection = { acme: people(600), bolt: ['ann'] };
      const result = done(await racing.bulk.run(request(selection, { errorPolicy: 'REJECT_FAILED_ITEMS' })));
      expect(result.counts).to.deep.equal({ APPLIED: 251, UNCHANGED: 0, REJECTED: 350, NOT_ATTEMPTED: 0 });
      expect(told(result)[250]).to.equal('acme/u250 REJECTED PERMISSION_DENIED');
      expect(told(result).slice(-1)).to.deep.equal(['bolt/ann APPLIED']);
    });
  });

  it('goes through many accounts, and passes over the rest of them together', async () => {
    const accountIds = people(230, 'a');
    for (const accountId of accountIds) await node.open(accountId, { members: { ann: 'REVIEWER' } });
    const { node: racing, appends } = watched(async ({ stream }, earlier) => {
      if (stream === 'account-a1' && earlier === 0) await node.does('a1', end('removeUser', 'ann'));
    });
    const selection = Object.fromEntries(accountIds.map((accountId) => [accountId, ['ann']]));
    const result = done(await racing.bulk.run(request(selection)));
    expect(result.counts).to.deep.equal({ APPLIED: 1, UNCHANGED: 0, REJECTED: 1, NOT_ATTEMPTED: 228 });
    expect(itemsPerAppend(appends, `bulk-${result.bulkOperationId}`)).to.deep.equal([1, 1, 1, 200, 29]);
  });
});
