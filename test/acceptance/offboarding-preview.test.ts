import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { invite } from '../support/invitee.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';
const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };

const query = `query ($a: ID!, $u: ID!, $o: PreviewedOperation!, $s: SuccessorsInput) {
  offboardingPreview(accountId: $a, userId: $u, operation: $o, successors: $s) {
    status role permissions groups { role group { name } } responsibilities { kind }
    invitationsSent { invitationId userId user { name email } } seatsHeld directory policyVersion token
    reassignmentRequired missingSuccessors { kind } eligibleSuccessors { users { id name } totalCount }
    confirmation irreversible alternative blockers { code } refusal { code } canCommit
    seats { limit inUse inUseAfterwards } untilSessionEnd { latest }
    otherAccounts { totalCount nodes { accountId status } } } }`;

describe('offboardingPreview', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const previewBy = async ({ query: send }: GraphqlClient, operation: string, fields: object = {}) => {
    const asked = { a: world.accountId, u: world.carl.userId, o: operation, ...fields };
    return (await send(query, asked)).offboardingPreview;
  };
  const preview = (operation: string, fields: object = {}) => previewBy(world.olga.client, operation, fields);

  it('SW-3 shows what the person holds, and what it does to the seats', async () => {
    const { accountId, olga, carl } = world;
    const { userId } = carl;
    const groupId = await world.createGroup('Builders');
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId }));
    applied(await olga.client.mutate('grantPermissions', { accountId, userId, permissions: ['app-store'] }));
    applied(await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 9, addOnSeats: 1 }));
    expect(await preview('DEACTIVATE')).to.deep.include({
      status: 'ACTIVE',
      role: 'CONTRIBUTOR',
      permissions: ['app-store'],
      groups: [{ role: 'MEMBER', group: { name: 'Builders' } }],
      seatsHeld: 1,
      directory: null,
      confirmation: 'FLAG',
      irreversible: false,
      alternative: null,
      blockers: [],
      refusal: null,
      canCommit: true,
      seats: { limit: 10, inUse: 4, inUseAfterwards: 3 },
      untilSessionEnd: null,
      policyVersion: 1,
    });
  });

  it('D3-31 warns that a delete is for good, and names the gentler way', async () => {
    expect(await preview('DELETE')).to.deep.include({
      irreversible: true,
      alternative: 'DEACTIVATE',
      confirmation: 'PREVIEW_TOKEN',
      blockers: [{ code: 'DELETE_REQUIRES_INACTIVE' }],
      refusal: { code: 'DELETE_REQUIRES_INACTIVE' },
      canCommit: false,
    });
  });

  it('SO-15 can commit only when every duty has a good successor', async () => {
    const { accountId, olga, adam, carl, rita } = world;
    await world.registerApplication('Shop', carl.userId);
    const assign = { accountId, responsibility: technical, userId: carl.userId };
    applied(await olga.client.mutate('assignContact', assign));
    const kinds = [{ kind: 'ACCOUNT_TECHNICAL_CONTACT' }, { kind: 'APPLICATION_TECHNICAL_CONTACT' }];

    const without = await preview('REMOVE');
    expect(without).to.deep.include({ reassignmentRequired: true, canCommit: false, blockers: [] });
    expect(without.missingSuccessors).to.have.deep.members(kinds);
    expect(without.eligibleSuccessors.totalCount).to.equal(3);
    expect(without.eligibleSuccessors.users.map(({ name }: { name: string }) => name)).to.have.members([
      'olga',
      'adam',
      'rita',
    ]);

    const half = await preview('REMOVE', {
      s: { each: [{ responsibility: technical, userId: adam.userId }] },
    });
    expect(half).to.deep.include({ canCommit: false });
    expect(half.missingSuccessors).to.deep.equal([{ kind: 'APPLICATION_TECHNICAL_CONTACT' }]);

    const self = await preview('REMOVE', { s: { forAll: carl.userId } });
    expect(self.missingSuccessors).to.have.deep.members(kinds);
    expect(self.canCommit).to.equal(false);

    const all = await preview('REMOVE', { s: { forAll: rita.userId } });
    expect(all).to.deep.include({ reassignmentRequired: true, missingSuccessors: [], canCommit: true });
  });

  it('shows the open invitations the person has sent', async () => {
    const { accountId, olga, adam, carl } = world;
    applied(
      await olga.client.mutate('grantPermissions', {
        accountId,
        userId: carl.userId,
        permissions: ['users.invite'],
      }),
    );
    const email = `nia.${accountId}@example.test`;
    const person = { email, name: 'Nia' };
    const input = { accountId, person, role: 'REVIEWER' };
    const { membership } = applied(await carl.client.mutate('inviteUser', input, 'membership { userId }'));
    await invite(world, 'other');
    const { invitationsSent } = await previewBy(adam.client, 'DEACTIVATE');
    expect(invitationsSent).to.have.lengthOf(1);
    expect(invitationsSent[0]).to.deep.include({ userId: membership.userId, user: { name: null, email } });
    expect(invitationsSent[0].invitationId).to.be.a('string');
  });

  it('D3-23 says how long access would last', async () => {
    const policy = { ssoCutoffOnDeactivate: 'AT_SESSION_END', ssoCutoffMaximumSeconds: 60 };
    world = await accountWorld(muster, { policy });
    const u = await world.add('Sasha', { kind: 'SSO' });
    const { untilSessionEnd } = await preview('DEACTIVATE', { u });
    expect(Date.parse(untilSessionEnd.latest)).to.be.greaterThan(Date.now());
    expect((await preview('DEACTIVATE')).untilSessionEnd).to.equal(null);
  });

  describe('of a person in other accounts', () => {
    let elsewhere: AccountWorld;
    beforeEach(async () => {
      elsewhere = await accountWorld(muster);
      const document = 'query ($u: ID!) { user(id: $u) { email } }';
      const { email } = (await muster.root.query(document, { u: world.carl.userId })).user;
      const input = { accountId: elsewhere.accountId, person: { email }, role: 'REVIEWER' };
      applied(await muster.root.mutate('addUser', input));
    });

    it('SO-4, SO-5 shows those that the caller may see people in', async () => {
      expect((await previewBy(muster.root, 'REMOVE')).otherAccounts).to.deep.equal({
        totalCount: 1,
        nodes: [{ accountId: elsewhere.accountId, status: 'ACTIVE' }],
      });
    });

    it('betrays nothing of the rest, not even their number', async () => {
      expect((await preview('REMOVE')).otherAccounts).to.deep.equal({ totalCount: 0, nodes: [] });
    });

    it('leaves out memberships that have ended', async () => {
      const { accountId } = elsewhere;
      const userId = world.carl.userId;
      applied(await muster.root.mutate('removeUser', { accountId, userId, confirmed: true }));
      expect((await previewBy(muster.root, 'REMOVE')).otherAccounts.totalCount).to.equal(0);
    });
  });

  describe('gives a token', () => {
    const removal = (previewToken: string) =>
      world.olga.client.mutate('removeUser', {
        accountId: world.accountId,
        userId: world.carl.userId,
        previewToken,
      });

    it('that confirms while the bound facts hold, whatever else has changed', async () => {
      const { token } = await preview('REMOVE');
      await world.add('Newcomer');
      expect((await preview('REMOVE', { s: { forAll: world.rita.userId } })).token).to.equal(token);
      expect((await removal(token)).outcome).to.equal('APPLIED');
    });

    it('that is stale once one of them has changed', async () => {
      const { token } = await preview('REMOVE');
      const { accountId, olga, carl } = world;
      applied(await olga.client.mutate('changeRole', { accountId, userId: carl.userId, role: 'REVIEWER' }));
      expect((await removal(token)).userErrors[0]?.code).to.equal('STALE_PREVIEW');
    });
  });

  it('names the permission to who may not do it, and is null for what is unknown or not visible', async () => {
    const asked = { a: world.accountId, u: world.carl.userId, o: 'REMOVE' };
    const { errors } = await world.rita.client.send(query, asked);
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
    expect(await previewBy(world.stranger, 'REMOVE')).to.equal(null);
    expect(await preview('REMOVE', { u: unknownId })).to.equal(null);
    expect(await preview('REMOVE', { a: unknownId })).to.equal(null);
  });

  it('names the field of a successor for a duty of the wrong shape', async () => {
    const each = [{ responsibility: { kind: 'APPLICATION_TECHNICAL_CONTACT' }, userId: world.adam.userId }];
    const asked = { a: world.accountId, u: world.carl.userId, o: 'REMOVE', s: { each } };
    const { errors } = await world.olga.client.send(query, asked);
    expect(errors?.[0]?.extensions).to.include({
      code: 'BAD_USER_INPUT',
      field: 'successors.each.0.responsibility.applicationId',
    });
  });
});
