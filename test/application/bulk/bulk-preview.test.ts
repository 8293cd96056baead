import { expect } from 'chai';
import type { BulkPreview, BulkPreviewRequest } from '../../../src/application/application.js';
import type { ConfirmedOperation } from '../../../src/domain/account/policy.js';
import { end } from '../../domain/account/given.js';
import {
  adding,
  type BulkNode,
  type BulkWorld,
  done,
  olga,
  openBulkWorld,
  people,
  request,
  told,
  user,
} from './bulk-world.js';

describe('the preview of a bulk operation', () => {
  let world: BulkWorld;
  let node: BulkNode;

  beforeEach(async () => {
    world = await openBulkWorld();
    node = world.newNode();
    const members = { ann: 'CONTRIBUTOR', ben: 'CONTRIBUTOR', cleo: 'REVIEWER' } as const;
    await node.open('acme', { members });
    await node.open('bolt', { members, preset: 'PARTNER_PORTAL' });
  });

  afterEach(async () => {
    expect(world.failures).to.deep.equal([]);
    await world.close();
  });

  const preview = (
    operation: ConfirmedOperation,
    selection: Readonly<Record<string, readonly string[]>>,
    actor: BulkPreviewRequest['actor'] = olga,
  ) =>
    node.bulk.preview({
      actor,
      operation,
      selection: Object.entries(selection).map(([accountId, userIds]) => ({ accountId, userIds })),
    });
  const shown = ({ items }: BulkPreview) =>
    items.map(({ accountId, userId, available, reason }) =>
      [`${accountId}/${userId}`, available ? 'available' : reason?.code].join(' '),
    );
  const deletion = (previewed: BulkPreview) => {
    const [acme] = request({ acme: [] }).selection;
    if (acme === undefined) throw new Error('no selection');
    const items = previewed.items.map(({ userId, token }) => ({ userId, previewToken: token }));
    return request({}, { operation: 'DELETE', selection: [{ ...acme, items }] });
  };

  it('tells of each person and of each account what the operation would, and writes nothing', async () => {
    const head = await world.store.head();
    const previewed = await preview('DEACTIVATE', { acme: ['ann', 'olga', 'ghost'], bolt: ['ben'] });
    expect(shown(previewed)).to.deep.equal([
      'acme/ann available',
      'acme/olga SELF_REMOVAL_FORBIDDEN',
      'acme/ghost NOT_FOUND',
      'bolt/ben available',
    ]);
    expect(previewed.accounts).to.deep.equal([
      { accountId: 'acme', operation: 'DEACTIVATE', refusal: null, confirmation: 'FLAG' },
      { accountId: 'bolt', operation: 'DEACTIVATE', refusal: null, confirmation: 'TYPED_PHRASE' },
    ]);
    expect(await world.store.head()).to.equal(head);
    expect(await node.statusOf('acme', 'ann')).to.equal('ACTIVE');
  });

  it('D3-34 gives each person the token that deleting asks for, good until something changes', async () => {
    for (const name of ['ann', 'ben']) await node.does('acme', end('deactivateUser', name));
    const previewed = await preview('DELETE', { acme: ['ann', 'ben'] });
    expect(previewed.accounts[0]?.confirmation).to.equal('PREVIEW_TOKEN');
    const order = deletion(previewed);
    await node.does('acme', { type: 'changeRole', userId: 'ben', role: 'REVIEWER', expectedRole: null });
    expect(told(done(await node.bulk.run(order)))).to.deep.equal([
      'acme/ann NOT_ATTEMPTED',
      'acme/ben REJECTED STALE_PREVIEW',
    ]);
    const anew = deletion(await preview('DELETE', { acme: ['ann', 'ben'] }));
    expect(done(await node.bulk.run(anew))).to.include({ outcome: 'APPLIED' });
  });

  it('gives tokens that what is done to others of the selection does not make stale', async () => {
    await node.open('inviting', {
      members: { ann: 'ADMIN', ben: 'CONTRIBUTOR' },
      policy: { deletionRequiresInactive: false },
    });
    const outcome = await node.accounts.execute({
      accountId: 'inviting',
      actor: user('ann'),
      commands: [
        {
          type: 'inviteUser',
          userId: 'ivy',
          membershipId: 'm-ivy',
          invitationId: 'i-ivy',
          tokenHash: 'a'.repeat(64),
          kind: 'STANDARD',
          role: 'REVIEWER',
          permissions: [],
          groupIds: [],
        },
      ],
    });
    expect(outcome.outcome).to.equal('APPLIED');
    for (const userIds of [
      ['ivy', 'ann', 'ben'],
      ['ann', 'ivy', 'ben'],
    ]) {
      const previewed = await preview('DELETE', { inviting: userIds });
      expect(shown(previewed)).to.deep.equal(userIds.map((userId) => `inviting/${userId} available`));
      const { selection, ...order } = deletion(previewed);
      const parts = selection.map((part) => ({ ...part, accountId: 'inviting' }));
      const result = done(await node.bulk.run({ ...order, selection: parts, dryRun: true }));
      expect(told(result)).to.deep.equal(userIds.map((userId) => `inviting/${userId} APPLIED`));
    }
  });

  it('asks for the token of each person, whichever of them comes first', async () => {
    for (const name of ['ann', 'ben', 'cleo']) await node.does('acme', end('deactivateUser', name));
    const { selection, ...order } = deletion(await preview('DELETE', { acme: ['ann', 'ben', 'cleo'] }));
    const [acme] = selection;
    if (acme === undefined) throw new Error('no selection');
    const items = acme.items.map((item, at) => (at === 0 ? { ...item, previewToken: null } : item));
    const result = await node.bulk.run({
      ...order,
      selection: [{ ...acme, items }],
      errorPolicy: 'REJECT_FAILED_ITEMS',
    });
    expect(told(done(result))).to.deep.equal([
      'acme/ann REJECTED CONFIRMATION_REQUIRED',
      'acme/ben APPLIED',
      'acme/cleo APPLIED',
    ]);
  });

  it('D3-18 shows a mixed selection, and who is at fault', async () => {
    await node.does('acme', end('deactivateUser', 'ben'));
    await node.does('bolt', end('deactivateUser', 'ben'));
    const previewed = await preview('DEACTIVATE', { acme: ['ann', 'ben'], bolt: ['ann', 'ben'] });
    expect(previewed.accounts.map(({ refusal }) => refusal?.code ?? null)).to.deep.equal([
      'BULK_MIXED_SELECTION',
      null,
    ]);
    expect(shown(previewed)).to.deep.equal([
      'acme/ann available',
      'acme/ben ALREADY_DONE',
      'bolt/ann available',
      'bolt/ben ALREADY_DONE',
    ]);
    expect(previewed.items.map(({ token }) => token !== null)).to.deep.equal([true, false, true, false]);
  });

  it('PP-13 counts over all accounts', async () => {
    await node.open('small', { members: { ann: 'REVIEWER' }, policy: { bulkLimit: 1 } });
    const previewed = await preview('DEACTIVATE', { acme: ['ann'], small: ['ann', 'olga'] });
    expect(previewed.accounts.map(({ refusal }) => refusal?.code ?? null)).to.deep.equal([
      null,
      'BULK_LIMIT_EXCEEDED',
    ]);
  });

  it('says where duties have to be handed over, and where they cannot be', async () => {
    await node.does('acme', {
      type: 'registerApplication',
      applicationId: 'crm',
      name: 'CRM',
      technicalContactUserId: 'ann',
    });
    await node.does('acme', adding('mia', 'CONTRIBUTOR', ['users.manage', 'bulk.run']));
    const [byOlga] = (await preview('REMOVE', { acme: ['ann'] })).items;
    expect(byOlga).to.deep.include({ available: true, reason: null, reassignmentRequired: true });
    const [byMia] = (await preview('REMOVE', { acme: ['ann'] }, user('mia'))).items;
    expect(byMia).to.deep.include({ available: false, reassignmentRequired: true });
    expect(byMia?.reason).to.include({ code: 'PERMISSION_DENIED', permission: 'contacts.reassign' });
  });

  it('sees each person after those before it: the last owner stays', async () => {
    const policy = { selfRemoval: 'UNLESS_LAST_OWNER' } as const;
    await node.open('owned', { members: { otto: 'OWNER' }, policy });
    expect(shown(await preview('REMOVE', { owned: ['otto', 'olga'] }))).to.deep.equal([
      'owned/otto available',
      'owned/olga LAST_OWNER',
    ]);
  });

  it('tells nothing to those who may not see the account, and no token to those who may not act', async () => {
    for (const [name, code] of [
      ['stranger', 'NOT_FOUND'],
      ['cleo', 'PERMISSION_DENIED'],
    ] as const) {
      const previewed = await preview('DELETE', { acme: ['ann', 'ghost'] }, user(name));
      expect(previewed.accounts[0]?.refusal?.code).to.equal(code);
      expect(previewed.accounts[0]?.confirmation).to.equal('NONE');
      expect(shown(previewed)).to.deep.equal([`acme/ann ${code}`, `acme/ghost ${code}`]);
      expect(previewed.items.map(({ token }) => token)).to.deep.equal([null, null]);
    }
  });

  it('counts what time has brought about as happened', async () => {
    await node.does('acme', {
      type: 'inviteUser',
      userId: 'ida',
      membershipId: 'm-ida',
      invitationId: 'i-ida',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: [],
      groupIds: [],
      tokenHash: '0'.repeat(64),
    });
    world.pass(8 * 24 * 3600 * 1000);
    const previewed = await preview('DELETE', { acme: ['ida'] });
    expect(done(await node.bulk.run(deletion(previewed)))).to.include({ outcome: 'APPLIED' });
  });

  it('is refused as a whole when it names too many', async () => {
    const tooMany = await preview('DEACTIVATE', { acme: people(1_001) });
    expect(tooMany.items).to.deep.equal([]);
    expect(tooMany.accounts[0]?.refusal).to.deep.include({
      code: 'BULK_LIMIT_EXCEEDED',
      bulk: { limit: 1_000, requested: 1_001 },
    });
  });
});
