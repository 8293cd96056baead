import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';

const query = `query ($id: ID!) { account(id: $id) { userCounts { status count byRole { role count } } } }`;
const listed = `query ($id: ID!, $status: [MembershipStatus!], $role: [Role!]) {
  account(id: $id) { users(status: $status, role: $role) { totalCount } } }`;

interface Count {
  readonly status: string;
  readonly count: number;
  readonly byRole: readonly { readonly role: string; readonly count: number }[];
}

describe('how many users have which status', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
    world = await accountWorld(muster);
  });
  after(() => muster.close());

  const counted = async (): Promise<readonly Count[]> =>
    (await world.rita.client.query(query, { id: world.accountId })).account.userCounts;
  const inStatus = async (status: string) => (await counted()).find((one) => one.status === status)?.count;

  it('is told for every status and role, as the list of users counts them', async () => {
    const { accountId, olga, carl } = world;
    applied(await olga.client.mutate('freezeUser', { accountId, userId: carl.userId }));
    applied(
      await olga.client.mutate('removeUser', { accountId, userId: await world.add('Lea'), confirmed: true }),
    );
    const counts = await counted();
    expect(
      counts.filter(({ count }) => count > 0).map(({ status, count }) => [status, count]),
    ).to.have.deep.members([
      ['ACTIVE', 3],
      ['FROZEN', 1],
      ['REMOVED', 1],
    ]);
    for (const { status, count, byRole } of counts) {
      const { account } = await olga.client.query(listed, { id: accountId, status: [status] });
      expect(count, status).to.equal(account.users.totalCount);
      for (const { role, count: ofRole } of byRole) {
        const ofThem = await olga.client.query(listed, { id: accountId, status: [status], role: [role] });
        expect(ofRole, `${status} ${role}`).to.equal(ofThem.account.users.totalCount);
      }
    }
  });

  it('counts an invitation as expired from the moment its time is up', async () => {
    const person = { email: 'ivo@example.test', name: 'Ivo' };
    applied(
      await world.olga.client.mutate('inviteUser', { accountId: world.accountId, person, role: 'REVIEWER' }),
    );
    expect([await inStatus('INVITED'), await inStatus('INVITATION_EXPIRED')]).to.deep.equal([1, 0]);
    muster.clock.nowMs += 60 * DAY_MS;
    expect([await inStatus('INVITED'), await inStatus('INVITATION_EXPIRED')]).to.deep.equal([0, 1]);
  });
});
