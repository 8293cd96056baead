import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { invite, tokenFor } from '../support/invitee.js';

const invited = `membership {
  userId status effectivePermissions endedBy
  invitation { status kind role permissions expiresAt inviter { id } groups { name } user { name } }
}`;

describe('inviting somebody', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const ivy = (fields: object = {}) => ({
    accountId: world.accountId,
    person: { email: `ivy.${world.accountId}@example.test`, name: 'Ivy' },
    role: 'CONTRIBUTOR',
    ...fields,
  });

  it('SW-15 promises role, permissions and groups for seven days, and gives no access yet', async () => {
    const groupId = await world.createGroup('Builders');
    const promised = { permissions: ['app-store'], groupIds: [groupId], kind: 'SSO' };
    const answer = applied(await world.olga.client.mutate('inviteUser', ivy(promised), invited));
    expect(typesOf(answer)).to.deep.equal(['UserInvited']);
    const { email } = ivy().person;
    expect(answer.message).to.equal(`${email} has been invited.`);
    expect(answer.membership).to.deep.include({
      status: 'INVITED',
      endedBy: null,
      effectivePermissions: [],
      invitation: {
        status: 'PENDING',
        kind: 'SSO',
        role: 'CONTRIBUTOR',
        permissions: ['app-store'],
        expiresAt: new Date(muster.clock.nowMs + 7 * DAY_MS).toISOString(),
        inviter: { id: world.olga.userId },
        groups: [{ name: 'Builders' }],
        user: { name: null },
      },
    });
  });

  it('tells of an address no more than was given, known elsewhere or not, until the person comes in', async () => {
    const { olga, carl } = await accountWorld(muster);
    const seen = async ({ query }: GraphqlClient) =>
      (await query('query ($u: ID!) { user(id: $u) { name email } }', { u: carl.userId })).user;
    const { email } = await seen(olga.client);
    const person = { name: null, email };
    const invitation = ivy({ person: { email, name: 'zzz' }, role: 'REVIEWER' });
    const answer = applied(
      await world.adam.client.mutate('inviteUser', invitation, 'membership { user { name email } }'),
    );
    expect(answer.message).to.equal(`${email} has been invited.`);
    expect(answer.membership.user).to.deep.equal(person);
    expect(await seen(world.adam.client)).to.deep.equal(person);
    // Who shares another account with him knows him already.
    expect((await seen(olga.client)).name).to.equal('carl');
    expect((await seen(muster.root)).name).to.equal('carl');

    const onCarl = { accountId: world.accountId, userId: carl.userId };
    applied(await world.adam.client.mutate('revokeInvitation', onCarl));
    expect(await seen(world.adam.client)).to.deep.equal(person);

    muster.clock.nowMs += 60_000;
    applied(await world.adam.client.mutate('inviteUser', invitation));
    const token = await tokenFor(world, carl.userId);
    applied(await carl.client.mutate('acceptInvitation', { token }));
    expect(await seen(world.adam.client)).to.deep.equal({ name: 'carl', email });
    applied(await world.olga.client.mutate('removeUser', { ...onCarl, confirmed: true }));
    muster.clock.nowMs += 60_000;
    applied(await world.olga.client.mutate('inviteUser', invitation));
    expect((await seen(world.adam.client)).name).to.equal('carl');
  });

  it('is found by no name that only another account knows', async () => {
    const elsewhere = await accountWorld(muster);
    const email = `someone.${world.accountId}@example.test`;
    await elsewhere.add('Clandestina', { person: { email, name: 'Clandestina' } });
    applied(await world.adam.client.mutate('inviteUser', ivy({ person: { email, name: null } })));
    const query = `query ($a: ID!, $s: String) {
      account(id: $a) { users(search: $s) { totalCount } } memberships(search: $s) { totalCount } }`;
    const found = async (s: string) => {
      const { account, memberships } = await world.adam.client.query(query, { a: world.accountId, s });
      expect(account.users).to.deep.equal(memberships);
      return memberships.totalCount;
    };
    for (const search of ['Clandestina', 'Cl', 'clandes']) expect(await found(search)).to.equal(0);
    for (const search of [email, 'so', 'someone']) expect(await found(search)).to.equal(1);
  });

  it('shows in the account’s lists, to whoever may invite', async () => {
    const { userId } = await invite(world);
    const query = `query ($a: ID!, $s: [InvitationStatus!]) { account(id: $a) {
      users { nodes { userId } } invitations(status: $s) { totalCount nodes { userId status } } } }`;
    const asked = async (s?: readonly string[]) =>
      (await world.olga.client.query(query, { a: world.accountId, s })).account;
    const { users, invitations } = await asked();
    expect(users.nodes.map((node: { userId: string }) => node.userId)).to.include(userId);
    expect(invitations).to.deep.equal({ totalCount: 1, nodes: [{ userId, status: 'PENDING' }] });
    expect((await asked(['PENDING'])).invitations.totalCount).to.equal(1);
    expect((await asked(['ACCEPTED', 'REVOKED'])).invitations.totalCount).to.equal(0);
    const { errors } = await world.carl.client.send(query, { a: world.accountId });
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'users.invite' });
  });

  it('tells the person the account’s name, and nothing else of it', async () => {
    const { client } = await invite(world, 'ivy', { role: 'REVIEWER' });
    const query = `query ($a: ID!) { account(id: $a) { name }
      viewer { accounts { totalCount } invitations { accountId accountName role kind expiresAt } } }`;
    const { account, viewer } = await client.query(query, { a: world.accountId });
    expect(account).to.equal(null);
    expect(viewer.accounts.totalCount).to.equal(0);
    expect(viewer.invitations).to.have.lengthOf(1);
    expect(viewer.invitations[0]).to.include({
      accountId: world.accountId,
      role: 'REVIEWER',
      kind: 'STANDARD',
    });
    expect(viewer.invitations[0].accountName).to.match(/^Account \d+$/);
  });

  it('SW-14 reads as expired when its time is up, and is open to the person no longer', async () => {
    const { userId, client } = await invite(world);
    muster.clock.nowMs += 7 * DAY_MS;
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status invitation { status } } }`;
    const { membership } = await world.olga.client.query(query, { a: world.accountId, u: userId });
    expect(membership).to.deep.equal({ status: 'INVITATION_EXPIRED', invitation: { status: 'EXPIRED' } });
    const { viewer } = await client.query('{ viewer { invitations { id } } }');
    expect(viewer.invitations).to.deep.equal([]);
  });

  it('SW-5 brings a removed person back under the same membership', async () => {
    const { accountId, olga, carl } = world;
    const query = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { id } }';
    const { membership } = await olga.client.query(query, { a: accountId, u: carl.userId });
    applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true }));
    const again = { person: { userId: carl.userId } };
    const answer = applied(await olga.client.mutate('inviteUser', ivy(again), 'membership { id userId }'));
    expect(answer.membership).to.deep.equal({ id: membership.id, userId: carl.userId });
  });

  it('SW-16 is refused for somebody already in, and for one already asked', async () => {
    const { olga, carl } = world;
    const member = await olga.client.mutate('inviteUser', ivy({ person: { userId: carl.userId } }));
    expect(member.userErrors[0]).to.include({ code: 'ALREADY_MEMBER', field: 'input.person' });
    applied(await olga.client.mutate('inviteUser', ivy()));
    const twice = await olga.client.mutate('inviteUser', ivy());
    expect(twice.userErrors[0]).to.include({ code: 'ALREADY_INVITED', useInstead: 'resendInvitation' });
  });

  it('SW-16 asks for a group where the policy does', async () => {
    const policy = { groupRequired: true };
    applied(await world.olga.client.mutate('changePolicy', { accountId: world.accountId, policy }));
    const answer = await world.olga.client.mutate('inviteUser', ivy());
    expect(answer.userErrors[0]).to.include({
      code: 'GROUP_REQUIRED',
      field: 'input.groupIds',
      policyVersion: 2,
    });
    expect(answer.userErrors[0]?.rule).to.deep.equal({ code: 'GROUP_REQUIRED', sources: ['SW-16'] });
  });

  it('promises nothing beyond what the inviter has', async () => {
    const { adam } = world;
    expect(codesOf(await adam.client.mutate('inviteUser', ivy({ role: 'OWNER' })))).to.deep.equal([
      'ROLE_NOT_GRANTABLE',
    ]);
    const permissions = ['policy.write'];
    const granted = await adam.client.mutate('inviteUser', ivy({ permissions }));
    expect(granted.userErrors[0]).to.include({
      code: 'PERMISSION_NOT_GRANTABLE',
      permission: 'policy.write',
    });
  });

  it('D3-25 stops at the seats there are, open invitations counted', async () => {
    const { accountId, olga } = world;
    applied(await olga.client.mutate('changePolicy', { accountId, policy: { seatEnforcement: 'HARD' } }));
    applied(await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 4, addOnSeats: 1 }));
    await invite(world, 'first');
    const answer = await olga.client.mutate('inviteUser', ivy());
    expect(answer.userErrors[0]).to.deep.include({
      __typename: 'SeatLimitExceeded',
      code: 'SEAT_LIMIT_EXCEEDED',
      limit: 5,
      inUse: 4,
      reserved: 1,
      requested: 1,
      remedies: ['END_MEMBERSHIPS', 'REVOKE_INVITATIONS', 'ADD_SEATS'],
    });
    muster.clock.nowMs += 7 * DAY_MS;
    applied(await olga.client.mutate('inviteUser', ivy()));
  });

  it('is not for machines', async () => {
    const answer = await world.olga.client.mutate('inviteUser', ivy({ kind: 'SERVICE' }));
    expect(answer.userErrors[0]).to.include({ code: 'INVALID_INPUT', field: 'input.kind' });
  });
});
