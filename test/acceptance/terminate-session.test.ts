import { expect } from 'chai';
import { type AccountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { type ClockedMuster, startClockedMuster } from '../support/clocked-muster.js';
import { addLingering, lingeringIn, sessionWorld } from '../support/session-world.js';

describe('terminating access that outlasts a deactivation', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  let sam: string;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await sessionWorld(muster);
    sam = await addLingering(world);
  });

  const terminate = (userId = sam, client = world.olga.client) =>
    client.mutate(
      'terminateSession',
      { accountId: world.accountId, userId },
      'membership { status untilSessionEnd { latest } }',
    );

  it('D3-23 ends it now; the member stays deactivated', async () => {
    expect(await lingeringIn(world)).to.deep.equal([sam]);
    const answer = applied(await terminate());
    expect(typesOf(answer)).to.deep.equal(['SessionAccessEnded']);
    expect(answer.events[0]?.data.cause).to.equal('TERMINATED');
    expect(answer.membership).to.deep.equal({ status: 'INACTIVE', untilSessionEnd: null });
    expect(await lingeringIn(world)).to.deep.equal([]);
  });

  it('changes nothing where there is none', async () => {
    expect((await terminate(world.carl.userId)).outcome).to.equal('UNCHANGED');
  });

  it('is refused for a higher rank', async () => {
    const boss = await addLingering(world, 'boss', { role: 'OWNER' });
    expect(codesOf(await terminate(boss, world.adam.client))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
  });

  it('shows until when it lasts, and that it is over when the maximum is reached', async () => {
    const limited = await sessionWorld(muster, { ssoCutoffMaximumSeconds: 60 });
    const userId = await addLingering(limited);
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      untilSessionEnd { latest } } }`;
    const until = async () =>
      (await limited.olga.client.query(query, { a: limited.accountId, u: userId })).membership
        .untilSessionEnd;
    const latest = new Date(muster.clock.nowMs + 60_000).toISOString();
    expect(await until()).to.deep.equal({ latest });
    muster.clock.nowMs += 60_000;
    expect(await until()).to.equal(null);
    expect(await lingeringIn(limited)).to.deep.equal([]);
  });
});
