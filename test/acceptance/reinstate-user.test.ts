import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };
const administrative = { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT' };

describe('reinstating somebody who was removed', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let builders: string;
  let shortLived: string;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  /** Carl held a permission, two groups and two duties; since then a group is gone and a duty has a new holder. */
  beforeEach(async () => {
    world = await accountWorld(muster, {
      preset: 'PARTNER_PORTAL',
      policy: { operationsOffered: ['REMOVE'] },
    });
    const { accountId, olga, adam, carl } = world;
    const { userId } = carl;
    builders = await world.createGroup('Builders');
    shortLived = await world.createGroup('Short-lived');
    const asOlga = async (mutation: string, fields: object) =>
      applied(await olga.client.mutate(mutation, { accountId, ...fields }));
    await asOlga('addGroupMember', { groupId: builders, userId, role: 'MAINTAINER' });
    await asOlga('addGroupMember', { groupId: shortLived, userId });
    await asOlga('grantPermissions', { userId, permissions: ['app-store'] });
    for (const responsibility of [technical, administrative])
      await asOlga('assignContact', { responsibility, userId });
    await asOlga('removeUser', { userId });
    await asOlga('deleteGroup', { groupId: shortLived });
    await asOlga('assignContact', { responsibility: administrative, userId: adam.userId });
  });

  const reinstate = (fields: object = {}, client = world.olga.client) =>
    client.mutate(
      'reinstateUser',
      { accountId: world.accountId, userId: world.carl.userId, ...fields },
      `notRestored { responsibilities { kind } groupIds }
       membership { status role permissions groups { role name } responsibilities { kind } canReinstate }`,
    );

  it('SW-5 gives back what is still there, and tells what is not', async () => {
    const query = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { canReinstate } }';
    const variables = { a: world.accountId, u: world.carl.userId };
    expect((await world.olga.client.query(query, variables)).membership.canReinstate).to.equal(true);
    const answer = applied(await reinstate());
    expect(typesOf(answer)).to.deep.equal(['UserReinstated', 'GroupMemberAdded', 'ContactAssigned']);
    expect(answer.message).to.equal('carl is back.');
    expect(answer.membership).to.deep.equal({
      status: 'ACTIVE',
      role: 'CONTRIBUTOR',
      permissions: ['app-store'],
      groups: [{ role: 'MAINTAINER', name: 'Builders' }],
      responsibilities: [technical],
      canReinstate: false,
    });
    expect(answer.notRestored).to.deep.equal({ responsibilities: [administrative], groupIds: [shortLived] });
  });

  it('gives back chosen parts only', async () => {
    const groupIds = [await world.createGroup('Newcomers')];
    const answer = applied(await reinstate({ parts: ['PERMISSIONS'], groupIds }));
    expect(answer.membership).to.deep.include({
      role: 'REVIEWER',
      permissions: ['app-store'],
      groups: [{ role: 'MEMBER', name: 'Newcomers' }],
      responsibilities: [],
    });
    expect(answer.notRestored).to.deep.equal({ responsibilities: [], groupIds: [] });
  });

  it('gives back nothing but the membership for an empty list, with another role', async () => {
    const answer = applied(await reinstate({ parts: [], role: 'ADMIN' }));
    expect(answer.membership).to.deep.include({ role: 'ADMIN', permissions: [], groups: [] });
  });

  it('tells in a dry run what would not come back', async () => {
    const answer = await reinstate({ dryRun: true });
    expect(answer).to.deep.include({
      outcome: 'WOULD_APPLY',
      notRestored: { responsibilities: [administrative], groupIds: [shortLived] },
    });
  });

  it('is refused where there is nothing to bring back', async () => {
    const { accountId, olga, adam } = world;
    const member = await reinstate({ userId: adam.userId });
    expect(member).to.deep.include({ outcome: 'REJECTED', notRestored: null });
    expect(codesOf(member)).to.deep.equal(['ALREADY_MEMBER']);
    const person = { email: `ivy.${accountId}@example.test` };
    const input = { accountId, person, role: 'REVIEWER' };
    const { membership } = applied(await olga.client.mutate('inviteUser', input, 'membership { userId }'));
    applied(await olga.client.mutate('revokeInvitation', { accountId, userId: membership.userId }));
    expect((await reinstate({ userId: membership.userId })).userErrors[0]).to.include({
      code: 'NOTHING_TO_REINSTATE',
    });
  });

  it('gives back nothing beyond what whoever asks has', async () => {
    const { accountId, olga, adam } = world;
    const otto = await world.add('otto', { role: 'OWNER' });
    applied(await olga.client.mutate('removeUser', { accountId, userId: otto }));
    const owner = await reinstate({ userId: otto }, adam.client);
    expect(codesOf(owner)).to.deep.equal(['ROLE_NOT_GRANTABLE']);
    applied(await reinstate({ userId: otto, role: 'ADMIN' }, adam.client));
  });

  it('D3-25 asks for a seat', async () => {
    const { accountId, olga } = world;
    applied(await olga.client.mutate('changePolicy', { accountId, policy: { seatEnforcement: 'HARD' } }));
    applied(await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 3, addOnSeats: 0 }));
    expect(codesOf(await reinstate())).to.deep.equal(['SEAT_LIMIT_EXCEEDED']);
  });
});
