import { expect } from 'chai';
import { accountWorld, applied } from '../support/account-world.js';
import type { GraphqlClient } from '../support/graphql-client.js';
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

  describe('confirmed by a preview', () => {
    const selfRemoval = 'UNLESS_LAST_OWNER';
    const leaving = { selfRemoval, confirmation: { remove: { single: 'PREVIEW_TOKEN' } } };
    const query = `query ($a: ID!, $u: ID!) {
      offboardingPreview(accountId: $a, userId: $u, operation: LEAVE) {
        operation token canCommit confirmation seats { inUse } role reassignmentRequired
        blockers { code message } } }`;
    const actions = `query ($s: [MembersInput!]!) {
      availableActions(selection: $s, actions: [LEAVE]) { available confirmation reasons { code } } }`;
    const leaveOf = async (client: GraphqlClient, accountId: string, userId: string) =>
      (await client.query(actions, { s: [{ accountId, userIds: [userId] }] })).availableActions[0];

    it('takes the token of his own preview, which shows him no seats', async () => {
      const { accountId, rita, olga } = await accountWorld(muster, { policy: leaving });
      const needed = await rita.client.mutate('leaveAccount', { accountId, ...confirmed });
      expect(needed.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', field: 'input.previewToken' });
      expect(await leaveOf(rita.client, accountId, rita.userId)).to.deep.equal({
        available: true,
        confirmation: 'PREVIEW_TOKEN',
        reasons: [],
      });
      const asked = { a: accountId, u: rita.userId };
      const { offboardingPreview } = await rita.client.query(query, asked);
      const { token, ...shown } = offboardingPreview;
      expect(shown).to.deep.equal({
        operation: 'LEAVE',
        canCommit: true,
        confirmation: 'PREVIEW_TOKEN',
        seats: null,
        role: 'REVIEWER',
        reassignmentRequired: false,
        blockers: [],
      });
      const owner = await olga.client.query(query, { a: accountId, u: olga.userId });
      expect(owner.offboardingPreview.seats).to.deep.equal({ inUse: 4 });
      expect(owner.offboardingPreview.blockers[0].code).to.equal('LAST_OWNER');
      applied(await rita.client.mutate('leaveAccount', { accountId, previewToken: token }));
    });

    it('shows nobody another’s preview, and knows that nobody leaves for another', async () => {
      const { accountId, rita, olga, stranger } = await accountWorld(muster, { policy: leaving });
      for (const { client } of [rita, olga]) {
        const other = client === rita.client ? olga.userId : rita.userId;
        const { data, errors } = await client.send(query, { a: accountId, u: other });
        expect([data.offboardingPreview, errors?.[0]?.extensions.code]).to.deep.equal([
          null,
          'BAD_USER_INPUT',
        ]);
        const { available, reasons } = await leaveOf(client, accountId, other);
        expect([available, reasons]).to.deep.equal([false, [{ code: 'INVALID_INPUT' }]]);
      }
      expect(await stranger.query(query, { a: accountId, u: rita.userId })).to.deep.equal({
        offboardingPreview: null,
      });
    });

    it('tells a holder of duties who may not hand them over himself whom to ask', async () => {
      const world = await accountWorld(muster, { policy: leaving });
      const { accountId, carl, adam } = world;
      await world.registerApplication('Shop', carl.userId);
      const message =
        'You need the permission contacts.reassign in this account. Ask an administrator to hand your duties over first.';
      const { offboardingPreview } = await carl.client.query(query, { a: accountId, u: carl.userId });
      expect(offboardingPreview.blockers).to.deep.equal([{ code: 'PERMISSION_DENIED', message }]);
      const sent = { accountId, previewToken: offboardingPreview.token, successors: { forAll: adam.userId } };
      const answer = await carl.client.mutate('leaveAccount', sent);
      expect(answer.userErrors[0]).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'contacts.reassign',
        message,
      });
      expect((await leaveOf(carl.client, accountId, carl.userId)).available).to.equal(false);
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
