import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import { type Invitee, invite, tokenFor } from '../support/invitee.js';

describe('revoking an invitation', () => {
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

  const revoke = (userId = ivy.userId, client = world.olga.client) =>
    client.mutate(
      'revokeInvitation',
      { accountId: world.accountId, userId },
      'membership { status endedBy canReinstate invitation { status } }',
    );

  it('kills every link and frees the seat', async () => {
    const token = await tokenFor(world, ivy.userId);
    const answer = applied(await revoke());
    expect(typesOf(answer)).to.deep.equal(['InvitationRevoked']);
    expect(answer.membership).to.deep.equal({
      status: 'REMOVED',
      endedBy: 'REVOKED',
      canReinstate: false,
      invitation: { status: 'REVOKED' },
    });
    expect(codesOf(await ivy.client.mutate('acceptInvitation', { token }))).to.deep.equal([
      'INVITATION_ENDED',
    ]);
    const query = 'query ($a: ID!) { account(id: $a) { seats { inUse reserved } } }';
    const { account } = await world.olga.client.query(query, { a: world.accountId });
    expect(account.seats).to.deep.equal({ inUse: 4, reserved: 0 });
  });

  it('withdraws an expired one too', async () => {
    muster.clock.nowMs += 8 * DAY_MS;
    expect(typesOf(applied(await revoke()))).to.deep.equal(['InvitationRevoked']);
  });

  it('is refused for a member, and for a promise of a higher rank', async () => {
    expect(codesOf(await revoke(world.carl.userId))).to.deep.equal(['INVITATION_ENDED']);
    const boss = await invite(world, 'boss', { role: 'OWNER' });
    expect(codesOf(await revoke(boss.userId, world.adam.client))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
  });
});
