import { expect } from 'chai';
import { accountWorld, applied } from '../support/account-world.js';
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
    expect(second.account.users.totalCount).to.equal(null);
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
