import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { auditEntries } from '../../../support/audit-entries.js';
import { invite } from '../../../support/invitee.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const confirmed = { confirmed: true };
const whoAmI = '{ viewer { user { id name } accounts { nodes { id } } } }';

describe('DOCUMENT360: deleting', () => {
  let muster: TestMuster;
  let project: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    await open();
  });

  const open = async (policy: object = {}) => {
    project = await accountWorld(muster, { preset: 'DOCUMENT360', policy });
    // A first sign-in is written down; from now on only what the tests do is.
    for (const { client } of [project.olga, project.adam, project.carl]) await client.query(whoAmI);
  };
  const asAdam = (mutation: string, userId: string, fields: object = confirmed) =>
    project.adam.client.mutate(
      mutation,
      { accountId: project.accountId, userId, ...fields },
      'membership { status endedBy }',
    );
  const deleteUser = async (userId: string) => applied(await asAdam('deleteUser', userId));
  const deactivate = async (userId: string) => applied(await asAdam('deactivateUser', userId));
  const label = async (userId: string) => {
    const query = 'query ($a: ID!, $u: ID!) { attribution(accountId: $a, userId: $u) { kind label } }';
    return (await project.rita.client.query(query, { a: project.accountId, u: userId })).attribution;
  };

  for (const from of ['ACTIVE', 'INACTIVE'])
    it(`D3-6 there is no way back for somebody who was ${from}: every attempt is refused`, async () => {
      const { accountId, olga, carl } = project;
      if (from === 'INACTIVE') await deactivate(carl.userId);
      expect((await deleteUser(carl.userId)).membership).to.deep.equal({
        status: 'DELETED',
        endedBy: 'DELETED',
      });
      const attempts: readonly (readonly [mutation: string, fields: object, code: string])[] = [
        ['reactivateUser', confirmed, 'MEMBERSHIP_ENDED'],
        ['deactivateUser', confirmed, 'MEMBERSHIP_ENDED'],
        ['changeRole', { role: 'ADMIN' }, 'MEMBERSHIP_ENDED'],
        ['unfreezeUser', {}, 'MEMBERSHIP_ENDED'],
        ['reinstateUser', {}, 'NOTHING_TO_REINSTATE'],
      ];
      for (const [mutation, fields, code] of attempts) {
        const answer = await appendingNothing(muster, olga.client, (client) =>
          client.mutate(mutation, { accountId, userId: carl.userId, ...fields }),
        );
        expect(codesOf(answer), mutation).to.deep.equal([code]);
      }
      expect(await membershipOf(project, carl.userId, 'status canReinstate')).to.deep.equal({
        status: 'DELETED',
        canReinstate: false,
      });
      expect(await accessOf(olga.client, accountId, carl.userId)).to.include({
        state: 'NONE',
        reason: 'DELETED',
      });
    });

  it('D3-6 not in bulk, not by undoing: nothing is appended', async () => {
    const { accountId, olga, adam, carl, rita } = project;
    const selection = [{ accountId, users: [carl.userId, rita.userId] }];
    const { bulkOperationId, counts } = await olga.client.bulk('deleteUsers', { selection, ...confirmed });
    expect(counts).to.include({ applied: 2 });
    const again = await appendingNothing(muster, adam.client, (client) =>
      client.bulk('reactivateUsers', { selection, ...confirmed }),
    );
    expect(again.items.map(({ userErrors }) => userErrors[0]?.code)).to.deep.equal(
      Array(2).fill('MEMBERSHIP_ENDED'),
    );
    const undone = await olga.client.bulk('undoBulkOperation', { bulkOperationId });
    expect(undone.userErrors[0]?.code).to.equal('UNDO_IMPOSSIBLE');
    for (const { userId } of [carl, rita])
      expect(await membershipOf(project, userId)).to.deep.equal({ status: 'DELETED' });
  });

  it('D3-6 whoever is added again has a new membership of the same person, and nothing of the old one', async () => {
    const { accountId, carl, olga } = project;
    const groupId = await project.createGroup('Writers');
    applied(await olga.client.mutate('addGroupMember', { accountId, groupId, userId: carl.userId }));
    const permissions = ['article-publish'];
    applied(await olga.client.mutate('grantPermissions', { accountId, userId: carl.userId, permissions }));
    const { id: old } = await membershipOf(project, carl.userId, 'id');
    await deleteUser(carl.userId);
    await joinAccount(project, carl.userId, { role: 'REVIEWER' });
    const now = await membershipOf(project, carl.userId, 'id status role permissions groups { role }');
    expect(now).to.deep.include({ status: 'ACTIVE', role: 'REVIEWER', permissions: [], groups: [] });
    expect(now.id).not.to.equal(old);
    const refused = await appendingNothing(muster, olga.client, (client) =>
      client.mutate('reactivateUser', { accountId, userId: carl.userId, ...confirmed }),
    );
    expect(refused.outcome, 'he is active: there is nothing to bring back').to.equal('UNCHANGED');
  });

  it('D3-7 content stays as it was: the one event touches the membership, the label is unchanged', async () => {
    const { accountId, carl, rita } = project;
    const groupId = await project.createGroup('Writers');
    await project.registerApplication('Handbook', rita.userId);
    const query = `query ($a: ID!) { account(id: $a) { name policyVersion groups { nodes { id name } }
      applications { nodes { name technicalContact { id } } } } }`;
    const seen = () => rita.client.query(query, { a: accountId });
    const before = { account: await seen(), label: await label(carl.userId) };
    const head = await muster.core.store.head();
    await deleteUser(carl.userId);
    const written = await eventsAfter(muster, head);
    expect(written.map(({ type, stream, subjectId }) => [type, stream, subjectId])).to.deep.equal([
      ['UserDeleted', `account-${accountId}`, carl.userId],
    ]);
    expect({ account: await seen(), label: await label(carl.userId) }).to.deep.equal(before);
    expect(before.account.account.groups.nodes).to.deep.equal([{ id: groupId, name: 'Writers' }]);
    expect(before.label).to.deep.equal({ kind: 'NAME', label: 'carl' });
  });

  it('D3-8 the audit log has one entry more, and every earlier one as it was', async () => {
    const { carl } = project;
    const before = await auditEntries(project);
    const { events } = await deleteUser(carl.userId);
    const after = await auditEntries(project);
    expect(after).to.have.lengthOf(before.length + 1);
    expect(after.slice(0, -1)).to.deep.equal(before);
    expect(after.at(-1)).to.deep.include({ id: events[0]?.id, type: 'UserDeleted', subjectLabel: 'carl' });
  });

  it('D3-8 what he did himself is kept as well', async () => {
    const { accountId, olga, adam, carl } = project;
    applied(await asAdam('deactivateUser', carl.userId));
    const his = await auditEntries(project, { actorId: adam.userId });
    applied(await olga.client.mutate('deleteUser', { accountId, userId: adam.userId, ...confirmed }));
    expect(his).to.have.lengthOf(1);
    expect(await auditEntries(project, { actorId: adam.userId })).to.deep.equal(his);
  });

  for (const [attributionAfterDelete, kind] of [
    ['PSEUDONYM', 'PSEUDONYM'],
    ['ANONYMOUS', 'ANONYMOUS'],
  ] as const)
    it(`D3-8, D3-10 under ${attributionAfterDelete} the entries stay, and no name is in them`, async () => {
      await open({ attributionAfterDelete });
      const { carl } = project;
      const stable = (entries: Awaited<ReturnType<typeof auditEntries>>) =>
        entries.map(({ subjectLabel, subject, ...entry }) => entry);
      const before = await auditEntries(project, { subjectId: carl.userId });
      await deleteUser(carl.userId);
      const after = await auditEntries(project, { subjectId: carl.userId });
      expect(stable(after.slice(0, -1))).to.deep.equal(stable(before));
      expect(after.at(-1)?.type).to.equal('UserDeleted');
      const made = await label(carl.userId);
      expect(made.kind).to.equal(kind);
      for (const { subjectLabel } of after) expect(subjectLabel).to.equal(made.label);
      expect(JSON.stringify(after)).not.to.include('carl');
    });

  it('D3-10 one reading, the text’s: content is attributed by name, as this preset has it', async () => {
    const { carl } = project;
    const { events } = await deleteUser(carl.userId);
    expect(events[0]?.data.attribution).to.equal('KEEP_NAME');
    expect(await label(carl.userId)).to.deep.equal({ kind: 'NAME', label: 'carl' });
    expect(await membershipOf(project, carl.userId, 'attribution { label } user { name }')).to.deep.equal({
      attribution: { label: 'carl' },
      user: { name: 'carl' },
    });
  });

  it('D3-10 the other reading, the table’s: it is not', async () => {
    await open({ attributionAfterDelete: 'ANONYMOUS' });
    const { accountId, carl, rita } = project;
    const second = await project.add('Dora');
    for (const userId of [carl.userId, second]) {
      expect((await deleteUser(userId)).events[0]?.data.attribution).to.equal('ANONYMOUS');
      expect(await label(userId)).to.deep.equal({ kind: 'ANONYMOUS', label: 'Former member' });
    }
    const query = `query ($a: ID!, $u: ID!) { user(id: $u) { name email }
      account(id: $a) { users(search: "carl", status: [DELETED]) { totalCount } } }`;
    expect(await rita.client.query(query, { a: accountId, u: carl.userId })).to.deep.equal({
      user: { name: null, email: null },
      account: { users: { totalCount: 0 } },
    });
  });

  it('D3-10 a change of the rule later relabels nobody', async () => {
    const { accountId, olga, carl } = project;
    const later = await project.add('Dora');
    await deleteUser(carl.userId);
    const policy = { attributionAfterDelete: 'ANONYMOUS' };
    applied(await olga.client.mutate('changePolicy', { accountId, policy }));
    await deleteUser(later);
    expect(await label(carl.userId)).to.deep.equal({ kind: 'NAME', label: 'carl' });
    expect(await label(later)).to.include({ kind: 'ANONYMOUS' });
  });

  it('D3-16 one mutation deletes, once it is confirmed; without nothing is appended', async () => {
    const { accountId, adam, carl } = project;
    for (const fields of [{}, { confirmed: false }, { phrase: 'DELETE' }]) {
      const answer = await appendingNothing(muster, adam.client, () =>
        asAdam('deleteUser', carl.userId, fields),
      );
      expect(answer.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
    }
    expect(await accessOf(adam.client, accountId, carl.userId)).to.include({ state: 'GRANTED' });
    const answer = await deleteUser(carl.userId);
    expect(typesOf(answer)).to.deep.equal(['UserDeleted']);
    expect(answer.message).to.equal('carl has been deleted.');
    const again = await appendingNothing(muster, adam.client, () => asAdam('deleteUser', carl.userId));
    expect(again.outcome).to.equal('UNCHANGED');
  });

  it('D3-17 an active user is deleted at once, without having been deactivated', async () => {
    const { accountId, carl } = project;
    expect(await membershipOf(project, carl.userId)).to.deep.equal({ status: 'ACTIVE' });
    const { events } = await deleteUser(carl.userId);
    expect(events).to.have.lengthOf(1);
    expect(events[0]?.data.from).to.equal('ACTIVE');
    const types = (await accountEvents(muster, accountId)).map(({ type }) => type);
    expect(types).to.include('UserDeleted').and.not.include('UserDeactivated');
  });

  it('D3-17 not where the policy wants them inactive first: the other reading, PP-6', async () => {
    await open({ deletionRequiresInactive: true });
    const { adam, carl } = project;
    const refused = await appendingNothing(muster, adam.client, () => asAdam('deleteUser', carl.userId));
    expect(refused.userErrors[0]).to.include({
      code: 'DELETE_REQUIRES_INACTIVE',
      useInstead: 'deactivateUser',
    });
    await deactivate(carl.userId);
    await deleteUser(carl.userId);
  });

  it('D3-31 the warning says that it is for good, and that deactivating keeps the way back', async () => {
    const { accountId, adam, carl } = project;
    const query = `query ($a: ID!, $u: ID!, $o: PreviewedOperation!) {
      offboardingPreview(accountId: $a, userId: $u, operation: $o) {
        irreversible alternative confirmation canCommit token } }`;
    const preview = async (o: string) =>
      (await adam.client.query(query, { a: accountId, u: carl.userId, o })).offboardingPreview;
    const warning = await appendingNothing(muster, adam.client, () => preview('DELETE'));
    const { token, ...said } = warning;
    expect(said).to.deep.equal({
      irreversible: true,
      alternative: 'DEACTIVATE',
      confirmation: 'FLAG',
      canCommit: true,
    });
    expect(await preview('DEACTIVATE')).to.include({ irreversible: false, alternative: null });
    applied(await asAdam('deleteUser', carl.userId, { previewToken: token }));
  });

  it('D3-31 warns before somebody inactive is deleted as well: staying so keeps the way back', async () => {
    const { accountId, adam, carl } = project;
    await deactivate(carl.userId);
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: DELETE) {
      irreversible alternative canCommit } }`;
    const { offboardingPreview } = await adam.client.query(query, { a: accountId, u: carl.userId });
    expect(offboardingPreview).to.deep.equal({
      irreversible: true,
      alternative: 'DEACTIVATE',
      canCommit: true,
    });
  });

  it('D3-34 several inactive users are deleted at once, confirmed', async () => {
    const { accountId, adam, carl, rita } = project;
    const users = [carl.userId, rita.userId, await project.add('Dora')];
    const selection = [{ accountId, users }];
    const { counts: off } = await adam.client.bulk('deactivateUsers', { selection, ...confirmed });
    expect(off).to.include({ applied: 3 });
    const unconfirmed = await appendingNothing(muster, adam.client, (client) =>
      client.bulk('deleteUsers', { selection }),
    );
    expect(unconfirmed.userErrors[0]).to.include({ code: 'CONFIRMATION_REQUIRED', confirmation: 'FLAG' });
    const head = await muster.core.store.head();
    const answer = await adam.client.bulk('deleteUsers', { selection, ...confirmed });
    expect(answer).to.include({ outcome: 'APPLIED', message: '3 of 3 users have been deleted.' });
    const written = (await eventsAfter(muster, head)).filter(
      ({ stream }) => stream === `account-${accountId}`,
    );
    expect(written.map(({ type, subjectId }) => [type, subjectId])).to.deep.equal(
      users.map((userId) => ['UserDeleted', userId]),
    );
    for (const { data } of written) expect(data.from).to.equal('INACTIVE');
    for (const userId of users)
      expect(await membershipOf(project, userId)).to.deep.equal({ status: 'DELETED' });
  });

  it('D3-36 removing is not offered, for one or many, active or not; deleteUser is named', async () => {
    const { accountId, adam, olga, carl, rita } = project;
    await deactivate(rita.userId);
    for (const { userId } of [carl, rita])
      for (const fields of [confirmed, {}]) {
        const answer = await appendingNothing(muster, adam.client, () =>
          asAdam('removeUser', userId, fields),
        );
        expect(answer.userErrors[0]).to.include({ code: 'OPERATION_NOT_OFFERED', useInstead: 'deleteUser' });
      }
    const selection = [{ accountId, users: [carl.userId, rita.userId] }];
    const many = await appendingNothing(muster, olga.client, (client) =>
      client.bulk('removeUsers', { selection, ...confirmed }),
    );
    expect(many.items.map(({ userErrors }) => userErrors[0]?.useInstead)).to.deep.equal(
      Array(2).fill('deleteUser'),
    );
    for (const { userId } of [carl, rita]) await deleteUser(userId);
  });

  it('D3-36 somebody only invited can be got rid of all the same: by revoking', async () => {
    const { userId } = await invite(project);
    const answer = await appendingNothing(muster, project.adam.client, () => asAdam('removeUser', userId));
    expect(codesOf(answer)).to.deep.equal(['OPERATION_NOT_OFFERED']);
    applied(await asAdam('revokeInvitation', userId, {}));
  });

  it('D3-37 no event on other projects: he is in them as before', async () => {
    const { accountId, carl } = project;
    const other = await accountWorld(muster, { preset: 'DOCUMENT360' });
    await joinAccount(other, carl.userId, { role: 'ADMIN', permissions: ['article-publish'] });
    const seen = async () => ({
      member: await membershipOf(
        other,
        carl.userId,
        'id status role permissions since attribution { label }',
      ),
      access: await accessOf(other.rita.client, other.accountId, carl.userId),
      log: await accountEvents(muster, other.accountId),
    });
    const before = await seen();
    const head = await muster.core.store.head();
    await deleteUser(carl.userId);
    const streams = (await eventsAfter(muster, head)).map(({ stream }) => stream);
    expect(streams).to.deep.equal([`account-${accountId}`]);
    expect(await seen()).to.deep.equal(before);
    expect(before.access).to.include({ state: 'GRANTED' });
    expect((await carl.client.query(whoAmI)).viewer).to.deep.equal({
      user: { id: carl.userId, name: 'carl' },
      accounts: { nodes: [{ id: other.accountId }] },
    });
    applied(await carl.client.mutate('createGroup', { accountId: other.accountId, name: 'Still here' }));
  });
});
