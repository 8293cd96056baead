import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';

describe('cancelling a scheduled end', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const schedule = async (userId: string) => {
    const at = new Date(muster.clock.nowMs + DAY_MS).toISOString();
    const end = { operation: 'REMOVE', at, confirmed: true };
    applied(await world.olga.client.mutate('scheduleEnd', { accountId: world.accountId, userId, ...end }));
  };
  const cancel = (userId: string, client = world.olga.client) =>
    client.mutate(
      'cancelScheduledEnd',
      { accountId: world.accountId, userId },
      'membership { status scheduledEnd { at } }',
    );

  it('lets the member stay', async () => {
    const { accountId, olga, carl } = world;
    await schedule(carl.userId);
    const answer = applied(await cancel(carl.userId));
    expect(typesOf(answer)).to.deep.equal(['ScheduledEndCancelled']);
    expect(answer.membership).to.deep.equal({ status: 'ACTIVE', scheduledEnd: null });
    await muster.pass(2 * DAY_MS);
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { status }
      account(id: $a) { scheduledEnds(status: [CANCELLED]) { nodes { userId endedAt } } } }`;
    const { membership, account } = await olga.client.query(query, { a: accountId, u: carl.userId });
    expect(membership.status).to.equal('ACTIVE');
    const endedAt = new Date(muster.clock.nowMs - 2 * DAY_MS).toISOString();
    expect(account.scheduledEnds.nodes).to.deep.equal([{ userId: carl.userId, endedAt }]);
  });

  it('makes room for another', async () => {
    const { carl } = world;
    await schedule(carl.userId);
    applied(await cancel(carl.userId));
    await schedule(carl.userId);
  });

  it('changes nothing where none is scheduled, and is refused for a higher rank', async () => {
    expect((await cancel(world.carl.userId)).outcome).to.equal('UNCHANGED');
    const otto = await world.add('otto', { role: 'OWNER' });
    await schedule(otto);
    expect(codesOf(await cancel(otto, world.adam.client))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
  });
});
