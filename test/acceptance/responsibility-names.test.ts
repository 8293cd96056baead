import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { assign, partnerTechnical } from '../support/contact-duties.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

describe('duties that are in the way', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let tina: string;
  let shop: string;
  before(async () => {
    muster = await startMuster();
    world = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    tina = await world.add('Tina');
    shop = await world.registerApplication('Shop', tina);
    await assign(world, tina, [partnerTechnical]);
  });
  after(() => muster.close());

  const duty = 'kind application { id name }';
  const named = () => [
    { kind: 'ACCOUNT_TECHNICAL_CONTACT', application: null },
    { kind: 'APPLICATION_TECHNICAL_CONTACT', application: { id: shop, name: 'Shop' } },
  ];

  it('are shown with the names of their applications before a removal', async () => {
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) {
      responsibilities { ${duty} } missingSuccessors { ${duty} } } }`;
    const { offboardingPreview } = await world.olga.client.query(query, { a: world.accountId, u: tina });
    expect(offboardingPreview.responsibilities).to.have.deep.members(named());
    expect(offboardingPreview.missingSuccessors).to.have.deep.members(named());
  });

  it('are named when the removal is refused', async () => {
    const input = { accountId: world.accountId, userId: tina, confirmed: true };
    const document = `mutation ($input: RemoveUserInput!) { removeUser(input: $input) {
      userErrors { code ... on ResponsibilitiesUserError { responsibilities { ${duty} } } } } }`;
    const { removeUser } = await world.olga.client.query(document, { input });
    expect(removeUser.userErrors[0].code).to.equal('REASSIGNMENT_REQUIRED');
    expect(removeUser.userErrors[0].responsibilities).to.have.deep.members(named());
  });

  it('are named when they have not come back', async () => {
    const { accountId, olga, adam } = world;
    const fields = { accountId, userId: tina, confirmed: true };
    applied(await olga.client.mutate('removeUser', { ...fields, successors: { forAll: adam.userId } }));
    const { notRestored } = applied(
      await olga.client.mutate(
        'reinstateUser',
        { accountId, userId: tina },
        `notRestored { responsibilities { ${duty} } }`,
      ),
    );
    expect(notRestored.responsibilities).to.have.deep.members(named());
  });
});
