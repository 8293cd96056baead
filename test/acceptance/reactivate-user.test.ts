import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { typesOf } from '../support/answers.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };

describe('reactivating a member', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster);
  });

  it('tells what could not be given back', async () => {
    const { accountId, olga, adam, carl } = world;
    const { userId } = carl;
    const asOlga = async (mutation: string, fields: object, selection = '') =>
      applied(await olga.client.mutate(mutation, { accountId, ...fields }, selection));
    const groupId = await world.createGroup('Short-lived');
    await asOlga('addGroupMember', { groupId, userId });
    await asOlga('assignContact', { responsibility: technical, userId });
    await asOlga('deactivateUser', { userId, confirmed: true, successors: { forAll: adam.userId } });
    await asOlga('deleteGroup', { groupId });
    const answer = await asOlga(
      'reactivateUser',
      { userId, confirmed: true },
      'notRestored { responsibilities { kind applicationId } groupIds } membership { status }',
    );
    expect(typesOf(answer)).to.deep.equal(['UserReactivated']);
    expect(answer.membership).to.deep.equal({ status: 'ACTIVE' });
    expect(answer.notRestored).to.deep.equal({
      responsibilities: [{ ...technical, applicationId: null }],
      groupIds: [groupId],
    });
  });

  it('PP-18 changes nothing for an active member, and has nothing to tell', async () => {
    const { accountId, olga, carl } = world;
    const input = { accountId, userId: carl.userId, confirmed: true };
    const answer = await olga.client.mutate('reactivateUser', input, 'notRestored { groupIds }');
    expect(answer).to.deep.include({ outcome: 'UNCHANGED', notRestored: null });
  });
});
