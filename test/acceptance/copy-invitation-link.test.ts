import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import { type Invitee, invite, tokenIn } from '../support/invitee.js';

describe('copying the link of an invitation', () => {
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

  const copy = (fields: object = {}, client = world.olga.client) =>
    client.mutate(
      'copyInvitationLink',
      { accountId: world.accountId, userId: ivy.userId, ...fields },
      'link',
    );

  it('shows the link that works, and writes down who was shown it', async () => {
    const answer = applied(await copy());
    expect(typesOf(answer)).to.deep.equal(['InvitationLinkCopied']);
    expect(JSON.stringify(answer.events)).not.to.include(tokenIn(answer.link));
    applied(await ivy.client.mutate('acceptInvitation', { token: tokenIn(answer.link) }));
  });

  it('shows the same one until it is sent again', async () => {
    const first = applied(await copy()).link;
    expect(applied(await copy()).link).to.equal(first);
    const { accountId, olga } = world;
    muster.clock.nowMs += 60_000;
    applied(await olga.client.mutate('resendInvitation', { accountId, userId: ivy.userId }));
    expect(applied(await copy()).link).not.to.equal(first);
  });

  it('shows nothing in a dry run, nor to whoever may not see it', async () => {
    expect(await copy({ dryRun: true })).to.deep.include({ outcome: 'WOULD_APPLY', link: null });
    expect(await copy({}, world.carl.client)).to.deep.include({ outcome: 'REJECTED', link: null });
    const boss = await invite(world, 'boss', { role: 'OWNER' });
    const beyond = await copy({ userId: boss.userId }, world.adam.client);
    expect(codesOf(beyond)).to.deep.equal(['ROLE_NOT_GRANTABLE']);
    expect(beyond.link).to.equal(null);
  });

  it('is refused once the time is up or nothing is open', async () => {
    const { carl } = world;
    expect(codesOf(await copy({ userId: carl.userId }))).to.deep.equal(['INVITATION_ENDED']);
    muster.clock.nowMs += 7 * DAY_MS;
    expect(codesOf(await copy())).to.deep.equal(['INVITATION_EXPIRED']);
  });
});
