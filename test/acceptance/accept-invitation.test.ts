import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import { type Invitee, invite, tokenFor } from '../support/invitee.js';

describe('accepting an invitation', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  let ivy: Invitee;
  let token: string;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
    ivy = await invite(world);
    token = await tokenFor(world, ivy.userId);
  });

  const seen = 'account { id name } membership { status role groups { name } }';

  it('brings the person in, with what was promised', async () => {
    const groupId = await world.createGroup('Builders');
    const ned = await invite(world, 'ned', { role: 'ADMIN', groupIds: [groupId] });
    const input = { token: await tokenFor(world, ned.userId) };
    const answer = applied(await ned.client.mutate('acceptInvitation', input, seen));
    expect(typesOf(answer)).to.deep.equal(['InvitationAccepted', 'GroupMemberAdded']);
    expect(answer.account.id).to.equal(world.accountId);
    expect(answer.message).to.equal(`You are in ${answer.account.name} now.`);
    expect(answer.membership).to.deep.equal({
      status: 'ACTIVE',
      role: 'ADMIN',
      groups: [{ name: 'Builders' }],
    });
  });

  it('shows as accepted to whoever may invite, and is open no longer', async () => {
    applied(await ivy.client.mutate('acceptInvitation', { token }));
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { invitation { status } } }`;
    const variables = { a: world.accountId, u: ivy.userId };
    const { membership } = await world.adam.client.query(query, variables);
    expect(membership.invitation).to.deep.equal({ status: 'ACCEPTED' });
    const { errors } = await ivy.client.send(query, variables);
    expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission: 'users.invite' });
    const { viewer } = await ivy.client.query('{ viewer { invitations { id } } }');
    expect(viewer.invitations).to.deep.equal([]);
  });

  it('counts once: again it is so already, and the first result under the same key', async () => {
    const first = applied(await ivy.client.mutate('acceptInvitation', { token, idempotencyKey: 'once' }));
    const second = await ivy.client.mutate('acceptInvitation', { token, idempotencyKey: 'once' });
    expect(second).to.include({ outcome: 'APPLIED', replayed: true, position: first.position });
    expect((await ivy.client.mutate('acceptInvitation', { token })).outcome).to.equal('UNCHANGED');
  });

  it('is told in a dry run, and not done', async () => {
    const answer = await ivy.client.mutate('acceptInvitation', { token, dryRun: true }, seen);
    expect(answer).to.deep.include({ outcome: 'WOULD_APPLY', account: null, membership: null });
    expect(typesOf(answer)).to.deep.equal(['InvitationAccepted']);
    applied(await ivy.client.mutate('acceptInvitation', { token }));
  });

  it('is for the person with the verified address, whoever else holds the link', async () => {
    const unverified = await muster.client({ subject: 'nobody-in-particular' });
    for (const client of [world.stranger, world.carl.client, unverified]) {
      const answer = await client.mutate('acceptInvitation', { token }, 'account { id }');
      expect(answer.userErrors[0]).to.include({
        code: 'INVITATION_FOR_ANOTHER_ADDRESS',
        field: 'input.token',
      });
      expect(answer.position).to.equal(null);
    }
  });

  it('takes no token that is cut, changed or made up', async () => {
    for (const bad of [token.slice(0, -1), `${token}x`, 'made-up', '', 'é'.repeat(40)]) {
      const answer = await ivy.client.mutate('acceptInvitation', { token: bad });
      expect(answer.userErrors[0]).to.include({ code: 'NOT_FOUND', field: 'input.token' });
    }
  });

  it('SW-15 is refused from the moment the time is up', async () => {
    muster.clock.nowMs += 7 * DAY_MS - 1;
    const inTime = await ivy.client.mutate('acceptInvitation', { token, dryRun: true });
    expect(inTime.outcome).to.equal('WOULD_APPLY');
    muster.clock.nowMs += 1;
    expect(codesOf(await ivy.client.mutate('acceptInvitation', { token }))).to.deep.equal([
      'INVITATION_EXPIRED',
    ]);
  });

  it('SW-8 is refused after the invited person was removed', async () => {
    const { accountId, olga } = world;
    applied(await olga.client.mutate('removeUser', { accountId, userId: ivy.userId, confirmed: true }));
    expect(codesOf(await ivy.client.mutate('acceptInvitation', { token }))).to.deep.equal([
      'INVITATION_ENDED',
    ]);
  });

  it('names the groups that are gone by then', async () => {
    const groupId = await world.createGroup('Short-lived');
    const ned = await invite(world, 'ned', { groupIds: [groupId] });
    const { accountId, olga } = world;
    applied(await olga.client.mutate('deleteGroup', { accountId, groupId }));
    const input = { token: await tokenFor(world, ned.userId) };
    const answer = applied(await ned.client.mutate('acceptInvitation', input, seen));
    expect(answer.events[0]?.data.groupIdsGone).to.deep.equal([groupId]);
    expect(answer.membership.groups).to.deep.equal([]);
  });

  it('D3-25 asks for a seat where invitations hold none', async () => {
    const { accountId, olga } = world;
    const policy = { seatEnforcement: 'HARD', invitationReservesSeat: false };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    applied(await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 4, addOnSeats: 0 }));
    const full = await ivy.client.mutate('acceptInvitation', { token });
    expect(full.userErrors[0]).to.include({ __typename: 'PlainUserError', code: 'SEAT_LIMIT_EXCEEDED' });
    expect(full.message).to.equal('The account is full; ask whoever invited you.');
    applied(await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 4, addOnSeats: 1 }));
    applied(await ivy.client.mutate('acceptInvitation', { token }));
  });
});
