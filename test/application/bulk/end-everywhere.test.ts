import { expect } from 'chai';
import type { EndEverywhereRequest } from '../../../src/application/application.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { end, technicalOf } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  olga,
  openBulkWorld,
  told,
  user,
} from './bulk-world.js';

describe('ending a person’s membership everywhere', () => {
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

  const ann = { ann: 'CONTRIBUTOR' } as const;
  const request = (also: Partial<EndEverywhereRequest> = {}): EndEverywhereRequest => ({
    actor: olga,
    userId: 'ann',
    operation: null,
    confirmed: true,
    phrase: null,
    successors: [],
    ...also,
  });
  const endEverywhere = async (also: Partial<EndEverywhereRequest> = {}) =>
    done(await node.bulk.endEverywhere(request(also)));

  it('parts with them as each account does: by removing where that is offered, else by deactivating', async () => {
    await node.open('acme', { members: ann });
    await node.open('docs', { members: ann, preset: 'DOCUMENT360' });
    await node.open('left', { members: ann });
    await node.does('left', end('removeUser', 'ann'));
    const result = await endEverywhere();
    expect(told(result)).to.deep.equal(['acme/ann APPLIED', 'docs/ann APPLIED']);
    expect(await node.statusOf('acme', 'ann')).to.equal('REMOVED');
    expect(await node.statusOf('docs', 'ann')).to.equal('INACTIVE');
    const [started] = await world.bulkEvents(result.bulkOperationId);
    expect(started?.data).to.deep.include({ operation: 'BY_ACCOUNT', errorPolicy: 'REJECT_FAILED_ITEMS' });
    expect(started?.data).to.have.nested.property('selection[0].operation', 'REMOVE');
    expect(started?.data).to.have.nested.property('selection[1].operation', 'DEACTIVATE');
  });

  it('can be undone, each account by its own way back', async () => {
    await node.open('acme', { members: ann });
    await node.open('docs', { members: ann, preset: 'DOCUMENT360' });
    const { bulkOperationId } = await endEverywhere();
    const undone = done(await node.bulk.undo({ actor: olga, bulkOperationId: bulkOperationId ?? '' }));
    expect(told(undone)).to.deep.equal(['acme/ann APPLIED', 'docs/ann APPLIED']);
    expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
    expect(await node.statusOf('docs', 'ann')).to.equal('ACTIVE');
  });

  it('uses the operation asked for, and lists what each account refuses', async () => {
    await node.open('acme', { members: ann });
    await node.open('docs', { members: ann, preset: 'DOCUMENT360' });
    await node.open('wild', {
      members: ann,
      preset: 'PARTNER_PORTAL',
      policy: { operationsOffered: ['REMOVE'] },
    });
    const result = await endEverywhere({ operation: 'DEACTIVATE', phrase: 'DEACTIVATE' });
    expect(told(result)).to.deep.equal([
      'acme/ann APPLIED',
      'docs/ann APPLIED',
      'wild/ann REJECTED OPERATION_NOT_OFFERED',
    ]);
    const [started] = await world.bulkEvents(result.bulkOperationId);
    expect(started?.data).to.deep.include({ operation: 'DEACTIVATE' });
  });

  it('is confirmed in each account as a bulk operation is', async () => {
    await node.open('acme', { members: ann });
    await node.open('typed', { members: ann, preset: 'PARTNER_PORTAL' });
    expect(told(await endEverywhere({ confirmed: false, dryRun: true }))).to.deep.equal([
      'acme/ann REJECTED CONFIRMATION_REQUIRED',
      'typed/ann REJECTED CONFIRMATION_REQUIRED',
    ]);
    expect(told(await endEverywhere({ phrase: 'DEACTIVATE' }))).to.deep.equal([
      'acme/ann APPLIED',
      'typed/ann APPLIED',
    ]);
  });

  it('hands duties over to whom each account names', async () => {
    const contact: AccountCommand = {
      type: 'registerApplication',
      applicationId: 'crm',
      name: 'CRM',
      technicalContactUserId: 'ann',
    };
    for (const accountId of ['acme', 'bolt']) {
      await node.open(accountId, { members: ann });
      await node.does(accountId, contact);
    }
    const each = [{ responsibility: technicalOf('crm'), userId: 'olga' }];
    const result = await endEverywhere({
      successors: [{ accountId: 'bolt', successors: { forAll: null, each } }],
    });
    expect(told(result)).to.deep.equal(['acme/ann REJECTED REASSIGNMENT_REQUIRED', 'bolt/ann APPLIED']);
  });

  it('reaches only accounts the caller may see, and finds nobody where there is none', async () => {
    await node.open('acme', { members: ann });
    await node.open('hidden', { owner: 'otto', members: ann });
    expect(told(await endEverywhere())).to.deep.equal(['acme/ann APPLIED']);
    expect(await node.statusOf('hidden', 'ann')).to.equal('ACTIVE');
    for (const also of [{}, { actor: user('stranger') }, { userId: 'nobody' }])
      expect(await node.bulk.endEverywhere(request(also))).to.include({ code: 'NOT_FOUND', field: 'userId' });
  });

  it('counts as one person, in however many accounts', async () => {
    await node.open('acme', { members: ann, policy: { bulkLimit: 1 } });
    await node.open('bolt', { members: ann });
    expect(await endEverywhere()).to.deep.nested.include({ 'counts.APPLIED': 2 });
  });

  it('knows of everything that was in the log when it was asked for', async () => {
    await node.open('acme', { members: ann });
    await node.open('late');
    await world.newNode().does('late', adding('ann'));
    expect(told(await endEverywhere())).to.deep.equal(['acme/ann APPLIED', 'late/ann APPLIED']);
  });

  it('gives the first result again under its key, whatever accounts there are by then', async () => {
    await node.open('acme', { members: ann });
    const first = await endEverywhere({ idempotencyKey: 'e' });
    await node.open('late', { members: ann });
    const again = await endEverywhere({ idempotencyKey: 'e' });
    expect(again).to.deep.include({ bulkOperationId: first.bulkOperationId, replayed: true });
    expect(told(again)).to.deep.equal(['acme/ann APPLIED']);
    expect(await node.bulk.endEverywhere(request({ idempotencyKey: 'e', operation: 'DELETE' }))).to.include({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });
});
