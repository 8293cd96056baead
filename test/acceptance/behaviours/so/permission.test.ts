import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { assign, partnerTechnical } from '../../../support/contact-duties.js';
import type { GraphqlClient } from '../../../support/graphql-client.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

/** What an ADMIN has beside users.manage. */
const everythingElse = [
  'users.invite',
  'users.edit',
  'contacts.reassign',
  'bulk.run',
  'audit.read',
  'analytics.read',
  'seats.read',
];

describe('SUPEROFFICE: the permission "User management"', () => {
  let muster: TestMuster;
  let partner: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
  });

  const remove = (client: GraphqlClient, userId: string, fields: object = {}) =>
    client.mutate('removeUser', { accountId: partner.accountId, userId, confirmed: true, ...fields });
  const change = async (
    mutation: 'grantPermissions' | 'revokePermissions',
    permissions: readonly string[],
  ) => {
    const { accountId, olga, carl } = partner;
    applied(await olga.client.mutate(mutation, { accountId, userId: carl.userId, permissions }));
  };
  const join = async (userId: string, fields: Readonly<Record<string, unknown>> = {}) => {
    const other = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    await joinAccount(other, userId, fields);
    return other;
  };

  it('SO-1 is needed: nobody without it removes anybody', async () => {
    const { rita, carl } = partner;
    const leaver = await partner.add('Lea');
    await change('grantPermissions', everythingElse);
    for (const { client } of [rita, carl]) {
      const answer = await appendingNothing(muster, client, (asker) => remove(asker, leaver));
      expect(answer.outcome).to.equal('REJECTED');
      expect(answer.userErrors).to.have.lengthOf(1);
      expect(answer.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
      expect(answer.userErrors[0]?.message).to.equal('You need the permission users.manage in this account.');
    }
    expect(await accessOf(rita.client, partner.accountId, leaver)).to.include({ state: 'GRANTED' });
  });

  it('SO-1 is needed for the way round too: preview, bulk, schedule, everywhere', async () => {
    const { accountId, carl } = partner;
    const leaver = await partner.add('Lea');
    await change('grantPermissions', everythingElse);
    const preview = `query ($a: ID!, $u: ID!) {
      offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) { token } }`;
    const { errors } = await carl.client.send(preview, { a: accountId, u: leaver });
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
    const before = await accountEvents(muster, accountId);
    const scheduled = await carl.client.mutate('scheduleEnd', {
      accountId,
      userId: leaver,
      operation: 'REMOVE',
      confirmed: true,
      at: new Date(Date.now() + 86_400_000).toISOString(),
    });
    expect(codesOf(scheduled)).to.deep.equal(['PERMISSION_DENIED']);
    const selected = await carl.client.bulk('removeUsers', {
      selection: [{ accountId, users: [leaver] }],
      confirmed: true,
    });
    expect(selected.outcome).to.equal('REJECTED');
    expect(selected.userErrors.map(({ code }) => code)).to.deep.equal(['PERMISSION_DENIED']);
    const everywhere = await carl.client.bulk('endEverywhere', { userId: leaver, confirmed: true });
    expect(everywhere.counts.applied).to.equal(0);
    expect(await accountEvents(muster, accountId)).to.deep.equal(before);
  });

  it('SO-1 is enough, whatever the role of the one or the other', async () => {
    const { adam, carl } = partner;
    await change('grantPermissions', ['users.manage']);
    expect(typesOf(applied(await remove(carl.client, adam.userId)))).to.deep.equal(['UserRemoved']);
  });

  it('SO-1 means contacts.reassign too when duties are handed over', async () => {
    const { olga, adam, carl } = partner;
    const contact = await partner.add('Tina');
    await assign(partner, contact, [partnerTechnical]);
    const settled = { successors: { forAll: adam.userId } };
    await change('grantPermissions', ['users.manage']);
    const refused = await appendingNothing(muster, carl.client, (asker) => remove(asker, contact, settled));
    expect(refused.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'contacts.reassign' });
    await change('grantPermissions', ['contacts.reassign']);
    applied(await remove(carl.client, contact, settled));
    expect((await accountEvents(muster, partner.accountId)).at(-1)?.actor.id).to.equal(carl.userId);
    expect(await accessOf(olga.client, partner.accountId, contact)).to.include({ reason: 'REMOVED' });
  });

  it('SO-1 is asked for at the moment of removing: what was revoked counts no more', async () => {
    const [first, second] = [await partner.add('Lea'), await partner.add('Leo')];
    await change('grantPermissions', ['users.manage']);
    applied(await remove(partner.carl.client, first));
    await change('revokePermissions', ['users.manage']);
    const refused = await appendingNothing(muster, partner.carl.client, (carl) => remove(carl, second));
    expect(codesOf(refused)).to.deep.equal(['PERMISSION_DENIED']);
  });

  it('SO-2 granted in one partner it gives no right in another', async () => {
    const { carl } = partner;
    const own = await partner.add('Lea');
    await change('grantPermissions', ['users.manage', 'contacts.reassign']);
    const shared = await join(carl.userId);
    const unknown = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const elsewhere = (world: AccountWorld) => (client: GraphqlClient) =>
      remove(client, world.rita.userId, { accountId: world.accountId });
    const denied = await appendingNothing(muster, carl.client, elsewhere(shared));
    expect(denied.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
    const hidden = await appendingNothing(muster, carl.client, elsewhere(unknown));
    expect(codesOf(hidden)).to.deep.equal(['NOT_FOUND']);
    const permissionsIn = async ({ accountId }: AccountWorld) =>
      (await accessOf(carl.client, accountId, carl.userId)).effectivePermissions;
    expect(await permissionsIn(shared)).to.deep.equal(['account.read', 'users.read']);
    expect(await permissionsIn(unknown)).to.deep.equal([]);
    applied(await remove(carl.client, own));
  });

  it('SO-2 not even an owner has it in another partner, where he is nothing but a reviewer', async () => {
    const { olga } = partner;
    const other = await join(olga.userId, { role: 'REVIEWER' });
    const answer = await appendingNothing(muster, olga.client, (client) =>
      remove(client, other.carl.userId, { accountId: other.accountId }),
    );
    expect(codesOf(answer)).to.deep.equal(['PERMISSION_DENIED']);
  });

  it('SO-21 stands among others that each person has singly: two of one role may do different things', async () => {
    const { accountId, olga, adam, carl } = partner;
    const portal = ['app-store', 'configuration', 'log-in', 'read', 'users'];
    const kim = await partner.add('Kim', { permissions: portal.slice(0, 2) });
    await change('grantPermissions', [...portal.slice(2), 'users.manage']);
    const seen = async (userId: string) => {
      const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
        role permissions effectivePermissions } }`;
      return (await adam.client.query(query, { a: accountId, u: userId })).membership;
    };
    expect(await seen(kim)).to.deep.equal({
      role: 'CONTRIBUTOR',
      permissions: ['app-store', 'configuration'],
      effectivePermissions: ['account.read', 'app-store', 'configuration', 'users.read'],
    });
    expect(await seen(carl.userId)).to.deep.equal({
      role: 'CONTRIBUTOR',
      permissions: ['log-in', 'read', 'users', 'users.manage'],
      effectivePermissions: ['account.read', 'log-in', 'read', 'users', 'users.manage', 'users.read'],
    });
    const given = await olga.client.mutate('grantPermissions', {
      accountId,
      userId: kim,
      permissions: ['read', 'app-store'],
    });
    expect(applied(given).events.map(({ type, data }) => [type, data.permissions])).to.deep.equal([
      ['PermissionsGranted', ['read']],
    ]);
    const taken = await olga.client.mutate('revokePermissions', {
      accountId,
      userId: kim,
      permissions: ['app-store', 'log-in'],
    });
    expect(applied(taken).events.map(({ type, data }) => [type, data.permissions])).to.deep.equal([
      ['PermissionsRevoked', ['app-store']],
    ]);
    expect((await seen(kim)).permissions).to.deep.equal(['configuration', 'read']);
    expect((await accessOf(adam.client, accountId, kim)).effectivePermissions).to.include('configuration');
    expect((await seen(carl.userId)).permissions, 'the other keeps his').to.have.lengthOf(4);
  });

  it('SO-21 one of them opens its own door only', async () => {
    const { accountId, carl } = partner;
    const leaver = await partner.add('Lea');
    await change('grantPermissions', ['users.manage']);
    const closed = {
      inviteUser: { person: { email: 'new@example.test' }, role: 'REVIEWER' },
      grantPermissions: { userId: leaver, permissions: ['app-store'] },
      changeRole: { userId: leaver, role: 'REVIEWER' },
      createGroup: { name: 'Mine' },
      assignContact: { responsibility: { kind: 'ACCOUNT_TECHNICAL_CONTACT' }, userId: leaver },
      changePolicy: { preset: 'DEFAULT' },
    };
    for (const [mutation, fields] of Object.entries(closed)) {
      const answer = await appendingNothing(muster, carl.client, (client) =>
        client.mutate(mutation, { accountId, ...fields }),
      );
      expect(codesOf(answer), mutation).to.deep.equal(['PERMISSION_DENIED']);
    }
    applied(await remove(carl.client, leaver));
  });
});
