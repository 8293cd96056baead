import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied, type TestMember } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { addMachine } from '../../../support/machine.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';
import { addSupplier } from '../../../support/supplier.js';

const whoAmI = '{ viewer { user { id name } accounts { nodes { id } } } }';

describe('PARTNER_PORTAL: one partner user', () => {
  let muster: TestMuster;
  let directory: TestMember;
  let partner: AccountWorld;
  let supplier: TestMember;
  before(async () => {
    muster = await startMuster();
    directory = await addMachine(muster, 'entra');
  });
  after(() => muster.close());
  beforeEach(async () => {
    partner = await accountWorld(muster, { preset: 'PARTNER_PORTAL' });
    supplier = await addSupplier(muster, [partner]);
    // A first sign-in is written down; from now on only what the tests do is.
    for (const { client } of [supplier, partner.carl, partner.olga]) await client.query(whoAmI);
  });

  const act = (mutation: string, userId = partner.carl.userId, fields: object = {}) =>
    supplier.client.mutate(
      mutation,
      { accountId: partner.accountId, userId, ...fields },
      'membership { id status }',
    );
  const access = (userId = partner.carl.userId) => accessOf(supplier.client, partner.accountId, userId);
  const available = async (userId = partner.carl.userId) => {
    const query = `query ($s: [MembersInput!]!) { availableActions(selection: $s) { action available } }`;
    const s = [{ accountId: partner.accountId, userIds: [userId] }];
    const { availableActions } = await supplier.client.query(query, { s });
    return (availableActions as { action: string; available: boolean }[])
      .filter((action) => action.available)
      .map(({ action }) => action);
  };
  const listed = async (status?: readonly string[]): Promise<readonly (readonly [string, string])[]> => {
    const query = `query ($a: ID!, $s: [MembershipStatus!]) { account(id: $a) { users(status: $s) {
      totalCount nodes { status user { name } } } } }`;
    const { users } = (await supplier.client.query(query, { a: partner.accountId, s: status })).account;
    expect(users.totalCount).to.equal(users.nodes.length);
    return users.nodes.map((node: { status: string; user: { name: string } }) => [
      node.user.name,
      node.status,
    ]);
  };

  it('PP-1 deactivating is a soft delete: the record stays, with all that was held', async () => {
    const { accountId, carl, olga } = partner;
    const groupId = await partner.createGroup('Sales');
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId: carl.userId }));
    const shop = await partner.registerApplication('Shop', carl.userId);
    const fields = `id kind role permissions joinedAt groups { group { name } } responsibilities { applicationId }
      user { id name email } attribution { kind label }`;
    const before = await membershipOf(partner, carl.userId, fields);
    const head = await muster.core.store.head();
    const answer = applied(await act('deactivateUser'));
    expect(answer.membership).to.deep.equal({ id: before.id, status: 'INACTIVE' });
    const written = (await eventsAfter(muster, head)).map(({ type, stream }) => [type, stream]);
    expect(written).to.deep.equal([['UserDeactivated', `account-${accountId}`]]);
    expect(await membershipOf(partner, carl.userId, fields)).to.deep.equal(before);
    expect(before.groups).to.deep.equal([{ group: { name: 'Sales' } }]);
    expect(before.responsibilities).to.deep.equal([{ applicationId: shop }]);
  });

  it('PP-2 the inactive cannot log in: no access, no session, no account to be seen', async () => {
    const { accountId, carl } = partner;
    applied(await act('deactivateUser'));
    expect(await access()).to.deep.include({
      state: 'NONE',
      reason: 'DEACTIVATED',
      mayStartSession: false,
      effectivePermissions: [],
    });
    expect((await carl.client.query(whoAmI)).viewer.accounts.nodes).to.deep.equal([]);
    const account = await carl.client.query('query ($a: ID!) { account(id: $a) { id } }', { a: accountId });
    expect(account.account).to.equal(null);
    const attempt = await appendingNothing(muster, carl.client, (client) =>
      client.mutate('reactivateUser', { accountId, userId: carl.userId }),
    );
    expect(codesOf(attempt), 'nor let himself in').to.deep.equal(['NOT_FOUND']);
  });

  it('PP-2 at once here, for those of single sign-on too', async () => {
    const sam = await partner.add('Sam', { kind: 'SSO' });
    applied(await act('deactivateUser', sam));
    expect(await access(sam)).to.include({ state: 'NONE', mayStartSession: false });
  });

  it('PP-4 stays in the list of the account, as Inactive', async () => {
    const before = await listed();
    applied(await act('deactivateUser'));
    const after = await listed();
    expect(after).to.deep.equal(
      before.map(([name, status]) => [name, name === 'carl' ? 'INACTIVE' : status]),
    );
    expect(after).to.deep.include(['carl', 'INACTIVE']);
  });

  it('PP-5 whoever is inactive is reactivated later', async () => {
    applied(await act('deactivateUser'));
    expect(typesOf(applied(await act('reactivateUser')))).to.deep.equal(['UserReactivated']);
    expect(await access()).to.include({ state: 'GRANTED' });
  });

  it('PP-5 or deleted for good', async () => {
    applied(await act('deactivateUser'));
    const answer = applied(await act('deleteUser'));
    expect(typesOf(answer)).to.deep.equal(['UserDeleted']);
    expect(answer.membership.status).to.equal('DELETED');
    for (const mutation of ['reactivateUser', 'deactivateUser']) {
      const refused = await appendingNothing(muster, supplier.client, () => act(mutation));
      expect(codesOf(refused), mutation).to.deep.equal(['MEMBERSHIP_ENDED']);
    }
    expect((await listed()).map(([name]) => name)).not.to.include('carl');
    expect(await listed(['DELETED'])).to.deep.equal([['carl', 'DELETED']]);
  });

  it('PP-6 an active one cannot be deleted, whatever is sent along; deactivateUser is named', async () => {
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: DELETE) {
      token canCommit blockers { code } } }`;
    const asked = { a: partner.accountId, u: partner.carl.userId };
    const { offboardingPreview } = await supplier.client.query(query, asked);
    expect(offboardingPreview).to.deep.include({
      canCommit: false,
      blockers: [{ code: 'DELETE_REQUIRES_INACTIVE' }],
    });
    const tries = [{}, { confirmed: true }, { phrase: 'DELETE' }, { previewToken: offboardingPreview.token }];
    for (const fields of tries) {
      const answer = await appendingNothing(muster, supplier.client, () =>
        act('deleteUser', partner.carl.userId, fields),
      );
      expect(answer.userErrors[0]).to.include({
        code: 'DELETE_REQUIRES_INACTIVE',
        useInstead: 'deactivateUser',
      });
    }
    expect(await access()).to.include({ state: 'GRANTED' });
  });

  it('PP-6 nor a frozen one, nor by the owner of the partner himself', async () => {
    const { accountId, olga, carl, rita } = partner;
    applied(await act('freezeUser'));
    for (const { userId } of [carl, rita]) {
      const answer = await appendingNothing(muster, olga.client, (client) =>
        client.mutate('deleteUser', { accountId, userId }),
      );
      expect(codesOf(answer)).to.deep.equal(['DELETE_REQUIRES_INACTIVE']);
    }
  });

  it('PP-6 nor when he is reactivated while somebody deletes him: it is the one or the other', async () => {
    const { accountId, olga, carl } = partner;
    applied(await act('deactivateUser'));
    const [deleted, back] = await Promise.all([
      act('deleteUser'),
      olga.client.mutate('reactivateUser', { accountId, userId: carl.userId }),
    ]);
    expect([deleted, back].filter(({ outcome }) => outcome === 'APPLIED')).to.have.lengthOf(1);
    expect([...codesOf(deleted), ...codesOf(back)][0]).to.be.oneOf([
      'DELETE_REQUIRES_INACTIVE',
      'MEMBERSHIP_ENDED',
    ]);
  });

  it('PP-9 after deactivation he is Inactive, and delete becomes available', async () => {
    expect(await available()).to.deep.equal(['DEACTIVATE']);
    applied(await act('deactivateUser'));
    expect(await membershipOf(partner, partner.carl.userId)).to.deep.equal({ status: 'INACTIVE' });
    expect(await available()).to.deep.equal(['REACTIVATE', 'DELETE']);
    expect((await act('deleteUser', partner.carl.userId, { dryRun: true })).outcome).to.equal('WOULD_APPLY');
  });

  it('PP-10 after reactivation the list shows him as Active', async () => {
    const before = await listed();
    applied(await act('deactivateUser'));
    expect(await listed(['ACTIVE'])).not.to.deep.include(['carl', 'ACTIVE']);
    applied(await act('reactivateUser'));
    expect(await listed(['ACTIVE'])).to.deep.include(['carl', 'ACTIVE']);
    expect(await listed(['INACTIVE'])).to.deep.equal([]);
    expect(await listed()).to.deep.equal(before);
  });

  it('PP-11 one user needs no confirmation, for none of the three', async () => {
    for (const mutation of ['deactivateUser', 'reactivateUser', 'deactivateUser', 'deleteUser'])
      expect((await act(mutation)).outcome, mutation).to.equal('APPLIED');
  });

  it('PP-11, SO-8 the other reading: a policy that asks for one is obeyed here too', async () => {
    const { accountId, olga } = partner;
    const policy = { confirmation: { deactivate: { single: 'FLAG' } } };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    const answer = await appendingNothing(muster, supplier.client, () => act('deactivateUser'));
    expect(answer.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
    applied(await act('deactivateUser', partner.carl.userId, { confirmed: true }));
  });

  it('PP-15 users of a directory are not changed here, by nobody; the directory does it itself', async () => {
    const { accountId, olga, carl } = partner;
    const start = { accountId, userId: carl.userId, directory: 'entra' };
    applied(await directory.client.mutate('startDirectoryManagement', start));
    const refusedFor = async (mutation: string, fields: object = {}) => {
      for (const { client } of [supplier, olga]) {
        const answer = await appendingNothing(muster, client, () =>
          client.mutate(mutation, { accountId, userId: carl.userId, ...fields }),
        );
        expect(answer.userErrors[0], mutation).to.include({
          code: 'MANAGED_EXTERNALLY',
          field: 'input.userId',
        });
      }
    };
    await refusedFor('deactivateUser');
    await refusedFor('changeRole', { role: 'REVIEWER' });
    const own = { accountId, userId: carl.userId };
    applied(await directory.client.mutate('deactivateUser', own));
    await refusedFor('reactivateUser');
    await refusedFor('deleteUser');
    expect(await available(), 'and nothing is offered').to.deep.equal([]);
    applied(await directory.client.mutate('reactivateUser', own));
    expect(await access()).to.include({ state: 'GRANTED' });
  });

  it('PP-15 in bulk only those are refused; let go by the directory they can be changed again', async () => {
    const { accountId, carl, rita } = partner;
    const start = { accountId, userId: carl.userId, directory: 'entra' };
    applied(await directory.client.mutate('startDirectoryManagement', start));
    const { items } = await supplier.client.bulk('deactivateUsers', {
      selection: [{ accountId, users: [carl.userId, rita.userId] }],
      phrase: 'DEACTIVATE',
    });
    expect(items.map(({ outcome }) => outcome)).to.deep.equal(['REJECTED', 'APPLIED']);
    expect(items[0]?.userErrors[0]?.code).to.equal('MANAGED_EXTERNALLY');
    const end = { accountId, userId: carl.userId };
    applied(await directory.client.mutate('endDirectoryManagement', end));
    applied(await act('deactivateUser'));
  });

  it('PP-15 the other reading: where local changes are allowed, they are', async () => {
    const { accountId, olga, carl } = partner;
    const policy = { directoryManagedUsers: 'LOCAL_CHANGES_ALLOWED' };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    const start = { accountId, userId: carl.userId, directory: 'entra' };
    applied(await directory.client.mutate('startDirectoryManagement', start));
    applied(await act('deactivateUser'));
  });

  it('PP-18 after reactivation delete is unavailable again', async () => {
    applied(await act('deactivateUser'));
    expect(await available()).to.include('DELETE');
    applied(await act('reactivateUser'));
    expect(await available()).to.deep.equal(['DEACTIVATE']);
    const answer = await appendingNothing(muster, supplier.client, () => act('deleteUser'));
    expect(codesOf(answer)).to.deep.equal(['DELETE_REQUIRES_INACTIVE']);
  });

  it('PP-18 reactivating somebody active changes nothing, however often', async () => {
    applied(await act('deactivateUser'));
    const answers = await Promise.all(Array.from({ length: 5 }, () => act('reactivateUser')));
    expect(answers.map(({ outcome }) => outcome).sort()).to.deep.equal([
      'APPLIED',
      ...Array(4).fill('UNCHANGED'),
    ]);
    const types = (await accountEvents(muster, partner.accountId)).map(({ type }) => type);
    expect(types.filter((type) => type === 'UserReactivated')).to.have.lengthOf(1);
    const again = await appendingNothing(muster, supplier.client, () => act('reactivateUser'));
    expect(again).to.deep.include({ outcome: 'UNCHANGED', userErrors: [], events: [] });
  });
});
