import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { type Invitee, invite, tokenFor } from '../support/invitee.js';

describe('the link of an invitation', () => {
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

  const look = async (client: GraphqlClient, token: string) => {
    const query =
      'query ($t: String!) { invitation(token: $t) { state accountName role expiresAt inviter { id } } }';
    return (await client.query(query, { t: token })).invitation;
  };
  const stateFor = async (token: string) => (await look(ivy.client, token)).state;

  it('tells the person invited what it promises, and writes nothing', async () => {
    const token = await tokenFor(world, ivy.userId);
    const seen = await look(ivy.client, token);
    expect(seen).to.include({
      state: 'OPEN',
      expiresAt: new Date(muster.clock.nowMs + 7 * DAY_MS).toISOString(),
    });
    expect(seen.accountName).to.match(/^Account/);
    expect(seen.role).to.be.a('string');
    expect(seen.inviter.id).to.be.a('string');
    await muster.processManagers.settled();
    const before = await muster.core.store.head();
    await look(ivy.client, token);
    expect(await muster.core.store.head()).to.equal(before);
  });

  it('tells others nothing of the account, and nobody anything of a token that is none', async () => {
    const token = await tokenFor(world, ivy.userId);
    const nothing = { accountName: null, role: null, expiresAt: null, inviter: null };
    const other = await invite(world, 'other');
    for (const client of [world.stranger, world.carl.client, other.client])
      expect(await look(client, token)).to.deep.equal({ state: 'FOR_ANOTHER_ADDRESS', ...nothing });
    expect(await look(ivy.client, `${token}x`)).to.equal(null);
  });

  it('says what became of it', async () => {
    const { accountId, olga } = world;
    const old = await tokenFor(world, ivy.userId);
    muster.clock.nowMs += 60_000;
    applied(await olga.client.mutate('resendInvitation', { accountId, userId: ivy.userId }));
    expect(await stateFor(old)).to.equal('SUPERSEDED');
    const token = await tokenFor(world, ivy.userId);
    muster.clock.nowMs += 7 * DAY_MS;
    expect(await stateFor(token)).to.equal('EXPIRED');
    applied(await olga.client.mutate('resendInvitation', { accountId, userId: ivy.userId }));
    const newest = await tokenFor(world, ivy.userId);
    applied(await ivy.client.mutate('acceptInvitation', { token: newest }));
    expect(await stateFor(newest)).to.equal('ACCEPTED');
    applied(await olga.client.mutate('removeUser', { accountId, userId: ivy.userId, confirmed: true }));
    expect(await stateFor(newest)).to.equal('ENDED');
  });
});
