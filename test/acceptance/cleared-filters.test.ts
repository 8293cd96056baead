import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('a filter that was cleared', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster);
    const person = { email: 'ivo@example.test', name: 'Ivo' };
    const { accountId, olga, carl } = world;
    applied(await olga.client.mutate('inviteUser', { accountId, person, role: 'REVIEWER' }));
    const at = new Date(Date.now() + 24 * 3_600_000).toISOString();
    const end = { accountId, userId: carl.userId, operation: 'REMOVE', at, confirmed: true };
    applied(await olga.client.mutate('scheduleEnd', end));
  });
  after(() => muster.close());

  const lists = ['users status', 'users role', 'invitations status', 'scheduledEnds status', 'mails status'];
  for (const list of lists)
    it(`filters nothing: ${list}`, async () => {
      const [name, filter] = list.split(' ');
      const query = `query ($id: ID!) { account(id: $id) {
        all: ${name} { totalCount nodes { __typename } } cleared: ${name}(${filter}: []) { totalCount nodes { __typename } } } }`;
      const { account } = await world.olga.client.query(query, { id: world.accountId });
      expect(account.cleared).to.deep.equal(account.all);
      expect(account.all.totalCount).to.be.greaterThan(0);
    });

  it('filters nothing: memberships and the audit log', async () => {
    const query = `query ($id: ID!) {
      some: memberships { totalCount } cleared: memberships(accountIds: [], status: [], role: [], kind: []) { totalCount }
      log: auditLog(accountId: $id) { totalCount } clearedLog: auditLog(accountId: $id, filter: {types: []}) { totalCount } }`;
    const data = await world.olga.client.query(query, { id: world.accountId });
    expect(data.cleared).to.deep.equal(data.some);
    expect(data.clearedLog).to.deep.equal(data.log);
    expect(data.log.totalCount).to.be.greaterThan(0);
  });
});
