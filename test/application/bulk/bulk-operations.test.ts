import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { confirmed, end, noSuccessors, technicalOf } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  openBulkWorld,
  people,
  request,
  told,
  user,
} from './bulk-world.js';
import { dyingStore } from './dying-store.js';

describe('a bulk operation', () => {
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

  const members = { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR', cleo: 'REVIEWER' } as const;
  const open = (accountId: string, options: Parameters<BulkNode['open']>[1] = {}) =>
    node.open(accountId, { members, ...options });
  const run = (...input: Parameters<typeof request>) => node.bulk.run(request(...input));

  it('changes people of several accounts, each in its own stream, and says what became of each', async () => {
    await open('acme');
    await open('bolt');
    const result = done(await run({ acme: ['ann', 'ben'], bolt: ['cleo'] }));
    expect(result).to.include({ outcome: 'APPLIED', replayed: false, position: await world.store.head() });
    expect(result.counts).to.deep.equal({ APPLIED: 3, UNCHANGED: 0, REJECTED: 0, NOT_ATTEMPTED: 0 });
    expect(told(result)).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED', 'bolt/cleo APPLIED']);
    expect(await node.statusOf('acme', 'ann')).to.equal('INACTIVE');
    expect(await node.statusOf('bolt', 'cleo')).to.equal('INACTIVE');
    expect(await node.statusOf('bolt', 'ann')).to.equal('ACTIVE');
  });

  it('is written down before anything is done, part by part, and at its end', async () => {
    await open('acme');
    await open('bolt');
    const reason = { code: 'REORG', ticket: 'T-1' };
    const selection = { acme: ['ann', 'ben'], bolt: ['cleo'] };
    const { bulkOperationId: id } = done(await run(selection, { reason, causationId: 'cause' }));
    const bulk = await world.bulkEvents(id);
    expect(bulk.map(({ type }) => type)).to.deep.equal([
      'BulkOperationStarted',
      'BulkPartDone',
      'BulkPartDone',
      'BulkOperationFinished',
    ]);
    const ours = (await world.events()).filter(({ correlationId }) => correlationId === id);
    expect(ours.map(({ type }) => type)).to.deep.equal([
      'BulkOperationStarted',
      'UserDeactivated',
      'UserDeactivated',
      'BulkPartDone',
      'UserDeactivated',
      'BulkPartDone',
      'BulkOperationFinished',
    ]);
    const actor = { kind: 'USER', id: 'olga', onBehalfOf: null, authority: null };
    for (const event of ours) expect(event).to.deep.include({ actor, reason });
    for (const event of bulk) expect(event).to.deep.include({ commandId: id, causationId: 'cause' });
    const changes = ours.filter(({ type }) => type === 'UserDeactivated');
    expect(changes.map(({ causationId }) => causationId)).to.deep.equal(changes.map(() => bulk[0]?.eventId));
    expect(bulk[1]?.data).to.deep.include({
      accountId: 'acme',
      results: changes
        .slice(0, 2)
        .map(({ subjectId, revision }) => ({ userId: subjectId, outcome: 'APPLIED', code: null, revision })),
    });
  });

  describe('removes, deletes and reactivates', () => {
    it('several people', async () => {
      await open('acme', {
        preset: 'DOCUMENT360',
        policy: { operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'] },
      });
      done(await run({ acme: ['ann', 'ben'] }));
      done(await run({ acme: ['ann', 'ben'] }, { operation: 'REACTIVATE' }));
      expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
      done(await run({ acme: ['ann'] }, { operation: 'REMOVE' }));
      done(await run({ acme: ['ben', 'cleo'] }, { operation: 'DELETE' }));
      const statuses = await Promise.all(['ann', 'ben', 'cleo'].map((name) => node.statusOf('acme', name)));
      expect(statuses).to.deep.equal(['REMOVED', 'DELETED', 'DELETED']);
    });

    it('and hands each duty to whom it is named for, whoever of them holds it', async () => {
      await open('acme');
      const registered = (applicationId: string, technicalContactUserId: string): AccountCommand => ({
        type: 'registerApplication',
        applicationId,
        name: applicationId,
        technicalContactUserId,
      });
      await node.does('acme', registered('crm', 'ann'), registered('erp', 'ben'));
      const each = [
        { responsibility: technicalOf('crm'), userId: 'olga' },
        { responsibility: technicalOf('erp'), userId: 'cleo' },
      ];
      const [selection] = request({ acme: ['ann', 'ben'] }).selection;
      if (selection === undefined) throw new Error('no selection');
      const successors = { forAll: null, each };
      const result = done(await run({}, { selection: [{ ...selection, successors }], operation: 'REMOVE' }));
      expect(told(result)).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED']);
      const contacts = await node.accounts.read('acme', ({ state }) => [...state.contacts.values()]);
      expect(contacts).to.deep.equal(['olga', 'cleo']);
    });
  });

  describe('that wants everything or nothing', () => {
    it('writes nothing when one is refused in any of the accounts, and names all that are', async () => {
      await open('acme');
      await open('bolt');
      const head = await world.store.head();
      const result = done(await run({ acme: ['ann', 'olga'], bolt: ['ghost', 'ben'] }));
      expect(told(result)).to.deep.equal([
        'acme/ann NOT_ATTEMPTED',
        'acme/olga REJECTED SELF_REMOVAL_FORBIDDEN',
        'bolt/ghost REJECTED NOT_FOUND',
        'bolt/ben NOT_ATTEMPTED',
      ]);
      expect(result).to.include({ outcome: 'REJECTED', bulkOperationId: null, position: null });
      expect(result.items[1]?.rejection).to.include({ code: 'SELF_REMOVAL_FORBIDDEN' });
      expect(await world.store.head()).to.equal(head);
    });

    it('refuses the last owner even when every single owner could go', async () => {
      await open('acme', { policy: { selfRemoval: 'UNLESS_LAST_OWNER' }, members: { otto: 'OWNER' } });
      expect(told(done(await run({ acme: ['otto', 'olga'] })))).to.deep.equal([
        'acme/otto NOT_ATTEMPTED',
        'acme/olga REJECTED LAST_OWNER',
      ]);
    });
  });

  describe('that passes over what is refused', () => {
    const failedItems = { errorPolicy: 'REJECT_FAILED_ITEMS' } as const;

    it('goes ahead with the others', async () => {
      await open('acme');
      await open('bolt');
      const result = done(await run({ acme: ['ann', 'olga', 'ben'], bolt: ['ghost'] }, failedItems));
      expect(told(result)).to.deep.equal([
        'acme/ann APPLIED',
        'acme/olga REJECTED SELF_REMOVAL_FORBIDDEN',
        'acme/ben APPLIED',
        'bolt/ghost REJECTED NOT_FOUND',
      ]);
      expect(result.counts).to.deep.equal({ APPLIED: 2, UNCHANGED: 0, REJECTED: 2, NOT_ATTEMPTED: 0 });
      const recorded = await world.bulkEvents(result.bulkOperationId);
      expect(recorded.at(-1)?.data).to.deep.include({ counts: result.counts });
    });

    it('refuses the people of an account the caller may not see or not act in, and of no other', async () => {
      await open('acme');
      await open('bolt', { owner: 'otto' });
      await open('core', { owner: 'otto', members: { olga: 'CONTRIBUTOR', ann: 'REVIEWER' } });
      const result = done(
        await run({ bolt: ['ann'], acme: ['ann'], core: ['ann'], none: ['ann'] }, failedItems),
      );
      expect(told(result)).to.deep.equal([
        'bolt/ann REJECTED NOT_FOUND',
        'acme/ann APPLIED',
        'core/ann REJECTED PERMISSION_DENIED',
        'none/ann REJECTED NOT_FOUND',
      ]);
    });

    it('goes by the highest of the rights its caller has, as member and as operator', async () => {
      await node.open('hub', { kind: 'OPERATOR', owner: 'otto' });
      await node.does('hub', adding('olga', 'OWNER', ['accounts.operate']));
      await node.open('acme', {
        owner: 'otto',
        operators: ['hub'],
        members: { olga: 'ADMIN', adam: 'ADMIN' },
      });
      const result = done(await run({ acme: ['adam'] }, failedItems));
      expect(told(result)).to.deep.equal(['acme/adam APPLIED']);
    });
  });

  describe('on a mixed selection', () => {
    const prepared = async (accountId: string, options: Parameters<BulkNode['open']>[1] = {}) => {
      await open(accountId, options);
      await node.does(accountId, end('deactivateUser', 'ben'));
    };

    it('D3-18 is refused as a whole in that account', async () => {
      await prepared('acme');
      await open('bolt');
      const selection = { acme: ['ann', 'ben'], bolt: ['ann'] };
      const result = done(await run(selection, { errorPolicy: 'REJECT_FAILED_ITEMS' }));
      expect(told(result)).to.deep.equal([
        'acme/ann REJECTED BULK_MIXED_SELECTION',
        'acme/ben REJECTED BULK_MIXED_SELECTION',
        'bolt/ann APPLIED',
      ]);
      expect(result.items[0]?.rejection?.userIds).to.deep.equal(['ben']);
      expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
    });

    it('PP-7 passes over the others where the policy says so', async () => {
      const phrase = 'DEACTIVATE';
      await prepared('acme', { preset: 'PARTNER_PORTAL' });
      expect(told(done(await run({ acme: ['ann', 'ben'] }, { phrase })))).to.deep.equal([
        'acme/ann APPLIED',
        'acme/ben UNCHANGED',
      ]);
    });

    it('is judged before the first append, also when it takes several', async () => {
      await node.open('acme');
      await node.does('acme', ...people(600).map((name) => adding(name)));
      await node.does('acme', end('deactivateUser', 'u599'));
      const head = await world.store.head();
      const result = await run({ acme: people(600) }, { errorPolicy: 'REJECT_FAILED_ITEMS' });
      expect(result).to.deep.include({ code: 'BULK_MIXED_SELECTION', userIds: ['u599'] });
      expect(await world.store.head()).to.equal(head);
    });
  });

  describe('leaves no trace', () => {
    it('when it is only tried out', async () => {
      await open('acme');
      const head = await world.store.head();
      const result = done(await run({ acme: ['ann', 'ben'] }, { dryRun: true, idempotencyKey: 'k' }));
      expect(result).to.include({ outcome: 'WOULD_APPLY', bulkOperationId: null, position: null });
      expect(told(result)).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED']);
      const refused = done(await run({ acme: ['olga'] }, { dryRun: true }));
      expect(refused).to.include({ outcome: 'REJECTED' });
      expect(await world.store.head()).to.equal(head);
      expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
    });

    it('when everything is so already', async () => {
      await open('acme');
      done(await run({ acme: ['ann', 'ben'] }));
      const head = await world.store.head();
      const again = done(await run({ acme: ['ann', 'ben'] }));
      expect(again).to.include({ outcome: 'UNCHANGED', bulkOperationId: null, position: null });
      expect(again.counts).to.deep.include({ UNCHANGED: 2 });
      expect(await world.store.head()).to.equal(head);
    });
  });

  describe('is confirmed', () => {
    it('PP-13 by the typed word', async () => {
      await open('acme', { preset: 'PARTNER_PORTAL' });
      const refused = await run({ acme: ['ann', 'ben'] });
      expect(refused).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'TYPED_PHRASE' });
      expect(done(await run({ acme: ['ann', 'ben'] }, { phrase: 'DEACTIVATE' }))).to.include({
        outcome: 'APPLIED',
      });
    });

    it('and what a caller types instead of it does not get into the log', async () => {
      await open('acme');
      const typed = 'ann@example.test';
      const [selection] = request({ acme: ['ann', 'ben'] }).selection;
      if (selection === undefined) throw new Error('no selection');
      const items = [
        { userId: 'ann', previewToken: null },
        { userId: 'ben', previewToken: typed },
      ];
      const result = done(
        await run(
          {},
          { selection: [{ ...selection, items }], phrase: typed, errorPolicy: 'REJECT_FAILED_ITEMS' },
        ),
      );
      expect(told(result)).to.deep.equal(['acme/ann APPLIED', 'acme/ben REJECTED STALE_PREVIEW']);
      expect(JSON.stringify(await world.events())).to.not.include(typed);
    });
  });

  it('names a machine as one, and asks again what it may do when it goes on', async () => {
    await node.open('hub', { kind: 'OPERATOR', owner: 'otto' });
    await node.does('hub', { ...adding('robot', 'ADMIN', ['accounts.operate']), kind: 'SERVICE' });
    for (const accountId of ['acme', 'bolt']) await open(accountId, { operators: ['hub'] });
    const dying = dyingStore(world.store, 4, 'BEFORE');
    const order = request({ acme: ['ann'], bolt: ['ben'] }, { actor: user('robot') });
    await world
      .newNode(dying.store)
      .bulk.run(order)
      .catch(() => undefined);
    await node.does('hub', end('removeUser', 'robot'));
    const started = (await world.events()).find(({ type }) => type === 'BulkOperationStarted');
    await node.bulk.resume([started?.correlationId ?? '']);
    expect(await node.statusOf('acme', 'ann')).to.equal('INACTIVE');
    expect(await node.statusOf('bolt', 'ben')).to.equal('ACTIVE');
    const ours = (await world.events()).filter(
      ({ correlationId }) => correlationId === started?.correlationId,
    );
    expect(ours.map(({ type }) => type)).to.deep.equal([
      'BulkOperationStarted',
      'UserDeactivated',
      'BulkPartDone',
      'BulkPartDone',
      'BulkOperationFinished',
    ]);
    for (const { actor } of ours) expect(actor).to.include({ kind: 'SERVICE', id: 'robot' });
  });

  describe('is refused altogether', () => {
    const codeOf = async (...input: Parameters<typeof request>) => {
      const head = await world.store.head();
      const result = await run(...input);
      expect(await world.store.head()).to.equal(head);
      return isRejection(result) ? [result.code, result.field] : told(result);
    };

    it('PP-13 when it is too much for one of the accounts, counted over all of them', async () => {
      await open('acme');
      await open('bolt', { policy: { bulkLimit: 2 } });
      const result = await run({ acme: ['ann', 'ben'], bolt: ['ann'] });
      expect(result).to.deep.include({ code: 'BULK_LIMIT_EXCEEDED', bulk: { limit: 2, requested: 3 } });
      expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
      expect(done(await run({ acme: ['ann'], bolt: ['ben'] }))).to.include({ outcome: 'APPLIED' });
    });

    it('when its first event could not hold it', async () => {
      await open('acme', { policy: { bulkLimit: 10_000 } });
      const unknown = people(999, 'x'.repeat(1_000)).map((accountId) => [accountId, ['ann']] as const);
      const selection = { acme: ['ann', 'ben'], ...Object.fromEntries(unknown) };
      const code = await codeOf(selection, { errorPolicy: 'REJECT_FAILED_ITEMS' });
      expect(code).to.deep.equal(['INVALID_INPUT', 'selection']);
    });

    it('when the caller may see none of the accounts', async () => {
      await open('acme');
      expect(await codeOf({ acme: ['ann'], none: ['ben'] }, { actor: user('stranger') })).to.deep.equal([
        'NOT_FOUND',
        'accountId',
      ]);
    });
  });

  it('keeps the last owner in a race with single removals', async () => {
    const other = world.newNode();
    await open('acme', {
      policy: { selfRemoval: 'UNLESS_LAST_OWNER' },
      members: { otto: 'OWNER', ann: 'REVIEWER' },
    });
    for (let round = 0; round < 20; round += 1) {
      await Promise.allSettled([
        node.bulk.run(request({ acme: ['otto', 'ann'] }, { operation: 'REMOVE' })),
        other.accounts.execute({
          accountId: 'acme',
          actor: user('otto'),
          commands: [
            { type: 'removeUser', userId: 'olga', confirmation: confirmed, successors: noSuccessors },
          ],
        }),
      ]);
      const fresh = world.newNode();
      const owners = await fresh.accounts.read('acme', ({ state }) =>
        [...state.memberships.values()].filter(({ status, role }) => status === 'ACTIVE' && role === 'OWNER'),
      );
      expect(owners).to.have.length(1);
      for (const name of ['olga', 'otto', 'ann'])
        if ((await fresh.statusOf('acme', name)) !== 'ACTIVE')
          await fresh.does('acme', adding(name, name === 'ann' ? 'REVIEWER' : 'OWNER'));
    }
  });
});
