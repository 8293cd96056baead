import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';

const confirmed = { confirmed: true };
const COUNT = 'accountCount turnover(from: $from, to: $to) { joiners }';

describe('analytics', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  /** The day on which the account was opened. */
  let first: number;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    await muster.pass(DAY_MS);
    first = Math.floor(muster.clock.nowMs / DAY_MS);
    world = await accountWorld(muster);
  });

  const day = (n: number) => new Date((first + n) * DAY_MS).toISOString().slice(0, 10);
  const asOlga = async (mutation: string, fields: object) =>
    applied(await world.olga.client.mutate(mutation, { accountId: world.accountId, ...fields }));
  const analyticsQuery = (fields: string) =>
    `query ($ids: [ID!], $from: Day!, $to: Day!) { analytics(accountIds: $ids) { ${fields} } }`;
  const ask = async (
    fields: string,
    {
      from = day(0),
      to = day(1),
      client = world.olga.client,
      ids = [world.accountId] as string[] | null,
    } = {},
  ) => (await client.query(analyticsQuery(fields), { ids, from, to })).analytics;

  it('count people by day, status and role, and who came and went', async () => {
    const carl = world.carl.userId;
    await muster.pass(DAY_MS);
    await asOlga('deactivateUser', { userId: carl, ...confirmed });
    await asOlga('inviteUser', {
      person: { email: `ivy.${world.accountId}@example.test`, name: 'ivy' },
      role: 'REVIEWER',
    });
    await muster.pass(DAY_MS);
    await asOlga('removeUser', { userId: carl, ...confirmed });
    await asOlga('changeRole', { userId: world.rita.userId, role: 'ADMIN' });
    const figures = await ask(
      `headCount(from: $from, to: $to) { day members active inactive invited removed admins contributors reviewers }
       ofAdmins: headCount(from: $from, to: $to, role: [ADMIN]) { members }
       turnover(from: $from, to: $to) { joiners leavers }
       churn(from: $from, to: $to) { opening closing joiners leavers averageMembers rate }`,
      { to: day(3) },
    );
    const none = { inactive: 0, invited: 0, removed: 0 };
    expect(figures.headCount).to.deep.equal([
      { day: day(0), members: 4, active: 4, ...none, admins: 1, contributors: 1, reviewers: 1 },
      {
        day: day(1),
        members: 4,
        active: 3,
        ...none,
        inactive: 1,
        invited: 1,
        admins: 1,
        contributors: 1,
        reviewers: 1,
      },
      {
        day: day(2),
        members: 3,
        active: 3,
        ...none,
        invited: 1,
        removed: 1,
        admins: 2,
        contributors: 0,
        reviewers: 0,
      },
    ]);
    expect(figures.ofAdmins.map(({ members }: { members: number }) => members)).to.deep.equal([1, 1, 2]);
    expect(figures.turnover).to.deep.equal([
      { joiners: 4, leavers: 0 },
      { joiners: 0, leavers: 0 },
      { joiners: 0, leavers: 1 },
    ]);
    const averageMembers = (4 + 4 + 3) / 3;
    expect(figures.churn).to.deep.equal({
      opening: 0,
      closing: 3,
      joiners: 4,
      leavers: 1,
      averageMembers,
      rate: 1 / averageMembers,
    });
  });

  it('say how long people were in a status, how long it took to get them out, and who came back', async () => {
    const carl = world.carl.userId;
    await muster.pass(2 * DAY_MS);
    await asOlga('freezeUser', { userId: carl });
    await muster.pass(3 * DAY_MS);
    await asOlga('removeUser', { userId: carl, ...confirmed });
    await asOlga('removeUser', { userId: world.rita.userId, ...confirmed });
    await muster.pass(4 * DAY_MS);
    await asOlga('reinstateUser', { userId: carl, parts: ['ROLE'] });
    const figures = await ask(
      `timeInStatus(from: $from, to: $to) { status count meanDays medianDays p90Days }
       timeToOffboard(from: $from, to: $to) { count immediate meanDays medianDays p90Days }
       soon: rejoins(from: $from, to: $to, withinDays: 4) { leavers rejoined rate }
       rejoins(from: $from, to: $to) { leavers rejoined rate }`,
      { to: day(10) },
    );
    const once = (days: number) => ({ count: 1, meanDays: days, medianDays: days, p90Days: days });
    expect(figures.timeInStatus).to.have.deep.members([
      { status: 'ACTIVE', count: 2, meanDays: 3.5, medianDays: 3.5, p90Days: 4.7 },
      { status: 'FROZEN', ...once(3) },
      { status: 'REMOVED', ...once(4) },
    ]);
    expect(figures.timeToOffboard).to.deep.equal({
      count: 2,
      immediate: 1,
      meanDays: 1.5,
      medianDays: 1.5,
      p90Days: 2.7,
    });
    expect(figures.soon).to.deep.equal({ leavers: 2, rejoined: 0, rate: 0 });
    expect(figures.rejoins).to.deep.equal({ leavers: 2, rejoined: 1, rate: 0.5 });
  });

  it('D3-5, D3-25 show seat use beside the limit of each day', async () => {
    await asOlga('changeSeatPlan', { planSeats: 5, addOnSeats: 1 });
    await muster.pass(DAY_MS);
    await asOlga('deactivateUser', { userId: world.carl.userId, ...confirmed });
    await asOlga('changeSeatPlan', { planSeats: null, addOnSeats: 0 });
    const { seatUse } = await ask('seatUse(from: $from, to: $to) { day inUse reserved limit }', {
      from: day(-1),
      to: day(2),
    });
    expect(seatUse).to.deep.equal([
      { day: day(-1), inUse: 0, reserved: 0, limit: null },
      { day: day(0), inUse: 4, reserved: 0, limit: 6 },
      { day: day(1), inUse: 3, reserved: 0, limit: null },
    ]);
  });

  it('follow a correction of history', async () => {
    await muster.pass(3 * DAY_MS);
    const { events } = await asOlga('removeUser', { userId: world.carl.userId, ...confirmed });
    const { revision } = events.at(-1) ?? { revision: 0 };
    const effectiveAt = new Date((first + 1) * DAY_MS).toISOString();
    await asOlga('correctMembershipPeriod', { userId: world.carl.userId, revision, effectiveAt });
    const { headCount } = await ask('headCount(from: $from, to: $to) { members }', { to: day(4) });
    expect(headCount.map(({ members }: { members: number }) => members)).to.deep.equal([4, 3, 3, 3]);
  });

  it('list duties held without access, duties held by too few, and accounts with one owner, with the people', async () => {
    const { userId } = world.carl;
    for (const name of ['CRM', 'Shop', 'Site']) await world.registerApplication(name, userId);
    await asOlga('freezeUser', { userId });
    const figures = await ask(
      `dutiesAtRisk(first: 2) { pageInfo { hasNextPage endCursor }
         nodes { accountId holderStatus responsibility { kind applicationId user { id name } } } }
       concentratedDuties { nodes { accountId duties holders { userId duties share user { name } } } }
       several: concentratedDuties(leastDuties: 4) { nodes { accountId } }
       singleOwners { nodes { accountId userId user { name } } }
       turnover(from: $from, to: $to) { joiners }`,
    );
    expect(figures.dutiesAtRisk.nodes).to.have.length(2);
    expect(figures.dutiesAtRisk.pageInfo.hasNextPage).to.equal(true);
    expect(figures.dutiesAtRisk.nodes[0]).to.deep.include({
      accountId: world.accountId,
      holderStatus: 'FROZEN',
    });
    expect(figures.dutiesAtRisk.nodes[0].responsibility.user).to.deep.equal({ id: userId, name: 'carl' });
    expect(figures.concentratedDuties.nodes).to.deep.equal([
      {
        accountId: world.accountId,
        duties: 3,
        holders: [{ userId, duties: 3, share: 1, user: { name: 'carl' } }],
      },
    ]);
    expect(figures.several.nodes).to.deep.equal([]);
    expect(figures.singleOwners.nodes).to.deep.equal([
      { accountId: world.accountId, userId: world.olga.userId, user: { name: 'olga' } },
    ]);
    await world.add('otto', { role: 'OWNER' });
    const after = figures.dutiesAtRisk.pageInfo.endCursor;
    const rest = await world.olga.client.query(
      `query ($id: ID!, $after: String) { account(id: $id) { analytics {
        dutiesAtRisk(after: $after) { nodes { accountId } } singleOwners { nodes { accountId } } } } }`,
      { id: world.accountId, after },
    );
    expect(rest.account.analytics.dutiesAtRisk.nodes).to.have.length(1);
    expect(rest.account.analytics.singleOwners.nodes).to.deep.equal([]);
  });

  describe('over several accounts', () => {
    let other: AccountWorld;
    let ann: GraphqlClient;
    beforeEach(async () => {
      other = await accountWorld(muster);
      const { account } = applied(
        await muster.root.mutate('createAccount', { name: 'Operators', kind: 'OPERATOR' }, 'account { id }'),
      );
      for (const { accountId } of [world, other])
        applied(await muster.root.mutate('linkOperator', { accountId, operatorAccountId: account.id }));
      const email = `ann.${account.id}@example.test`;
      const permissions = ['accounts.operate', 'analytics.read'];
      const person = { email, name: 'Ann' };
      applied(
        await muster.root.mutate('addUser', { accountId: account.id, person, role: 'REVIEWER', permissions }),
      );
      ann = await muster.client({ subject: email, email });
    });

    it('PP-12 add up what an analyst of an operator account operates, and tell them apart', async () => {
      const fields = `accountCount headCount(from: $from, to: $to) { members }
        byAccount(first: 1) { totalCount pageInfo { hasNextPage }
          nodes { accountId account { name } analytics { headCount(from: $from, to: $to) { members } } } }`;
      const ids = [world.accountId, other.accountId];
      const both = await ask(fields, { client: ann, ids });
      expect(both).to.deep.include({ accountCount: 2, headCount: [{ members: 8 }] });
      expect(both.byAccount).to.deep.include({ totalCount: 2, pageInfo: { hasNextPage: true } });
      const [node] = both.byAccount.nodes;
      expect(node.accountId).to.equal([...ids].sort()[0]);
      expect(node.analytics).to.deep.equal({ headCount: [{ members: 4 }] });
      // Her own operator account is the third.
      expect(await ask(COUNT, { client: ann, ids: null })).to.include({ accountCount: 3 });
    });

    it('pass over what the caller may not see as if it were unknown', async () => {
      const unknown = '01900000-0000-7000-8000-000000000000';
      const ids = [world.accountId, other.accountId, unknown];
      expect(await ask(COUNT, { ids })).to.include({ accountCount: 1 });
      expect(await ask(COUNT, { ids, client: world.stranger })).to.include({ accountCount: 0 });
    });

    it('need analytics.read on what the caller sees', async () => {
      const { client } = world.rita;
      const variables = { ids: [world.accountId], from: day(0), to: day(1) };
      const { errors } = await client.send(
        analyticsQuery('accountCount turnover(from: $from, to: $to) { day }'),
        variables,
      );
      expect(errors?.[0]?.extensions).to.deep.include({
        code: 'PERMISSION_DENIED',
        permission: 'analytics.read',
      });
      const none = { ...variables, ids: null };
      for (const nobody of [client, await muster.client({ subject: 'nobody' })]) {
        const all = await nobody.send(analyticsQuery(COUNT), none);
        expect(all.errors?.[0]?.extensions).to.deep.include({
          code: 'PERMISSION_DENIED',
          permission: 'analytics.read',
        });
      }
      const one = await client.send('query ($id: ID!) { account(id: $id) { analytics { accountCount } } }', {
        id: world.accountId,
      });
      expect(one.errors?.[0]?.extensions).to.deep.include({
        code: 'PERMISSION_DENIED',
        permission: 'analytics.read',
      });
    });
  });

  describe('are refused', () => {
    const refusal = async (from: string, to: string, fields = 'churn(from: $from, to: $to) { opening }') => {
      const variables = { ids: [world.accountId], from, to };
      const { errors } = await world.olga.client.send(analyticsQuery(fields), variables);
      return errors?.[0];
    };

    it('for days that are none, ranges that are empty, too long, or still to come', async () => {
      for (const [from, to, said] of [
        ['2030-02-30', day(1), 'a Day is a date'],
        [day(1), day(1), 'to must be a later day'],
        ['2010-01-01', '2020-01-10', 'at most 3660 days'],
        [day(0), day(2), 'to is at most tomorrow'],
      ] as const) {
        const error = await refusal(from, to);
        expect(error?.extensions.code).to.equal('BAD_USER_INPUT');
        expect(error?.message).to.include(said);
      }
      expect(await refusal('2010-01-01', '2020-01-09')).to.equal(undefined);
    });

    it('for more days in lists than a request may ask for', async () => {
      const twice = Array.from({ length: 3 }, (_, i) => `a${i}: turnover(from: $from, to: $to) { day }`).join(
        ' ',
      );
      expect((await refusal('2010-01-01', '2020-01-09', twice))?.message).to.include('at most 10000');
      expect(await refusal('2019-01-01', '2020-01-01', twice)).to.equal(undefined);
    });
  });
});
