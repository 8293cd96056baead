import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';

describe('moving a scheduled end', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const inDays = (days: number) => new Date(muster.clock.nowMs + days * DAY_MS).toISOString();
  const schedule = async (userId = world.carl.userId) => {
    const end = { operation: 'DEACTIVATE', at: inDays(1), confirmed: true };
    applied(await world.olga.client.mutate('scheduleEnd', { accountId: world.accountId, userId, ...end }));
  };
  const reschedule = (fields: object = {}, client = world.olga.client) =>
    client.mutate(
      'rescheduleEnd',
      { accountId: world.accountId, userId: world.carl.userId, at: inDays(2), ...fields },
      'membership { status scheduledEnd { at operation } }',
    );
  const statusOfCarl = async () => {
    const query = 'query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { status } }';
    const variables = { a: world.accountId, u: world.carl.userId };
    return (await world.olga.client.query(query, variables)).membership.status;
  };

  it('carries it out at the new time, not at the old', async () => {
    await schedule();
    const answer = applied(await reschedule());
    expect(typesOf(answer)).to.deep.equal(['EndRescheduled']);
    expect(answer.membership).to.deep.equal({
      status: 'ACTIVE',
      scheduledEnd: { at: inDays(2), operation: 'DEACTIVATE' },
    });
    await muster.pass(DAY_MS);
    expect(await statusOfCarl()).to.equal('ACTIVE');
    await muster.pass(DAY_MS);
    expect(await statusOfCarl()).to.equal('INACTIVE');
  });

  it('is refused without one, and for a time that has passed', async () => {
    expect((await reschedule()).userErrors[0]).to.include({
      code: 'NOT_SCHEDULED',
      useInstead: 'scheduleEnd',
    });
    await schedule();
    expect((await reschedule({ at: inDays(-1) })).userErrors[0]).to.include({
      code: 'INVALID_INPUT',
      field: 'input.at',
    });
  });

  it('is refused for a higher rank', async () => {
    const otto = await world.add('otto', { role: 'OWNER' });
    await schedule(otto);
    expect(codesOf(await reschedule({ userId: otto }, world.adam.client))).to.deep.equal([
      'TARGET_OUTRANKS_ACTOR',
    ]);
  });
});
