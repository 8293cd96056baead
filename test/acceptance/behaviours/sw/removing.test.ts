import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import type { GraphqlClient } from '../../../support/graphql-client.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';
import { addSupplier } from '../../../support/supplier.js';

describe('SOFTWAREONE: removing users', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster, { preset: 'SOFTWAREONE' });
  });

  const remove = (client: GraphqlClient, userId: string, fields: object = {}) =>
    client.mutate('removeUser', { accountId: world.accountId, userId, confirmed: true, ...fields });
  const refused = (client: GraphqlClient, userId: string, fields: object = {}) =>
    appendingNothing(muster, client, (asker) => remove(asker, userId, fields));

  it('SW-1 is for administrators of the account: members are refused', async () => {
    const { carl, rita } = world;
    const leaver = await world.add('Lea');
    for (const { client } of [carl, rita]) {
      const answer = await refused(client, leaver);
      expect(answer.userErrors).to.have.lengthOf(1);
      expect(answer.userErrors[0]).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'role:ADMIN',
        message: 'Only an administrator of this account (role OWNER or ADMIN) may do this.',
      });
    }
    expect(await accessOf(rita.client, world.accountId, leaver)).to.include({ state: 'GRANTED' });
  });

  it('SW-1 needs the role: the permission alone, granted singly, does not do', async () => {
    const { accountId, olga, carl } = world;
    const leaver = await world.add('Lea');
    const permissions = ['users.manage', 'contacts.reassign', 'bulk.run'];
    applied(await olga.client.mutate('grantPermissions', { accountId, userId: carl.userId, permissions }));
    expect(codesOf(await refused(carl.client, leaver))).to.deep.equal(['PERMISSION_DENIED']);
    const before = await accountEvents(muster, accountId);
    const selection = [{ accountId, users: [leaver] }];
    const bulk = await carl.client.bulk('removeUsers', { selection, confirmed: true });
    expect(bulk.userErrors.map(({ code }) => code)).to.deep.equal(['PERMISSION_DENIED']);
    expect(await accountEvents(muster, accountId)).to.deep.equal(before);
  });

  it('SW-1 an ADMIN removes, and so does an OWNER', async () => {
    const { olga, adam } = world;
    for (const { client } of [adam, olga])
      expect(typesOf(applied(await remove(client, await world.add('Lea'))))).to.deep.equal(['UserRemoved']);
  });

  it('SW-1 an ADMIN removes another ADMIN, but nobody above himself', async () => {
    const { adam, olga } = world;
    await world.add('Second Owner', { role: 'OWNER' });
    expect(codesOf(await refused(adam.client, olga.userId))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
    applied(await remove(adam.client, await world.add('Anna', { role: 'ADMIN' })));
  });

  it('SW-1 counts the role of this account, as it is now', async () => {
    const { accountId, olga, adam } = world;
    const leaver = await world.add('Lea');
    const other = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    expect(codesOf(await refused(other.adam.client, leaver)), 'administrator elsewhere').to.deep.equal([
      'NOT_FOUND',
    ]);
    applied(await olga.client.mutate('changeRole', { accountId, userId: adam.userId, role: 'CONTRIBUTOR' }));
    expect(codesOf(await refused(adam.client, leaver)), 'no longer one').to.deep.equal(['PERMISSION_DENIED']);
  });

  it('SW-2 starts from one user of the account: the mutation names both', async () => {
    const { accountId, adam, carl } = world;
    const query =
      'query ($a: ID!) { account(id: $a) { users(search: "carl") { nodes { userId accountId } } } }';
    const { nodes } = (await adam.client.query(query, { a: accountId })).account.users;
    expect(nodes).to.deep.equal([{ userId: carl.userId, accountId }]);
    const document = 'mutation ($input: RemoveUserInput!) { removeUser(input: $input) { outcome } }';
    for (const input of [{ userId: carl.userId }, { accountId }]) {
      const { data, errors } = await adam.client.send(document, { input: { confirmed: true, ...input } });
      expect(data?.removeUser ?? null).to.equal(null);
      expect(errors?.[0]?.extensions.code).to.equal('BAD_USER_INPUT');
    }
    expect(typesOf(applied(await remove(adam.client, nodes[0].userId)))).to.deep.equal(['UserRemoved']);
  });

  it('SW-2 somebody of another account is not found in this one', async () => {
    const { adam } = world;
    const other = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    for (const userId of [other.carl.userId, 'f0f0f0f0-0000-4000-8000-00000000000f']) {
      const answer = await refused(adam.client, userId);
      expect(answer.userErrors[0]).to.include({ code: 'NOT_FOUND', field: 'input.userId' });
    }
    expect(await accessOf(other.olga.client, other.accountId, other.carl.userId)).to.include({
      state: 'GRANTED',
    });
  });

  it('SW-2 of a user of two accounts it ends the one named', async () => {
    const { adam, carl } = world;
    const other = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    await joinAccount(other, carl.userId, { groupIds: [await other.createGroup('Team')] });
    applied(await remove(adam.client, carl.userId));
    const state = async (accountId: string) => (await accessOf(carl.client, accountId, carl.userId)).state;
    expect(await state(world.accountId)).to.equal('NONE');
    expect(await state(other.accountId)).to.equal('GRANTED');
  });

  it('SW-7 nobody removes himself, and is told so', async () => {
    await world.add('Second Owner', { role: 'OWNER' });
    for (const { client, userId } of [world.adam, world.olga]) {
      const answer = await refused(client, userId);
      expect(answer.outcome).to.equal('REJECTED');
      expect(answer.userErrors).to.have.lengthOf(1);
      expect(answer.userErrors[0]).to.include({
        code: 'SELF_REMOVAL_FORBIDDEN',
        field: 'input.userId',
        message: 'You cannot end your own membership; ask another administrator.',
      });
      expect(answer.message).to.equal(answer.userErrors[0]?.message);
    }
  });

  it('SW-7 holds for every way round: bulk, everywhere, scheduled', async () => {
    const { accountId, adam, carl } = world;
    const before = await accountEvents(muster, accountId);
    const own = await adam.client.bulk('removeUsers', {
      selection: [{ accountId, users: [adam.userId] }],
      confirmed: true,
    });
    const everywhere = await adam.client.bulk('endEverywhere', { userId: adam.userId, confirmed: true });
    for (const { outcome, items } of [own, everywhere]) {
      expect(outcome).to.equal('REJECTED');
      expect(items.flatMap(({ userErrors }) => userErrors.map(({ code }) => code))).to.deep.equal([
        'SELF_REMOVAL_FORBIDDEN',
      ]);
    }
    const scheduled = await adam.client.mutate('scheduleEnd', {
      accountId,
      userId: adam.userId,
      operation: 'REMOVE',
      confirmed: true,
      at: new Date(Date.now() + 86_400_000).toISOString(),
    });
    expect(codesOf(scheduled)).to.deep.equal(['SELF_REMOVAL_FORBIDDEN']);
    expect(await accountEvents(muster, accountId)).to.deep.equal(before);
    const among = await adam.client.bulk('removeUsers', {
      selection: [{ accountId, users: [carl.userId, adam.userId] }],
      confirmed: true,
    });
    expect(
      among.items.map(({ outcome }) => outcome),
      'the others are removed',
    ).to.deep.equal(['APPLIED', 'REJECTED']);
  });

  it('SW-7 an operator who is a member as well does not get round it from there', async () => {
    const { client, userId } = await addSupplier(muster, [world]);
    await joinAccount(world, userId, { groupIds: [await world.createGroup('Team')] });
    expect(codesOf(await refused(client, userId))).to.deep.equal(['SELF_REMOVAL_FORBIDDEN']);
    applied(await remove(client, world.carl.userId));
  });

  it('SW-7 shows in the preview, before anybody tries', async () => {
    const { accountId, adam } = world;
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) {
      canCommit refusal { code } } }`;
    const { offboardingPreview } = await adam.client.query(query, { a: accountId, u: adam.userId });
    expect(offboardingPreview).to.deep.equal({
      canCommit: false,
      refusal: { code: 'SELF_REMOVAL_FORBIDDEN' },
    });
  });

  it('SW-9 asks in a dialog first: nothing is done before it is confirmed', async () => {
    const { accountId, adam, carl } = world;
    for (const fields of [
      { confirmed: false },
      { confirmed: null },
      { confirmed: false, phrase: 'REMOVE' },
    ]) {
      const answer = await refused(adam.client, carl.userId, fields);
      expect(answer.outcome).to.equal('REJECTED');
      expect(answer.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
    }
    const before = await accountEvents(muster, accountId);
    const selection = [{ accountId, users: [carl.userId] }];
    const bulk = await adam.client.bulk('removeUsers', { selection });
    expect(bulk.userErrors.map(({ code }) => code)).to.deep.equal(['CONFIRMATION_REQUIRED']);
    expect(await accountEvents(muster, accountId)).to.deep.equal(before);
    applied(await remove(adam.client, carl.userId));
  });

  it('SW-10 says that the user has been removed, when he has been and only then', async () => {
    const { adam, carl, rita } = world;
    expect((await remove(adam.client, carl.userId, { dryRun: true })).message).not.to.include(
      'has been removed',
    );
    expect((await refused(rita.client, carl.userId)).message).not.to.include('has been removed');
    expect(applied(await remove(adam.client, carl.userId)).message).to.equal('carl has been removed.');
    const again = await refused(adam.client, carl.userId);
    expect(again.outcome).to.equal('UNCHANGED');
    expect(again.message).not.to.equal('carl has been removed.');
    const named = await world.add('Åse', { person: { name: 'Åse Ærlig', email: 'aase@example.test' } });
    expect(applied(await remove(adam.client, named)).message).to.equal('Åse Ærlig has been removed.');
  });

  it('SW-10 says it of several too', async () => {
    const { accountId, adam, carl, rita } = world;
    const selection = [{ accountId, users: [carl.userId, rita.userId, adam.userId] }];
    const { message } = await adam.client.bulk('removeUsers', { selection, confirmed: true });
    expect(message).to.equal('2 of 3 users have been removed; 1 was refused.');
  });

  it('SW-17 out of one group is another operation, with another event', async () => {
    const { accountId, adam, carl } = world;
    const [team, crew] = [await world.createGroup('Team'), await world.createGroup('Crew')];
    for (const groupId of [team, crew])
      applied(await adam.client.mutate('addGroupMember', { accountId, groupId, userId: carl.userId }));
    const before = (await accountEvents(muster, accountId)).length;
    const out = { accountId, groupId: team, userId: carl.userId };
    const answer = applied(await adam.client.mutate('removeGroupMember', out));
    expect(typesOf(answer)).to.deep.equal(['GroupMemberRemoved']);
    expect((await accountEvents(muster, accountId)).slice(before).map(({ type }) => type)).to.deep.equal([
      'GroupMemberRemoved',
    ]);
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status groups { name } } account(id: $a) { mails { nodes { kind } } } }`;
    const asked = { a: accountId, u: carl.userId };
    expect(await adam.client.query(query, asked), 'no mail either').to.deep.equal({
      membership: { status: 'ACTIVE', groups: [{ name: 'Everyone' }, { name: 'Crew' }] },
      account: { mails: { nodes: [] } },
    });
    expect(await accessOf(carl.client, accountId, carl.userId)).to.include({ state: 'GRANTED' });
    expect(typesOf(applied(await remove(adam.client, carl.userId)))).to.deep.equal(['UserRemoved']);
  });

  it('SW-20 leaving is no way round: it is refused to everybody, as removing oneself is', async () => {
    await world.add('Second Owner', { role: 'OWNER' });
    const { accountId, olga, adam, carl, rita } = world;
    for (const { client, userId } of [olga, adam, carl, rita]) {
      const answer = await appendingNothing(muster, client, (leaver) =>
        leaver.mutate('leaveAccount', { accountId, confirmed: true }),
      );
      expect(codesOf(answer)).to.deep.equal(['SELF_REMOVAL_FORBIDDEN']);
      expect(await accessOf(client, accountId, userId)).to.include({ state: 'GRANTED' });
    }
  });
});
