import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import { type Invitee, invite, tokenFor } from '../support/invitee.js';

describe('sending an invitation again', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  let ivy: Invitee;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
    ivy = await invite(world);
  });

  const resend = () =>
    world.olga.client.mutate(
      'resendInvitation',
      { accountId: world.accountId, userId: ivy.userId },
      'membership { status invitation { lastSentAt expiresAt invitedAt } }',
    );

  it('makes a new link with a full term; the old one is dead', async () => {
    const old = await tokenFor(world, ivy.userId);
    const invitedAt = new Date(muster.clock.nowMs).toISOString();
    muster.clock.nowMs += DAY_MS;
    const answer = applied(await resend());
    expect(typesOf(answer)).to.deep.equal(['InvitationResent']);
    expect(answer.membership.invitation).to.deep.equal({
      invitedAt,
      lastSentAt: new Date(muster.clock.nowMs).toISOString(),
      expiresAt: new Date(muster.clock.nowMs + 7 * DAY_MS).toISOString(),
    });
    const superseded = await ivy.client.mutate('acceptInvitation', { token: old });
    expect(superseded.userErrors[0]).to.include({ code: 'INVITATION_SUPERSEDED', field: 'input.token' });
    const token = await tokenFor(world, ivy.userId);
    applied(await ivy.client.mutate('acceptInvitation', { token }));
  });

  it('SW-15 gives an expired one another term', async () => {
    muster.clock.nowMs += 8 * DAY_MS;
    const answer = applied(await resend());
    expect(typesOf(answer)).to.deep.equal(['InvitationResent']);
    expect(answer.membership.status).to.equal('INVITED');
  });

  it('is refused where nothing is open', async () => {
    const { accountId, olga, carl } = world;
    const member = await olga.client.mutate('resendInvitation', { accountId, userId: carl.userId });
    expect(codesOf(member)).to.deep.equal(['INVITATION_ENDED']);
    muster.clock.nowMs += 60_000;
    applied(await olga.client.mutate('revokeInvitation', { accountId, userId: ivy.userId }));
    expect((await resend()).userErrors[0]).to.include({
      code: 'INVITATION_ENDED',
      useInstead: 'inviteUser',
    });
  });

  it('is refused within a minute of the last one, with the time from which it works', async () => {
    const { nowMs } = muster.clock;
    const availableAt = new Date(nowMs + 60_000).toISOString();
    muster.clock.nowMs = nowMs + 59_999;
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      availableActions(actions: [RESEND_INVITATION]) { available reasons { code ... on TooSoon { availableAt } } }
    } }`;
    const told = async () => {
      const variables = { a: world.accountId, u: ivy.userId };
      return (await world.olga.client.query(query, variables)).membership.availableActions;
    };
    expect((await resend()).userErrors[0]).to.include({
      code: 'TOO_SOON',
      field: 'input.userId',
      availableAt,
    });
    expect(await told()).to.deep.equal([{ available: false, reasons: [{ code: 'TOO_SOON', availableAt }] }]);
    muster.clock.nowMs = nowMs + 60_000;
    expect(await told()).to.deep.equal([{ available: true, reasons: [] }]);
    applied(await resend());
    expect(codesOf(await resend())).to.deep.equal(['TOO_SOON']);
  });

  it('sends on no promise beyond what the sender has', async () => {
    const boss = await invite(world, 'boss', { role: 'OWNER' });
    const input = { accountId: world.accountId, userId: boss.userId };
    expect(codesOf(await world.adam.client.mutate('resendInvitation', input))).to.deep.equal([
      'ROLE_NOT_GRANTABLE',
    ]);
  });
});
