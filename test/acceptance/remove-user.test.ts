import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT' };
const administrative = { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT' };

describe('removing somebody who is a contact', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  let shop: { kind: string; applicationId: string };
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  beforeEach(async () => {
    world = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    const { accountId, olga, carl } = world;
    const applicationId = await world.registerApplication('Shop', carl.userId);
    shop = { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId };
    for (const responsibility of [technical, administrative])
      applied(await olga.client.mutate('assignContact', { accountId, responsibility, userId: carl.userId }));
  });

  const remove = (fields: object = {}) => {
    const { accountId, olga, carl } = world;
    return olga.client.mutate(
      'removeUser',
      { accountId, userId: carl.userId, confirmed: true, ...fields },
      'membership { status endedBy groups { name } responsibilities { kind } user { name } }',
    );
  };
  const preview = async () => {
    const { accountId, olga, carl } = world;
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) {
      userId status role canCommit reassignmentRequired confirmation irreversible token user { name }
      groups { role group { name } } responsibilities { kind applicationId } refusal { code } } }`;
    return (await olga.client.query(query, { a: accountId, u: carl.userId })).offboardingPreview;
  };
  const duties = async () => {
    const query = `query ($a: ID!) { account(id: $a) { responsibilities { totalCount nodes {
      kind application { name technicalContact { name } } user { name } } } } }`;
    const { account } = await world.rita.client.query(query, { a: world.accountId });
    return account.responsibilities;
  };

  it('SO-9 does not commit: the whole list is given, and nothing changes', async () => {
    const answer = await remove();
    expect(answer.outcome).to.equal('REJECTED');
    expect(answer.userErrors).to.have.lengthOf(1);
    expect(answer.userErrors[0]).to.include({
      __typename: 'ResponsibilitiesUserError',
      code: 'REASSIGNMENT_REQUIRED',
    });
    expect(answer.userErrors[0]?.responsibilities).to.have.deep.members([
      shop,
      { ...technical, applicationId: null },
      { ...administrative, applicationId: null },
    ]);
    expect(answer.membership).to.equal(null);
  });

  it('SO-13, SO-24, SO-25 is one step with one successor for all', async () => {
    const answer = applied(await remove({ successors: { forAll: world.adam.userId } }));
    expect(answer.events.map(({ type }) => type)).to.deep.equal([
      'ContactReassigned',
      'ContactReassigned',
      'ContactReassigned',
      'UserRemoved',
    ]);
    expect(answer.message).to.equal('carl has been removed.');
    expect(answer.membership).to.deep.equal({
      status: 'REMOVED',
      endedBy: 'REMOVED',
      groups: [],
      responsibilities: [],
      user: { name: 'carl' },
    });
    const { totalCount, nodes } = await duties();
    expect(totalCount).to.equal(3);
    expect(nodes.map(({ user }: { user: { name: string } }) => user.name)).to.deep.equal([
      'adam',
      'adam',
      'adam',
    ]);
    const ofShop = nodes.find((duty: { application: unknown }) => duty.application !== null);
    expect(ofShop.application).to.deep.equal({ name: 'Shop', technicalContact: { name: 'adam' } });
  });

  it('SO-24 or with one successor each; the particular wins over the general', async () => {
    const { adam, rita } = world;
    applied(
      await remove({
        successors: { forAll: adam.userId, each: [{ responsibility: shop, userId: rita.userId }] },
      }),
    );
    const { nodes } = await duties();
    const holderOf = (kind: string) => nodes.find((duty: { kind: string }) => duty.kind === kind).user.name;
    expect(holderOf('APPLICATION_TECHNICAL_CONTACT')).to.equal('rita');
    expect(holderOf('ACCOUNT_TECHNICAL_CONTACT')).to.equal('adam');
  });

  it('SO-17 names the field of a successor who cannot be one', async () => {
    const answer = await remove({ successors: { forAll: world.carl.userId } });
    expect(answer.userErrors[0]).to.include({ code: 'INVALID_SUCCESSOR', field: 'input.successors.forAll' });
  });

  it('SO-8 asks for a confirmation', async () => {
    const answer = await remove({ confirmed: false, successors: { forAll: world.adam.userId } });
    expect(answer.userErrors[0]).to.include({
      __typename: 'ConfirmationUserError',
      code: 'CONFIRMATION_REQUIRED',
      confirmation: 'FLAG',
    });
  });

  it('D3-36 names the mutation to use where removing is not offered', async () => {
    const docs = await accountWorld(muster, { preset: 'DOCUMENT360' });
    const input = { accountId: docs.accountId, userId: docs.carl.userId, confirmed: true };
    const answer = await docs.olga.client.mutate('removeUser', input);
    expect(answer.userErrors[0]).to.include({
      __typename: 'UseInsteadUserError',
      code: 'OPERATION_NOT_OFFERED',
    });
    expect(answer.userErrors[0]?.useInstead).to.include('deleteUser');
  });

  it('is refused for a duty that is named wrongly', async () => {
    const document = 'mutation ($input: RemoveUserInput!) { removeUser(input: $input) { outcome } }';
    const { accountId, olga, adam, carl } = world;
    for (const responsibility of [
      { kind: 'APPLICATION_TECHNICAL_CONTACT' },
      { ...technical, applicationId: accountId },
    ]) {
      const successors = { each: [{ responsibility, userId: adam.userId }] };
      const { errors } = await olga.client.send(document, {
        input: { accountId, userId: carl.userId, successors },
      });
      expect(errors?.[0]?.extensions).to.include({
        code: 'BAD_USER_INPUT',
        field: 'input.successors.each.0.responsibility.applicationId',
      });
    }
  });

  describe('is previewed', () => {
    it('SW-3 with groups, permissions and duties, and whether it could be committed', async () => {
      const { accountId, olga, carl } = world;
      const groupId = await world.createGroup('Builders');
      applied(
        await olga.client.mutate('addGroupMember', {
          accountId,
          groupId,
          userId: carl.userId,
          role: 'MAINTAINER',
        }),
      );
      expect(await preview()).to.deep.include({
        userId: carl.userId,
        user: { name: 'carl' },
        status: 'ACTIVE',
        role: 'CONTRIBUTOR',
        groups: [{ role: 'MAINTAINER', group: { name: 'Builders' } }],
        reassignmentRequired: true,
        canCommit: false,
        refusal: null,
        confirmation: 'FLAG',
        irreversible: false,
      });
    });

    it('with a token that commits while the facts hold, and not afterwards', async () => {
      const { token } = await preview();
      const successors = { forAll: world.adam.userId };
      const { accountId, olga, carl } = world;
      applied(
        await olga.client.mutate('grantPermissions', {
          accountId,
          userId: carl.userId,
          permissions: ['app-store'],
        }),
      );
      const stale = await remove({ confirmed: false, previewToken: token, successors });
      expect(stale.userErrors[0]).to.include({ code: 'STALE_PREVIEW', field: 'input.previewToken' });
      const fresh = await preview();
      applied(await remove({ confirmed: false, previewToken: fresh.token, successors }));
    });

    it('to those who may do it; PERMISSION_DENIED to other members, null to strangers', async () => {
      const { accountId, rita, carl, stranger } = world;
      const query =
        'query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) { token } }';
      const denied = await rita.client.send(query, { a: accountId, u: carl.userId });
      expect(denied.errors?.[0]?.extensions).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'users.manage',
      });
      expect(await stranger.query(query, { a: accountId, u: carl.userId })).to.deep.equal({
        offboardingPreview: null,
      });
    });
  });
});
