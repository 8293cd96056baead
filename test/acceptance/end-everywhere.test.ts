import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { startMuster, type TestMuster } from '../support/start-muster.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';

describe('endEverywhere', () => {
  let muster: TestMuster;
  let removing: AccountWorld;
  let deactivating: AccountWorld;
  let userId: string;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());

  beforeEach(async () => {
    removing = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    deactivating = await accountWorld(muster, { preset: 'DOCUMENT360' });
    userId = removing.carl.userId;
    const { email } = (await muster.root.query('query ($u: ID!) { user(id: $u) { email } }', { u: userId }))
      .user;
    const input = { accountId: deactivating.accountId, person: { email }, role: 'REVIEWER' };
    applied(await muster.root.mutate('addUser', input));
  });

  const statuses = async () => {
    const query = 'query ($u: ID!) { user(id: $u) { memberships { nodes { accountId status } } } }';
    const { user } = await muster.root.query(query, { u: userId });
    const nodes = user.memberships.nodes as { accountId: string; status: string }[];
    return [removing, deactivating].map(
      (world) => nodes.find(({ accountId }) => accountId === world.accountId)?.status,
    );
  };

  it('takes one person out of every account, each in its own way', async () => {
    const answer = await muster.root.bulk('endEverywhere', { userId, confirmed: true });
    expect(answer).to.deep.include({
      outcome: 'APPLIED',
      readable: true,
      message: '2 of 2 memberships have been ended.',
    });
    expect(await statuses()).to.deep.equal(['REMOVED', 'INACTIVE']);
    const query = 'query ($id: ID!) { bulkOperation(id: $id) { operation requested } }';
    const { bulkOperation } = await muster.root.query(query, { id: answer.bulkOperationId });
    expect(bulkOperation).to.deep.equal({ operation: 'BY_ACCOUNT', requested: 2 });
  });

  it('does what is asked for where it is offered, and says where it is not', async () => {
    const answer = await muster.root.bulk('endEverywhere', { userId, operation: 'REMOVE', confirmed: true });
    const refused = answer.items.find(({ accountId }) => accountId === deactivating.accountId);
    expect(refused?.outcome).to.equal('REJECTED');
    expect(refused?.userErrors[0]).to.include({ code: 'OPERATION_NOT_OFFERED', useInstead: 'deleteUser' });
    expect(await statuses()).to.deep.equal(['REMOVED', 'ACTIVE']);
  });

  it('touches only accounts that the caller may see, and tells of no others', async () => {
    const answer = await removing.olga.client.bulk('endEverywhere', { userId, confirmed: true });
    expect(answer.items.map(({ accountId }) => accountId)).to.deep.equal([removing.accountId]);
    expect(answer.counts).to.include({ applied: 1, rejected: 0 });
    expect(await statuses()).to.deep.equal(['REMOVED', 'ACTIVE']);
  });

  describe('where the person has only been invited', () => {
    const invite = async (world: AccountWorld) => {
      const query = 'query ($u: ID!) { user(id: $u) { email } }';
      const { user } = await muster.root.query(query, { u: removing.adam.userId });
      const input = { accountId: world.accountId, person: { email: user.email }, role: 'ADMIN' };
      applied(await world.olga.client.mutate('inviteUser', input));
      const named = { accountId: world.accountId, userId: removing.adam.userId };
      const { link } = await world.olga.client.mutate('copyInvitationLink', named, 'link');
      return new URL(link ?? '').hash.replace('#token=', '');
    };

    it('revokes the invitation, so that its link leads nowhere', async () => {
      const token = await invite(deactivating);
      const answer = await muster.root.bulk('endEverywhere', {
        userId: removing.adam.userId,
        confirmed: true,
      });
      expect(answer.message).to.equal('2 of 2 memberships have been ended.');
      const accepted = await removing.adam.client.mutate('acceptInvitation', { token });
      expect(accepted.userErrors.map(({ code }) => code)).to.deep.equal(['INVITATION_ENDED']);
    });

    it('says that it is still open when the caller may not revoke it', async () => {
      const token = await invite(deactivating);
      const { accountId, carl } = deactivating;
      const permissions = ['bulk.run', 'users.manage'];
      const grant = { accountId, userId: carl.userId, permissions };
      applied(await deactivating.olga.client.mutate('grantPermissions', grant));
      const answer = await carl.client.bulk('endEverywhere', {
        userId: removing.adam.userId,
        confirmed: true,
      });
      expect(answer.message).to.equal(
        '0 of 1 membership has been ended; 1 was refused; an invitation is still open.',
      );
      expect(answer.items[0]?.userErrors[0]).to.include({
        code: 'PERMISSION_DENIED',
        permission: 'users.invite',
      });
      applied(await removing.adam.client.mutate('acceptInvitation', { token }));
    });
  });

  it('SO-9 takes successors account by account', async () => {
    await removing.registerApplication('Shop', userId);
    const without = await muster.root.bulk('endEverywhere', { userId, confirmed: true, dryRun: true });
    const codes = without.items.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).to.deep.equal(['REASSIGNMENT_REQUIRED']);
    const successors = [{ accountId: removing.accountId, successors: { forAll: removing.adam.userId } }];
    const answer = await muster.root.bulk('endEverywhere', { userId, confirmed: true, successors });
    expect(answer.counts).to.include({ applied: 2 });
  });

  it('asks for a confirmation', async () => {
    const answer = await muster.root.bulk('endEverywhere', { userId });
    expect(answer.userErrors.map(({ code }) => code)).to.deep.equal(['CONFIRMATION_REQUIRED']);
    expect(await statuses()).to.deep.equal(['ACTIVE', 'ACTIVE']);
  });

  it('is shown account by account before, and confirmed for all of them in one call', async () => {
    const confirmation = { remove: { bulk: 'PREVIEW_TOKEN' } };
    const input = { accountId: removing.accountId, policy: { confirmation } };
    applied(await removing.olga.client.mutate('changePolicy', input));
    const typed = {
      accountId: deactivating.accountId,
      policy: { confirmation: { deactivate: { bulk: 'TYPED_PHRASE' } } },
    };
    applied(await deactivating.olga.client.mutate('changePolicy', typed));
    const query = `query ($u: ID!) { endEverywherePreview(userId: $u) { operation
      accounts { accountId operation confirmation refusal { code } }
      items { accountId available reassignmentRequired responsibilities { kind } token reason { code } } } }`;
    const { endEverywherePreview: preview } = await muster.root.query(query, { u: userId });
    expect(preview.operation).to.equal('BY_ACCOUNT');
    expect(preview.accounts).to.have.deep.members([
      { accountId: removing.accountId, operation: 'REMOVE', confirmation: 'PREVIEW_TOKEN', refusal: null },
      {
        accountId: deactivating.accountId,
        operation: 'DEACTIVATE',
        confirmation: 'TYPED_PHRASE',
        refusal: null,
      },
    ]);
    const items = preview.items as { accountId: string; available: boolean; token: string }[];
    expect(items.map(({ available }) => available)).to.deep.equal([true, true]);
    const previewTokens = items.map(({ accountId, token }) => ({ accountId, previewToken: token }));
    const phrase = 'END EVERYWHERE';
    const answer = await muster.root.bulk('endEverywhere', { userId, phrase, previewTokens });
    expect(answer.counts).to.include({ applied: 2, rejected: 0 });
    expect(await statuses()).to.deep.equal(['REMOVED', 'INACTIVE']);
    expect((await removing.stranger.query(query, { u: userId })).endEverywherePreview).to.equal(null);
  });

  it('points at the person when the one account asks for a token', async () => {
    const { accountId, olga } = removing;
    const policy = { confirmation: { remove: { bulk: 'PREVIEW_TOKEN' } } };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    const answer = await olga.client.bulk('endEverywhere', { userId, confirmed: true });
    expect(answer.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', field: 'input.userId' });
  });

  it('needs bulk.run, and shows strangers nobody', async () => {
    const denied = await removing.rita.client.bulk('endEverywhere', { userId, confirmed: true });
    expect(denied.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'bulk.run' });
    const foreign = await removing.stranger.bulk('endEverywhere', { userId, confirmed: true });
    const unknown = await removing.stranger.bulk('endEverywhere', { userId: unknownId, confirmed: true });
    expect(foreign.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
    expect(foreign.userErrors).to.deep.equal(unknown.userErrors);
  });
});
