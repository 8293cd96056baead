import { expect } from 'chai';
import { accountWorld, applied } from '../support/account-world.js';
import type { MutationAnswer } from '../support/graphql-client.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('asking for the past', () => {
  const day = 86_400_000;
  let nowMs = Date.parse('2030-01-01T00:00:00.000Z');
  const on = (days: number) => new Date(Date.parse('2030-01-01T00:00:00.000Z') + days * day).toISOString();
  let made = 0;
  let muster: TestMuster;
  before(async () => {
    const newId = () => {
      made += 1;
      return `00000000-0000-7000-8000-${made.toString(16).padStart(12, '0')}`;
    };
    muster = await startMuster({ environment: { now: () => nowMs, newId } });
  });
  after(() => muster.close());

  it('gives people, roles, groups and duties as they were, and as they were known', async () => {
    const world = await accountWorld(muster);
    const { accountId, olga, adam, carl } = world;
    const { userId } = carl;
    const groupId = await world.createGroup('Builders');
    nowMs += day;
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId }));
    applied(await olga.client.mutate('changeRole', { accountId, userId, role: 'ADMIN' }));
    nowMs += day;
    const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };
    applied(await olga.client.mutate('assignContact', { accountId, responsibility: technical, userId }));
    nowMs += day;
    const removal = { accountId, userId, confirmed: true, successors: { forAll: adam.userId } };
    const removed = applied(await olga.client.mutate('removeUser', removal));
    nowMs += day;
    const corrected = { accountId, userId, revision: removed.events.at(-1)?.revision, effectiveAt: on(2.5) };
    applied(await olga.client.mutate('correctMembershipPeriod', corrected));

    const query = `query ($a: ID!, $u: ID!, $asOf: AsOfInput) {
      membership(accountId: $a, userId: $u, asOf: $asOf) { status role groups { name } responsibilities { kind } }
      account(id: $a) {
        users(asOf: $asOf) { totalCount nodes { userId role } }
        groups(asOf: $asOf) { nodes { name members { nodes { userId } } } }
        responsibilities(asOf: $asOf) { nodes { kind user { id } } } } }`;
    const ask = async (asOf: object | null) => olga.client.query(query, { a: accountId, u: userId, asOf });

    expect((await ask({ at: on(0.5) })).membership).to.deep.equal({
      status: 'ACTIVE',
      role: 'CONTRIBUTOR',
      groups: [],
      responsibilities: [],
    });
    const second = await ask({ at: on(2.2) });
    expect(second.membership).to.deep.equal({
      status: 'ACTIVE',
      role: 'ADMIN',
      groups: [{ name: 'Builders' }],
      responsibilities: [{ kind: 'ACCOUNT_TECHNICAL_CONTACT' }],
    });
    expect(second.account.groups.nodes).to.deep.equal([
      { name: 'Builders', members: { nodes: [{ userId }] } },
    ]);
    expect(second.account.users.totalCount).to.equal(4);
    expect(second.account.responsibilities.nodes).to.deep.equal([
      { kind: 'ACCOUNT_TECHNICAL_CONTACT', user: { id: userId } },
      { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT', user: null },
    ]);

    const between = { at: on(2.7) };
    expect((await ask(between)).membership.status, 'by today’s knowledge').to.equal('REMOVED');
    expect((await ask({ ...between, knownAt: on(3.5) })).membership.status, 'as known then').to.equal(
      'ACTIVE',
    );
    expect((await ask({ at: on(-1) })).membership).to.equal(null);
    expect((await ask(null)).membership.status).to.equal('REMOVED');
    const userIds = (data: Awaited<ReturnType<typeof ask>>) =>
      data.account.users.nodes.map((n: { userId: string }) => n.userId);
    expect(userIds(await ask({ at: on(2.2) }))).to.include(userId);
    expect(userIds(await ask({ at: on(3.5) }))).not.to.include(userId);
  });

  it('gives rules, seats, access, invitations, scheduled ends and operators as they were, at times and at positions', async () => {
    const { accountId, olga, carl, add } = await accountWorld(muster);
    const { userId } = carl;
    const steps: { at: string; position: string }[] = [];
    const step = async (answer: Promise<MutationAnswer>) => {
      steps.push({ at: new Date(nowMs).toISOString(), position: applied(await answer).position ?? '' });
      nowMs += day;
    };
    await step(olga.client.mutate('changeSeatPlan', { accountId, planSeats: 9, addOnSeats: 1 }));
    const person = { email: 'ivo.asof@example.test', name: 'Ivo' };
    await step(olga.client.mutate('inviteUser', { accountId, person, role: 'REVIEWER' }));
    const order = { accountId, userId, operation: 'REMOVE', at: new Date(nowMs + 30 * day).toISOString() };
    await step(olga.client.mutate('scheduleEnd', { ...order, confirmed: true }));
    await step(olga.client.mutate('changePolicy', { accountId, preset: 'DOCUMENT360' }));
    await step(olga.client.mutate('deactivateUser', { accountId, userId, confirmed: true }));
    await add('Late');
    nowMs += 60 * day;

    const query = `query ($a: ID!, $u: ID!, $asOf: AsOfInput) {
      access(accountId: $a, userId: $u, asOf: $asOf) { state reason }
      account(id: $a, asOf: $asOf) {
        policyVersion preset policy { deletionRequiresInactive }
        seats { limit inUse reserved }
        users { totalCount } userCounts { status count }
        operators { totalCount }
        invitations { totalCount nodes { status expiresAt } }
        scheduledEnds { totalCount nodes { status } }
        contacts { totalCount } applications { totalCount } } }`;
    const ask = async (asOf: object) => {
      const { access, account } = await olga.client.query(query, { a: accountId, u: userId, asOf });
      const { seats, invitations, scheduledEnds, users, userCounts, operators } = account;
      const active = userCounts.find((one: { status: string }) => one.status === 'ACTIVE').count;
      return [
        `${access.state} v${account.policyVersion} ${account.preset}`,
        `${seats.inUse}+${seats.reserved}/${seats.limit} of ${users.totalCount}, ${active} active`,
        `${operators.totalCount} ${invitations.nodes.map((n: { status: string }) => n.status)} ${scheduledEnds.totalCount}`,
      ].join('; ');
    };
    const expected = [
      'GRANTED v1 DEFAULT; 4+0/10 of 4, 4 active; 1  0',
      'GRANTED v1 DEFAULT; 4+1/10 of 5, 4 active; 1 PENDING 0',
      'GRANTED v1 DEFAULT; 4+1/10 of 5, 4 active; 1 PENDING 1',
      'GRANTED v2 DOCUMENT360; 4+0/10 of 5, 4 active; 1 PENDING 1',
      'NONE v2 DOCUMENT360; 3+0/10 of 5, 3 active; 1 PENDING 1',
    ];
    for (const [i, { at, position }] of steps.entries()) {
      expect(await ask({ at }), `at step ${i}`).to.equal(expected[i]);
      expect(await ask({ at, knownAt: at }), `at step ${i}, as known then`).to.equal(expected[i]);
      expect(await ask({ atPosition: position, knownAtPosition: position })).to.equal(expected[i]);
      expect(await ask({ atPosition: position })).to.equal(expected[i]);
    }
    const before = { a: accountId, u: userId, asOf: { at: '2029-01-01T00:00:00Z' } };
    expect(await olga.client.query(query, before)).to.deep.equal({
      access: { state: 'NONE', reason: 'NOT_A_MEMBER' },
      account: null,
    });
    const twoMoments = `query ($a: ID!, $asOf: AsOfInput, $own: AsOfInput) { account(id: $a, asOf: $asOf) {
      seats(asOf: $own) { inUse } users(asOf: $own) { totalCount } } }`;
    const both = { a: accountId, asOf: { at: steps[4]?.at }, own: { at: steps[0]?.at } };
    expect((await olga.client.query(twoMoments, both)).account).to.deep.equal({
      seats: { inUse: 4 },
      users: { totalCount: 4 },
    });
  });

  it('finds the people of a group as of then, and refuses what it cannot answer', async () => {
    const { accountId, olga, carl, createGroup } = await accountWorld(muster);
    const groupId = await createGroup('Testers');
    const { userId } = carl;
    const added = applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId }));
    applied(await olga.client.mutate('removeGroupMember', { accountId, groupId, userId }));
    const query = `query ($a: ID!, $g: ID, $s: String, $asOf: AsOfInput) { account(id: $a) {
      users(groupId: $g, search: $s, asOf: $asOf) { totalCount nodes { userId } } } }`;
    const asOf = { knownAtPosition: added.position };
    const { account } = await olga.client.query(query, { a: accountId, g: groupId, asOf });
    expect(account.users).to.deep.equal({ totalCount: 1, nodes: [{ userId }] });
    const now = await olga.client.query(query, { a: accountId, g: groupId });
    expect(now.account.users.totalCount).to.equal(0);

    const refused = async (variables: object) => {
      const { errors } = await olga.client.send(query, { a: accountId, ...variables });
      return [errors?.[0]?.extensions.code, errors?.[0]?.extensions.field ?? null];
    };
    const at = new Date(nowMs).toISOString();
    expect(await refused({ s: 'carl', asOf })).to.deep.equal(['BAD_USER_INPUT', 'asOf']);
    const twice = { at, atPosition: '1' };
    expect(await refused({ asOf: twice })).to.deep.equal(['BAD_USER_INPUT', 'asOf.atPosition']);
    const knownTwice = { knownAt: at, knownAtPosition: '1' };
    expect(await refused({ asOf: knownTwice })).to.deep.equal(['BAD_USER_INPUT', 'asOf.knownAtPosition']);
    const toCome = { knownAtPosition: '9007199254740991' };
    expect(await refused({ asOf: toCome })).to.deep.equal(['PROJECTION_LAGGING', null]);
  });

  it('SW-5 shows whoever was deleted and added again as he was before, in every list', async () => {
    const { accountId, olga, carl } = await accountWorld(muster, { preset: 'DOCUMENT360' });
    const { userId } = carl;
    const on = { accountId, userId, confirmed: true };
    const start = nowMs;
    const moment = (days: number) => new Date(start + days * day).toISOString();
    const groupIds = [
      applied(await olga.client.mutate('createGroup', { accountId, name: 'Crew' }, 'group { id }')).group.id,
    ];
    const { email } = (await olga.client.query('query ($u: ID!) { user(id: $u) { email } }', { u: userId }))
      .user;
    for (const operation of ['deactivateUser', 'reactivateUser', 'deleteUser']) {
      nowMs += day;
      applied(await olga.client.mutate(operation, on));
    }
    nowMs += day;
    const again = { accountId, person: { email, name: 'carl' }, role: 'ADMIN', groupIds };
    applied(await olga.client.mutate('addUser', again));

    const query = `query ($a: ID!, $u: ID!, $asOf: AsOfInput, $s: [MembershipStatus!]) {
      membership(accountId: $a, userId: $u, asOf: $asOf) { id status role groups { name } }
      account(id: $a) { users(asOf: $asOf, status: $s) { nodes { id userId status role groups { name } } } } }`;
    const everything = ['ACTIVE', 'INACTIVE', 'DELETED'];
    const at = async (days: number) => {
      const variables = { a: accountId, u: userId, asOf: { at: moment(days) }, s: everything };
      const { membership, account } = await olga.client.query(query, variables);
      const listed = account.users.nodes.filter((node: { userId: string }) => node.userId === userId);
      expect({ userId, ...membership }, `after ${days} days`).to.deep.equal(listed.at(-1));
      return { membership, listed };
    };
    const [first, ...later] = [await at(0.5), await at(1.5), await at(2.5), await at(3.5), await at(4.5)];
    expect([first, ...later].map(({ membership }) => membership.status)).to.deep.equal([
      'ACTIVE',
      'INACTIVE',
      'ACTIVE',
      'DELETED',
      'ACTIVE',
    ]);
    const [before, now] = later.slice(-2).map(({ membership }) => membership);
    expect(before.id).to.equal(first?.membership.id).and.not.equal(now.id);
    expect(later.at(-1)?.listed[0]).to.deep.equal({ userId, ...before });
    expect(now.groups).to.deep.equal([{ name: 'Crew' }]);

    const memberships = `query ($u: ID!, $first: Int!, $after: String) { user(id: $u) {
      memberships(first: $first, after: $after) {
        totalCount pageInfo { endCursor hasNextPage } nodes { id status endedBy groups { name } } } } }`;
    const list = async (variables: object) =>
      (await olga.client.query(memberships, { u: userId, ...variables })).user.memberships;
    const both = await list({ first: 10 });
    expect(both.totalCount).to.equal(2);
    expect(both.nodes).to.deep.equal([
      { id: before.id, status: 'DELETED', endedBy: 'DELETED', groups: [] },
      { id: now.id, status: 'ACTIVE', endedBy: null, groups: [{ name: 'Crew' }] },
    ]);
    const { pageInfo, nodes } = await list({ first: 1 });
    expect([pageInfo.hasNextPage, nodes]).to.deep.equal([true, both.nodes.slice(0, 1)]);
    expect((await list({ first: 1, after: pageInfo.endCursor })).nodes).to.deep.equal(both.nodes.slice(1));
  });

  it('takes moments only: ISO 8601 with an offset, of days there are', async () => {
    const { accountId, olga } = await accountWorld(muster);
    const query =
      'query ($a: ID!, $asOf: AsOfInput) { account(id: $a) { users(asOf: $asOf) { nodes { userId } } } }';
    for (const at of ['yesterday', '2030-01-01', '2030-02-30T00:00:00Z', '2030-13-01T00:00:00Z', '']) {
      const { errors } = await olga.client.send(query, { a: accountId, asOf: { at } });
      expect(errors?.[0]?.extensions.code, at).to.equal('BAD_USER_INPUT');
    }
    const { errors } = await olga.client.send(query, { a: accountId, asOf: {} });
    expect(errors?.[0]?.extensions).to.include({ code: 'BAD_USER_INPUT', field: 'asOf' });
    const offset = await olga.client.query(query, {
      a: accountId,
      asOf: { at: '2040-06-01T02:00:00+02:00' },
    });
    expect(offset.account.users.nodes).to.have.lengthOf(4);
  });
});
