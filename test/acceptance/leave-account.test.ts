import { expect } from 'chai';
import { accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('leaveAccount', () => {
  let muster: TestMuster;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  const confirmed = { confirmed: true };

  it('SW-20 is no way round a rule against removing oneself', async () => {
    const { accountId, carl } = await accountWorld(muster);
    const answer = await carl.client.mutate('leaveAccount', { accountId, ...confirmed });
    expect(answer.userErrors[0]?.code).to.equal('SELF_REMOVAL_FORBIDDEN');
  });

  it('ends one’s own membership where the policy allows it, needs no permission, and is over at once', async () => {
    const { accountId, rita, olga } = await accountWorld(muster, {
      policy: { selfRemoval: 'UNLESS_LAST_OWNER' },
    });
    const answer = applied(
      await rita.client.mutate('leaveAccount', { accountId, ...confirmed }, 'membership { id }'),
    );
    expect(answer.events.map(({ type }) => type)).to.deep.equal(['UserLeft']);
    expect(answer.message).to.equal('You have left the account.');
    expect(answer.membership, 'whoever has left sees nothing any more').to.equal(null);
    const query =
      'query ($a: ID!, $u: ID!) { account(id: $a) { id } membership(accountId: $a, userId: $u) { status endedBy } }';
    const asked = { a: accountId, u: rita.userId };
    expect(await rita.client.query(query, asked)).to.deep.equal({ account: null, membership: null });
    expect(await olga.client.query(query, asked)).to.deep.equal({
      account: { id: accountId },
      membership: { status: 'REMOVED', endedBy: 'LEFT' },
    });
  });

  it('is seen by whatever follows in the same request', async () => {
    const { accountId, adam } = await accountWorld(muster, { policy: { selfRemoval: 'UNLESS_LAST_OWNER' } });
    const input = { accountId, confirmed: true };
    const data = await adam.client.query(
      `mutation ($group: CreateGroupInput!, $leave: LeaveAccountInput!) {
        before: createGroup(input: $group) { outcome group { name } }
        leaveAccount(input: $leave) { outcome membership { id } }
        after: createGroup(input: $group) { outcome group { name } } }`,
      { group: { accountId, name: 'Last words' }, leave: input },
    );
    expect(data).to.deep.equal({
      before: { outcome: 'APPLIED', group: { name: 'Last words' } },
      leaveAccount: { outcome: 'APPLIED', membership: null },
      after: { outcome: 'REJECTED', group: null },
    });
  });

  it('is refused to the last owner', async () => {
    const { accountId, olga } = await accountWorld(muster, { policy: { selfRemoval: 'UNLESS_LAST_OWNER' } });
    const answer = await olga.client.mutate('leaveAccount', { accountId, ...confirmed });
    expect(answer.userErrors[0]?.code).to.equal('LAST_OWNER');
  });

  it('tells in a dry run, and repeats by key', async () => {
    const { accountId, rita, stranger } = await accountWorld(muster, {
      policy: { selfRemoval: 'UNLESS_LAST_OWNER' },
    });
    const dry = await rita.client.mutate('leaveAccount', { accountId, ...confirmed, dryRun: true });
    expect(dry.outcome).to.equal('WOULD_APPLY');
    applied(await rita.client.mutate('leaveAccount', { accountId, ...confirmed, idempotencyKey: 'bye' }));
    const again = await rita.client.mutate('leaveAccount', {
      accountId,
      ...confirmed,
      idempotencyKey: 'bye',
    });
    const foreign = await stranger.mutate('leaveAccount', { accountId, ...confirmed });
    expect(again.userErrors, 'read under present rights: there are none').to.deep.equal(foreign.userErrors);
    expect(foreign.userErrors[0]?.code).to.equal('NOT_FOUND');
  });
});
