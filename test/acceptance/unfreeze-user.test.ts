import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('unfreezing a member', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const unfreeze = (userId: string, client = world.olga.client) =>
    client.mutate(
      'unfreezeUser',
      { accountId: world.accountId, userId },
      'membership { status effectivePermissions }',
    );
  const freeze = async (userId: string, client = world.olga.client) =>
    applied(await client.mutate('freezeUser', { accountId: world.accountId, userId }));

  it('gives the access back, as it was', async () => {
    const { accountId, carl } = world;
    await freeze(carl.userId);
    const answer = applied(await unfreeze(carl.userId));
    expect(typesOf(answer)).to.deep.equal(['UserUnfrozen']);
    expect(answer.membership).to.deep.equal({
      status: 'ACTIVE',
      effectivePermissions: ['account.read', 'users.read'],
    });
    const { account } = await carl.client.query('query ($a: ID!) { account(id: $a) { id } }', {
      a: accountId,
    });
    expect(account).to.deep.equal({ id: accountId });
  });

  it('is done by somebody else, whatever other right the frozen person comes by', async () => {
    const { accountId, olga } = world;
    const input = { accountId, person: { email: 'root@example.test' }, role: 'OWNER' };
    const both = applied(await olga.client.mutate('addUser', input, 'membership { userId }')).membership;
    const operator = { accountId: muster.rootAccountId, person: { email: 'root@example.test' } };
    const permissions = ['accounts.operate'];
    applied(await muster.root.mutate('addUser', { ...operator, role: 'OWNER', permissions }));
    const client = await muster.client({ subject: 'root-2', email: 'root@example.test' });
    await freeze(both.userId);
    expect(codesOf(await unfreeze(both.userId, client))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
  });

  it('is refused for a higher rank, and for a member who is deactivated', async () => {
    const { accountId, olga, adam, carl } = world;
    const second = await world.add('otto', { role: 'OWNER' });
    await freeze(second);
    expect(codesOf(await unfreeze(second, adam.client))).to.deep.equal(['TARGET_OUTRANKS_ACTOR']);
    applied(await olga.client.mutate('deactivateUser', { accountId, userId: carl.userId, confirmed: true }));
    expect((await unfreeze(carl.userId)).userErrors[0]).to.include({
      code: 'MEMBERSHIP_NOT_ACTIVE',
      useInstead: 'reactivateUser',
    });
  });
});
