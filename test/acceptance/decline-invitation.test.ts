import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, startClockedMuster } from '../support/clocked-muster.js';
import { type Invitee, invite, tokenFor } from '../support/invitee.js';

describe('declining an invitation', () => {
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

  const membership = async () => {
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status endedBy invitation { status } } }`;
    return (await world.olga.client.query(query, { a: world.accountId, u: ivy.userId })).membership;
  };

  it('ends it, and shows the account to nobody', async () => {
    const answer = applied(
      await ivy.client.mutate('declineInvitation', { token }, 'account { id } membership { id }'),
    );
    expect(typesOf(answer)).to.deep.equal(['InvitationDeclined']);
    expect(answer).to.deep.include({ account: null, membership: null });
    expect(await membership()).to.deep.equal({
      status: 'REMOVED',
      endedBy: 'DECLINED',
      invitation: { status: 'DECLINED' },
    });
  });

  it('again is so already; accepting after it is refused', async () => {
    applied(await ivy.client.mutate('declineInvitation', { token }));
    expect((await ivy.client.mutate('declineInvitation', { token })).outcome).to.equal('UNCHANGED');
    expect(codesOf(await ivy.client.mutate('acceptInvitation', { token }))).to.deep.equal([
      'INVITATION_ENDED',
    ]);
  });

  it('leaves the way open to be asked again', async () => {
    applied(await ivy.client.mutate('declineInvitation', { token }));
    muster.clock.nowMs += 60_000;
    expect((await invite(world)).userId).to.equal(ivy.userId);
    expect((await membership()).status).to.equal('INVITED');
  });

  it('is refused to others, for a made-up token, and to whoever has accepted', async () => {
    const other = await world.stranger.mutate('declineInvitation', { token });
    expect(codesOf(other)).to.deep.equal(['INVITATION_FOR_ANOTHER_ADDRESS']);
    const madeUp = await ivy.client.mutate('declineInvitation', { token: 'made-up' });
    expect(codesOf(madeUp)).to.deep.equal(['NOT_FOUND']);
    applied(await ivy.client.mutate('acceptInvitation', { token }));
    expect(codesOf(await ivy.client.mutate('declineInvitation', { token }))).to.deep.equal([
      'INVITATION_ENDED',
    ]);
  });
});
