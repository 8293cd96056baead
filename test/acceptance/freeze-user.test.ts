import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { codesOf, typesOf } from '../support/answers.js';
import { addMachine } from '../support/machine.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('freezing a member', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  const freeze = (userId: string, client = world.olga.client) =>
    client.mutate(
      'freezeUser',
      { accountId: world.accountId, userId },
      'membership { status effectivePermissions groups { name } responsibilities { kind } }',
    );

  it('takes access away at once; seat, groups and duties stay', async () => {
    const { accountId, olga, carl } = world;
    const { userId } = carl;
    const groupId = await world.createGroup('Builders');
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId }));
    const responsibility = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };
    applied(await olga.client.mutate('assignContact', { accountId, responsibility, userId }));
    const answer = applied(await freeze(userId));
    expect(typesOf(answer)).to.deep.equal(['UserFrozen']);
    expect(answer.message).to.equal('carl has been frozen.');
    expect(answer.membership).to.deep.equal({
      status: 'FROZEN',
      effectivePermissions: [],
      groups: [{ name: 'Builders' }],
      responsibilities: [responsibility],
    });
    const query = 'query ($a: ID!) { account(id: $a) { seats { inUse } } }';
    expect((await olga.client.query(query, { a: accountId })).account.seats.inUse).to.equal(4);
    expect((await carl.client.query(query, { a: accountId })).account).to.equal(null);
  });

  it('is refused for oneself, for a higher rank and for the last owner', async () => {
    const { olga, adam } = world;
    const refused = {
      SELF_REMOVAL_FORBIDDEN: await freeze(adam.userId, adam.client),
      TARGET_OUTRANKS_ACTOR: await freeze(olga.userId, adam.client),
      LAST_OWNER: await freeze(olga.userId, muster.root),
    };
    for (const [code, answer] of Object.entries(refused)) expect(codesOf(answer)).to.deep.equal([code]);
    expect(refused.SELF_REMOVAL_FORBIDDEN.userErrors[0]).to.deep.include({
      policyVersion: 1,
      rule: { code: 'SELF_REMOVAL_FORBIDDEN', sources: ['SW-7', 'SW-20', 'D3-29'] },
    });
  });

  it('is refused for a member without access, naming what to do', async () => {
    const { accountId, olga, carl } = world;
    applied(await olga.client.mutate('deactivateUser', { accountId, userId: carl.userId, confirmed: true }));
    expect((await freeze(carl.userId)).userErrors[0]).to.include({
      code: 'MEMBERSHIP_NOT_ACTIVE',
      useInstead: 'reactivateUser',
    });
  });

  it('does not wait for the directory that owns the member', async () => {
    const { accountId, carl } = world;
    const directory = await addMachine(muster, 'directory');
    const input = { accountId, userId: carl.userId, directory: 'entra' };
    applied(await directory.client.mutate('startDirectoryManagement', input));
    applied(await freeze(carl.userId));
  });
});
