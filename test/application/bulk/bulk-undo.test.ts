import { expect } from 'chai';
import type { BulkRequest, BulkResult } from '../../../src/application/application.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { confirmed, end, technicalOf } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  olga,
  openBulkWorld,
  request,
  told,
  user,
} from './bulk-world.js';
import { dyingStore } from './dying-store.js';

describe('undoing a bulk operation', () => {
  let world: BulkWorld;
  let node: BulkNode;

  beforeEach(async () => {
    world = await openBulkWorld();
    node = world.newNode();
    const members = { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR', adam: 'ADMIN', otto: 'OWNER' } as const;
    await node.open('acme', { members });
    await node.open('bolt', { members, policy: { notifyOnRemove: false } });
  });

  afterEach(async () => {
    expect(world.failures).to.deep.equal([]);
    await world.close();
  });

  const both = { acme: ['ann', 'ben'], bolt: ['ann'] };
  const run = async (also: Partial<BulkRequest> = {}, selection: Parameters<typeof request>[0] = both) =>
    done(await node.bulk.run(request(selection, also)));
  const undo = (operation: Pick<BulkResult, 'bulkOperationId'>, actor = olga, also = {}) =>
    node.bulk.undo({ actor, bulkOperationId: operation.bulkOperationId ?? '', ...also });
  const statuses = () =>
    Promise.all([node.statusOf('acme', 'ann'), node.statusOf('acme', 'ben'), node.statusOf('bolt', 'ann')]);

  it('gives access back where it was switched off, and the other way round, as often as one likes', async () => {
    const deactivated = await run();
    const undone = done(await undo(deactivated));
    expect(told(undone)).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED', 'bolt/ann APPLIED']);
    expect(await statuses()).to.deep.equal(['ACTIVE', 'ACTIVE', 'ACTIVE']);
    const [started] = await world.bulkEvents(undone.bulkOperationId);
    expect(started?.data).to.deep.include({ operation: 'REACTIVATE', undoes: deactivated.bulkOperationId });
    const redone = done(await undo(undone));
    expect(redone).to.include({ outcome: 'APPLIED' });
    expect(await statuses()).to.deep.equal(['INACTIVE', 'INACTIVE', 'INACTIVE']);
  });

  it('brings the removed back with all they held and that is still there', async () => {
    await node.does(
      'acme',
      { type: 'createGroup', groupId: 'crew', name: 'Crew', parentId: null },
      { type: 'addGroupMember', groupId: 'crew', userId: 'ann', role: 'MAINTAINER' },
      { type: 'grantPermissions', userId: 'ann', permissions: ['app-store'] },
      { type: 'registerApplication', applicationId: 'crm', name: 'CRM', technicalContactUserId: 'ben' },
    );
    const successors = { forAll: null, each: [{ responsibility: technicalOf('crm'), userId: 'olga' }] };
    const [acme] = request({ acme: ['ann', 'ben'] }).selection;
    if (acme === undefined) throw new Error('no selection');
    const removed = await run({ operation: 'REMOVE', selection: [{ ...acme, successors }] });
    const undone = done(await undo(removed));
    expect(told(undone)).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED']);
    const ann = await node.accounts.read('acme', ({ state }) => state.memberships.get('ann'));
    expect(ann).to.deep.include({
      status: 'ACTIVE',
      role: 'CONTRIBUTOR',
      permissions: ['app-store'],
      groupIds: ['crew'],
    });
    const reinstated = (await world.events('account-acme')).filter(({ type }) => type === 'UserReinstated');
    expect(reinstated.map(({ data }) => data)).to.have.nested.property(
      '[1].notRestored.responsibilities[0].applicationId',
      'crm',
    );
    expect(told(done(await undo(undone)))).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED']);
    expect((await statuses()).slice(0, 2)).to.deep.equal(['REMOVED', 'REMOVED']);
  });

  it('asks for no other confirmation than naming the operation', async () => {
    const typed = { single: 'TYPED_PHRASE', bulk: 'PREVIEW_TOKEN' } as const;
    const flag = { single: 'FLAG', bulk: 'FLAG' } as const;
    const confirmation = { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: typed, DELETE: flag };
    await node.open('core', { members: { ann: 'CONTRIBUTOR' }, policy: { confirmation } });
    const result = await run({}, { core: ['ann'] });
    expect(told(done(await undo(result)))).to.deep.equal(['core/ann APPLIED']);
  });

  it('is tried out without a trace', async () => {
    const result = await run();
    const head = await world.store.head();
    expect(done(await undo(result, olga, { dryRun: true }))).to.include({ outcome: 'WOULD_APPLY' });
    expect(await world.store.head()).to.equal(head);
  });

  it('is impossible after deleting', async () => {
    await run();
    const preview = await node.bulk.preview({
      actor: olga,
      operation: 'DELETE',
      selection: [{ accountId: 'acme', userIds: ['ann', 'ben'] }],
    });
    const items = preview.items.map(({ userId, token }) => ({ userId, previewToken: token }));
    const [acme] = request({ acme: [] }).selection;
    if (acme === undefined) throw new Error('no selection');
    const deleted = await run({ operation: 'DELETE', selection: [{ ...acme, items }] });
    expect(deleted).to.include({ outcome: 'APPLIED' });
    expect(await undo(deleted)).to.include({ code: 'UNDO_IMPOSSIBLE' });
  });

  describe('leaves alone', () => {
    it('whoever was changed since, even when it looks the same', async () => {
      const result = await run();
      await node.does('acme', { type: 'reactivateUser', userId: 'ann', confirmation: confirmed });
      await node.does('acme', end('deactivateUser', 'ann'));
      await node.does('bolt', end('removeUser', 'ann'));
      expect(told(done(await undo(result)))).to.deep.equal([
        'acme/ann REJECTED STALE_VALUE',
        'acme/ben APPLIED',
        'bolt/ann REJECTED STALE_VALUE',
      ]);
      expect(await statuses()).to.deep.equal(['INACTIVE', 'ACTIVE', 'REMOVED']);
    });

    it('whoever somebody has given access back already', async () => {
      const result = await run();
      await node.does('acme', { type: 'reactivateUser', userId: 'ann', confirmation: confirmed });
      expect(told(done(await undo(result)))).to.deep.equal([
        'acme/ann UNCHANGED',
        'acme/ben APPLIED',
        'bolt/ann APPLIED',
      ]);
    });

    it('whoever the operation itself had not changed', async () => {
      await node.does('acme', end('deactivateUser', 'adam'));
      const selection = { acme: ['ann', 'olga'], bolt: ['ann'] };
      const result = await run({ errorPolicy: 'REJECT_FAILED_ITEMS' }, selection);
      expect(told(done(await undo(result)))).to.deep.equal(['acme/ann APPLIED', 'bolt/ann APPLIED']);
      expect(await node.statusOf('acme', 'adam')).to.equal('INACTIVE');
    });

    it('everybody the second time', async () => {
      const result = await run();
      done(await undo(result));
      const head = await world.store.head();
      expect(done(await undo(result))).to.include({ outcome: 'UNCHANGED', bulkOperationId: null });
      const removed = await run({ operation: 'REMOVE' });
      done(await undo(removed));
      expect(done(await undo(removed))).to.include({ outcome: 'UNCHANGED', bulkOperationId: null });
      expect(await world.store.head()).to.be.greaterThan(head);
    });
  });

  describe('is for those who could do the inverse', () => {
    it('decided on the accounts as they are now', async () => {
      const result = await run({ operation: 'REMOVE' });
      // Managing people and bulk, but inviting nobody: adding and reinstating are not his.
      await node.does('acme', adding('mia', 'CONTRIBUTOR', ['users.manage', 'bulk.run']));
      expect(told(done(await undo(result, user('mia'))))).to.deep.equal([
        'acme/ann REJECTED PERMISSION_DENIED',
        'acme/ben REJECTED PERMISSION_DENIED',
      ]);
      expect(told(done(await undo(result, user('otto'))))).to.deep.equal([
        'acme/ann APPLIED',
        'acme/ben APPLIED',
        'bolt/ann APPLIED',
      ]);
    });

    it('with the right to run bulk operations', async () => {
      const result = await run();
      await node.does('acme', adding('mia', 'CONTRIBUTOR', ['users.manage']));
      expect(await undo(result, user('mia'))).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'bulk.run',
      });
    });

    it('and tells no others who was in it, nor carries it on for them', async () => {
      await node.does('acme', adding('rita', 'REVIEWER'));
      await node.does('bolt', adding('rita', 'REVIEWER'));
      const order = request({ acme: ['ann'], bolt: ['ann', 'otto'] }, { errorPolicy: 'REJECT_FAILED_ITEMS' });
      const dying = dyingStore(world.store, 3, 'BEFORE');
      await world
        .newNode(dying.store)
        .bulk.run(order)
        .catch(() => undefined);
      const started = (await world.events()).find(({ type }) => type === 'BulkOperationStarted');
      const cutOff = { bulkOperationId: started?.commandId ?? '' };
      const head = await world.store.head();
      for (const dryRun of [true, false])
        expect(await undo(cutOff, user('rita'), { dryRun })).to.include({
          code: 'PERMISSION_DENIED',
          permission: 'bulk.run',
        });
      expect(await node.bulk.whyNotUndone({ actor: user('rita'), ...cutOff })).to.include({
        code: 'PERMISSION_DENIED',
      });
      expect(await world.store.head()).to.equal(head);
      await node.bulk.resume([cutOff.bulkOperationId]);
      await node.does('acme', { type: 'grantPermissions', userId: 'rita', permissions: ['bulk.run'] });
      const tried = done(await undo(cutOff, user('rita'), { dryRun: true }));
      expect(told(tried)).to.deep.equal(['acme/ann REJECTED PERMISSION_DENIED']);
    });

    it('and tells nothing of accounts they may not see', async () => {
      const result = await run();
      await node.does('acme', end('removeUser', 'otto'));
      expect(told(done(await undo(result, user('otto'))))).to.deep.equal(['bolt/ann APPLIED']);
      for (const unknown of [undo(result, user('stranger')), undo({ bulkOperationId: 'unknown' })])
        expect(await unknown).to.include({ code: 'NOT_FOUND', field: 'bulkOperationId' });
    });
  });

  it('is refused when it is more than an account takes at once by now', async () => {
    const result = await run();
    const { policy } = await node.accounts.read('acme', ({ state }) => {
      const account = state.account.get('account');
      if (account === undefined) throw new Error('no account');
      return account;
    });
    await node.does('acme', {
      type: 'changePolicy',
      preset: 'DEFAULT',
      policy: { ...policy, bulkLimit: 2 },
      expectedPolicyVersion: null,
    });
    expect(await undo(result)).to.include({ code: 'BULK_LIMIT_EXCEEDED' });
  });

  it('ends first what is to be undone, when that was cut off', async () => {
    const dying = dyingStore(world.store, 3, 'BEFORE');
    await world
      .newNode(dying.store)
      .bulk.run(request(both, { idempotencyKey: 'k' }))
      .catch(() => undefined);
    const started = (await world.events()).find(({ type }) => type === 'BulkOperationStarted');
    const head = await world.store.head();
    const cutOff = { bulkOperationId: started?.commandId ?? '' };
    expect(told(done(await undo(cutOff, olga, { dryRun: true, idempotencyKey: 'k' })))).to.deep.equal([]);
    expect(await world.store.head()).to.equal(head);
    const undone = done(await undo(cutOff));
    expect(told(undone)).to.deep.equal(['acme/ann APPLIED', 'acme/ben APPLIED', 'bolt/ann APPLIED']);
    expect(await statuses()).to.deep.equal(['ACTIVE', 'ACTIVE', 'ACTIVE']);
  });

  it('gives the first result again under its key', async () => {
    const result = await run();
    const first = done(await undo(result, olga, { idempotencyKey: 'u' }));
    const again = await undo(result, olga, { idempotencyKey: 'u' });
    expect(isRejection(again)).to.equal(false);
    expect(done(again)).to.deep.include({ bulkOperationId: first.bulkOperationId, replayed: true });
    expect(told(done(again))).to.deep.equal(told(first));
  });
});
