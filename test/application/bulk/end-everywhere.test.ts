import { expect } from 'chai';
import type { BulkPreview, EndEverywhereRequest } from '../../../src/application/application.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { type Confirmation, presets } from '../../../src/domain/account/policy.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { end, technicalOf } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  request as bulkRequest,
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
    previewTokens: [],
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

  describe('where every account asks for something else', () => {
    beforeEach(async () => {
      const removing = (bulk: Confirmation) =>
        ({
          confirmation: { ...presets.DEFAULT.confirmation, REMOVE: { single: 'NONE', bulk } },
        }) as const;
      await node.open('flag', { members: ann });
      await node.open('phrase', { members: ann, preset: 'PARTNER_PORTAL' });
      await node.open('remove', {
        members: ann,
        policy: removing('TYPED_PHRASE'),
      });
      await node.open('token', { members: ann, policy: removing('PREVIEW_TOKEN') });
    });
    const preview = async (also: Partial<EndEverywhereRequest> = {}) => {
      const previewed = await node.bulk.previewEverywhere(request(also));
      if (isRejection(previewed)) throw new Error(JSON.stringify(previewed));
      return previewed;
    };
    const tokensOf = ({ items }: BulkPreview) =>
      items.flatMap(({ accountId, token }) => (token === null ? [] : [{ accountId, previewToken: token }]));

    it('tells of each what would be done and what it asks', async () => {
      const head = await world.store.head();
      const { operation, accounts, items } = await preview();
      expect(operation).to.equal('BY_ACCOUNT');
      expect(accounts.map((one) => [one.accountId, one.operation, one.confirmation])).to.deep.equal([
        ['flag', 'REMOVE', 'FLAG'],
        ['phrase', 'DEACTIVATE', 'TYPED_PHRASE'],
        ['remove', 'REMOVE', 'TYPED_PHRASE'],
        ['token', 'REMOVE', 'PREVIEW_TOKEN'],
      ]);
      expect(items.every(({ available }) => available)).to.equal(true);
      expect(await world.store.head()).to.equal(head);
    });

    it('is satisfied by one call, and by nothing less', async () => {
      const previewTokens = tokensOf(await preview()).filter(({ accountId }) => accountId === 'token');
      const everything = { confirmed: true, phrase: 'END EVERYWHERE', previewTokens, dryRun: true };
      expect(told(await endEverywhere(everything))).to.deep.equal([
        'flag/ann APPLIED',
        'phrase/ann APPLIED',
        'remove/ann APPLIED',
        'token/ann APPLIED',
      ]);
      for (const [less, accountIds] of [
        [{ confirmed: false }, ['flag']],
        [{ phrase: 'DEACTIVATE' }, ['remove']],
        [{ phrase: 'end everywhere' }, ['phrase', 'remove']],
        [{ previewTokens: [] }, ['token']],
      ] as const) {
        const { items } = await endEverywhere({ ...everything, ...less });
        const refused = items.filter(({ code }) => code === 'CONFIRMATION_REQUIRED');
        expect(refused.map(({ accountId }) => accountId)).to.deep.equal(accountIds);
      }
      const result = await endEverywhere({ ...everything, dryRun: false });
      expect(result.counts).to.deep.include({ APPLIED: 4 });
      const [started] = await world.bulkEvents(result.bulkOperationId);
      expect(started?.data).to.deep.include({ phrase: 'END EVERYWHERE' });
    });

    it('refuses a token whose facts have changed, in its account only', async () => {
      const previewTokens = tokensOf(await preview());
      await node.does('token', { type: 'changeRole', userId: 'ann', role: 'REVIEWER', expectedRole: null });
      const phrase = 'END EVERYWHERE';
      expect(told(await endEverywhere({ phrase, previewTokens })).at(-1)).to.equal(
        'token/ann REJECTED STALE_PREVIEW',
      );
    });

    it('asks no token where it cannot be done, and says why instead', async () => {
      await node.does('token', adding('adam', 'ADMIN'));
      await node.does('token', { type: 'changeRole', userId: 'ann', role: 'OWNER', expectedRole: null });
      const actor = user('adam');
      const { items } = await preview({ actor });
      expect(items).to.have.length(1);
      expect(items[0]).to.deep.include({ accountId: 'token', available: false, token: null });
      expect(items[0]?.reason?.code).to.equal('TARGET_OUTRANKS_ACTOR');
      expect(told(await endEverywhere({ actor }))).to.deep.equal([
        'token/ann REJECTED TARGET_OUTRANKS_ACTOR',
      ]);
    });

    it('shows the accounts that the caller may see, and nobody where there is none', async () => {
      await node.open('hidden', { owner: 'otto', members: ann });
      const { items } = await preview({ actor: user('otto') });
      expect(items.map(({ accountId }) => accountId)).to.deep.equal(['hidden']);
      expect(await node.bulk.previewEverywhere(request({ actor: user('stranger') }))).to.include({
        code: 'NOT_FOUND',
        field: 'userId',
      });
    });

    it('END EVERYWHERE is no word for another bulk operation', async () => {
      const { selection } = bulkRequest({ phrase: ['ann'] });
      const order = { ...bulkRequest({}), selection, phrase: 'END EVERYWHERE' };
      expect(await node.bulk.run(order)).to.include({ code: 'CONFIRMATION_REQUIRED' });
    });
  });

  describe('leaves no way back in', () => {
    const presetNames = ['DEFAULT', 'SUPEROFFICE', 'SOFTWAREONE', 'DOCUMENT360', 'PARTNER_PORTAL'] as const;
    const tokenHash = 'a'.repeat(64);
    const invited: AccountCommand = {
      type: 'inviteUser',
      userId: 'ann',
      membershipId: 'm-ann',
      invitationId: 'i-ann',
      tokenHash,
      kind: 'STANDARD',
      role: 'ADMIN',
      permissions: [],
      groupIds: ['crew'],
    };
    const before = {
      ACTIVE: [adding('ann')],
      FROZEN: [adding('ann'), { type: 'freezeUser', userId: 'ann' }],
      INACTIVE: [adding('ann'), end('deactivateUser', 'ann')],
      INVITED: [invited],
      INVITATION_EXPIRED: [invited],
      'REMOVED and invited again': [adding('ann'), end('removeUser', 'ann'), invited],
    } satisfies Readonly<Record<string, readonly AccountCommand[]>>;
    const offersAll = {
      operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'],
      groupRequired: false,
    } as const;
    const operations = [null, 'REMOVE', 'DEACTIVATE', 'DELETE'] as const;
    const answer = { userId: 'ann', invitationId: 'i-ann', generation: 1, tokenHash } as const;
    const isIn = async (accountId: string) =>
      ['ACTIVE', 'FROZEN', 'INVITED', 'INVITATION_EXPIRED'].includes(
        (await node.statusOf(accountId, 'ann')) ?? '',
      );

    for (const [status, commands] of Object.entries(before))
      it(`to one who is ${status}`, async () => {
        const accountIds: string[] = [];
        for (const preset of presetNames) {
          const { operationsOffered } = presets[preset];
          await node.open(preset, { preset, policy: offersAll });
          await node.does(preset, { type: 'createGroup', groupId: 'crew', name: 'Crew', parentId: null });
          await node.does(preset, ...commands);
          const { account } = await node.accounts.read(preset, ({ state }) => ({
            account: state.account.get('account'),
          }));
          if (account === undefined) throw new Error('no account');
          const policy = { ...account.policy, operationsOffered };
          await node.does(preset, { type: 'changePolicy', preset, policy, expectedPolicyVersion: null });
          accountIds.push(preset);
        }
        if (status === 'INVITATION_EXPIRED') world.pass(30 * 24 * 3600 * 1000);
        const confirmations = { confirmed: true, phrase: 'END EVERYWHERE' };
        const isInvitation = commands.some(({ type }) => type === 'inviteUser');
        for (const operation of operations) {
          const preview = await node.bulk.previewEverywhere(request({ operation }));
          if (isRejection(preview)) throw new Error(preview.message);
          const previewTokens = preview.items.flatMap(({ accountId, token }) =>
            token === null ? [] : [{ accountId, previewToken: token }],
          );
          const dry = await endEverywhere({ ...confirmations, operation, previewTokens, dryRun: true });
          if (isInvitation) expect(dry.counts, String(operation)).to.include({ APPLIED: 5, REJECTED: 0 });
        }
        const result = await endEverywhere(confirmations);
        expect(result.counts.REJECTED).to.equal(0);
        for (const accountId of accountIds) {
          expect(await isIn(accountId), accountId).to.equal(false);
          for (const command of [
            { type: 'acceptInvitation', ...answer },
            { type: 'reactivateUser', userId: 'ann', confirmation: { ...confirmations, previewToken: null } },
          ] as const) {
            const outcome = await node.accounts.execute({
              accountId,
              actor: user('ann'),
              commands: [command],
            });
            expect(outcome.outcome, `${accountId} ${command.type}`).to.equal('REJECTED');
          }
          expect(await isIn(accountId), accountId).to.equal(false);
        }
      });

    it('is previewed as a revocation, and is none to be undone', async () => {
      await node.open('docs', { preset: 'DOCUMENT360' });
      await node.does('docs', { ...invited, groupIds: [] });
      const previewed = await node.bulk.previewEverywhere(request());
      if (isRejection(previewed)) throw new Error(previewed.message);
      expect(previewed.operation).to.equal('REVOKE_INVITATION');
      expect(previewed.accounts[0]).to.include({ refusal: null, confirmation: 'NONE' });
      expect(previewed.items[0]).to.include({ available: true, reason: null, token: null });
      const { bulkOperationId, items } = await endEverywhere();
      expect(items[0]).to.include({ operation: 'REVOKE_INVITATION', outcome: 'APPLIED' });
      expect(await node.bulk.undo({ actor: olga, bulkOperationId: bulkOperationId ?? '' })).to.include({
        code: 'UNDO_IMPOSSIBLE',
        useInstead: 'inviteUser',
      });
    });

    it('as far as the caller may: who invites nobody removes, where that is offered', async () => {
      for (const [accountId, preset] of [
        ['acme', 'DEFAULT'],
        ['docs', 'DOCUMENT360'],
      ] as const) {
        await node.open(accountId, { preset });
        await node.does(accountId, { ...invited, role: 'REVIEWER', groupIds: [] });
        await node.does(accountId, adding('mia', 'CONTRIBUTOR', ['users.manage', 'bulk.run']));
      }
      const result = await endEverywhere({ actor: user('mia') });
      expect(told(result)).to.deep.equal(['acme/ann APPLIED', 'docs/ann REJECTED PERMISSION_DENIED']);
      expect(result.items.map(({ operation }) => operation)).to.deep.equal(['REMOVE', 'REVOKE_INVITATION']);
    });
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
