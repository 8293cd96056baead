import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import type { GraphqlClient } from '../../../support/graphql-client.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const confirmed = { confirmed: true };
const lifecycle = ['deactivateUser', 'deleteUser', 'reactivateUser'] as const;

describe('DOCUMENT360: who may deactivate and delete whom', () => {
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
  };
  const act = (client: GraphqlClient, mutation: string, userId: string, fields: object = confirmed) =>
    client.mutate(mutation, { accountId: project.accountId, userId, ...fields });
  const addInactive = async (role: string) => {
    const userId = await project.add('Ina', { role });
    applied(await act(muster.root, 'deactivateUser', userId));
    return userId;
  };
  /** Somebody more, with a client of his own. */
  const addMember = async (name: string, fields: object) => {
    const email = `${name}.${project.accountId}@example.test`;
    const userId = await project.add(name, { person: { email, name }, ...fields });
    return { userId, client: await muster.client({ subject: email, email }) };
  };
  const outranked = async (client: GraphqlClient, mutation: string, userId: string, fields?: object) => {
    const answer = await appendingNothing(muster, client, () => act(client, mutation, userId, fields));
    expect(answer.userErrors[0], mutation).to.include({
      code: 'TARGET_OUTRANKS_ACTOR',
      field: 'input.userId',
    });
  };

  it('D3-11 Contributors, Reviewers and readers may do none of it, not even to each other', async () => {
    const { carl, rita } = project;
    const reader = await addMember('reader', { kind: 'READER', role: 'REVIEWER' });
    const target = await project.add('Tom', { role: 'REVIEWER' });
    const inactive = await addInactive('REVIEWER');
    for (const { client } of [carl, rita, reader])
      for (const mutation of lifecycle) {
        const userId = mutation === 'reactivateUser' ? inactive : target;
        const answer = await appendingNothing(muster, client, () => act(client, mutation, userId));
        expect(answer.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
      }
  });

  it('D3-11 nor in bulk', async () => {
    const { accountId, carl, rita } = project;
    const selection = [{ accountId, users: [rita.userId] }];
    for (const mutation of ['deactivateUsers', 'deleteUsers', 'reactivateUsers']) {
      const answer = await appendingNothing(muster, carl.client, (client) =>
        client.bulk(mutation, { selection, ...confirmed }),
      );
      expect(answer.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'bulk.run' });
    }
  });

  for (const name of ['olga', 'adam'] as const)
    it(`D3-11 ${name === 'olga' ? 'an Owner' : 'an Admin'} may do all of it`, async () => {
      const { carl } = project;
      const { client } = project[name];
      for (const mutation of ['deactivateUser', 'reactivateUser', 'deleteUser'])
        applied(await act(client, mutation, carl.userId));
    });

  it('D3-12 Admins do not deactivate, delete or edit Owners, the last one or not', async () => {
    const { accountId, adam, olga } = project;
    const second = await project.add('Oda', { role: 'OWNER' });
    const inactive = await addInactive('OWNER');
    for (const userId of [olga.userId, second]) {
      await outranked(adam.client, 'deactivateUser', userId);
      await outranked(adam.client, 'deleteUser', userId);
      await outranked(adam.client, 'changeRole', userId, { role: 'ADMIN' });
      await outranked(adam.client, 'grantPermissions', userId, { permissions: ['article-publish'] });
      await outranked(adam.client, 'freezeUser', userId, {});
    }
    for (const mutation of ['deleteUser', 'reactivateUser']) await outranked(adam.client, mutation, inactive);
    const answer = await adam.client.bulk('deactivateUsers', {
      selection: [{ accountId, users: [second] }],
      ...confirmed,
    });
    expect(answer.items[0]?.userErrors[0]?.code).to.equal('TARGET_OUTRANKS_ACTOR');
    for (const userId of [olga.userId, second])
      expect(await membershipOf(project, userId, 'status role permissions')).to.deep.equal({
        status: 'ACTIVE',
        role: 'OWNER',
        permissions: [],
      });
  });

  it('D3-12 nor do they become one first', async () => {
    const { adam } = project;
    const answer = await appendingNothing(muster, adam.client, (client) =>
      act(client, 'changeRole', adam.userId, { role: 'OWNER' }),
    );
    expect(answer.userErrors[0]?.code).to.equal('ROLE_NOT_GRANTABLE');
  });

  for (const mutation of ['deactivateUser', 'deleteUser'] as const) {
    it(`D3-13 the FAQ: Admins ${mutation} Contributors and Reviewers, and no other Admin`, async () => {
      const { adam, carl, rita, olga } = project;
      const second = await project.add('Ada', { role: 'ADMIN' });
      await outranked(adam.client, mutation, second);
      for (const { userId } of [carl, rita]) applied(await act(adam.client, mutation, userId));
      expect(await membershipOf(project, second)).to.deep.equal({ status: 'ACTIVE' });
      applied(await act(olga.client, mutation, second));
    });

    it(`D3-13 the note: Admins ${mutation} all other roles, other Admins too, never Owners`, async () => {
      await open({ adminManagesAdmins: true });
      const { adam, carl, rita, olga } = project;
      const second = await project.add('Ada', { role: 'ADMIN' });
      await outranked(adam.client, mutation, olga.userId);
      for (const userId of [second, carl.userId, rita.userId])
        applied(await act(adam.client, mutation, userId));
    });
  }

  it('D3-13 the preview tells the Admin the same, under both', async () => {
    const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: DELETE) {
      canCommit blockers { code } } }`;
    for (const adminManagesAdmins of [false, true]) {
      await open({ adminManagesAdmins });
      const u = await project.add('Ada', { role: 'ADMIN' });
      const { offboardingPreview } = await project.adam.client.query(query, { a: project.accountId, u });
      expect(offboardingPreview).to.deep.equal({
        canCommit: adminManagesAdmins,
        blockers: adminManagesAdmins ? [] : [{ code: 'TARGET_OUTRANKS_ACTOR' }],
      });
    }
  });

  for (const [mutation, event] of [
    ['deactivateUser', 'UserDeactivated'],
    ['deleteUser', 'UserDeleted'],
  ] as const)
    it(`D3-14 Owners ${mutation} Admins, Contributors and Reviewers`, async () => {
      const { accountId, olga, adam, carl, rita } = project;
      for (const { userId } of [adam, carl, rita]) {
        const answer = applied(await act(olga.client, mutation, userId));
        expect(typesOf(answer)).to.deep.equal([event]);
        expect(await accessOf(olga.client, accountId, userId)).to.include({ state: 'NONE' });
      }
    });

  it('D3-26 the roles are Owner, Admin, Contributor, Reviewer, each with its own rights', async () => {
    const { __type } = await project.olga.client.query('{ __type(name: "Role") { enumValues { name } } }');
    expect(__type.enumValues.map(({ name }: { name: string }) => name)).to.have.members([
      'OWNER',
      'ADMIN',
      'CONTRIBUTOR',
      'REVIEWER',
    ]);
    const { accountId, olga, adam, carl, rita } = project;
    const may = async (client: GraphqlClient) => {
      const query = 'query ($a: ID!) { account(id: $a) { viewerPermissions } }';
      return (await client.query(query, { a: accountId })).account.viewerPermissions as readonly string[];
    };
    expect(await may(carl.client)).to.deep.equal(['account.read', 'users.read']);
    expect(await may(rita.client)).to.deep.equal(await may(carl.client));
    const admin = await may(adam.client);
    expect(admin).to.include.members([
      'users.manage',
      'users.invite',
      'users.edit',
      'bulk.run',
      'audit.read',
    ]);
    expect(admin).not.to.include('policy.write');
    expect(await may(olga.client)).to.include.members([...admin, 'policy.write', 'seats.write']);
  });

  it('D3-26 each can be given and changed; any other word is refused', async () => {
    const { accountId, olga, carl } = project;
    for (const role of ['OWNER', 'ADMIN', 'REVIEWER', 'CONTRIBUTOR']) {
      applied(await act(olga.client, 'changeRole', carl.userId, { role }));
      expect(await membershipOf(project, carl.userId, 'role')).to.deep.equal({ role });
    }
    const document = 'mutation ($input: ChangeRoleInput!) { changeRole(input: $input) { outcome } }';
    const input = { accountId, userId: carl.userId, role: 'EDITOR' };
    expect((await olga.client.send(document, { input })).errors?.[0]?.extensions.code).to.equal(
      'BAD_USER_INPUT',
    );
  });

  it('D3-28 the permission to manage users suffices, in place of a role', async () => {
    const { accountId, olga, carl, rita } = project;
    const permissions = ['users.manage'];
    applied(await act(olga.client, 'grantPermissions', carl.userId, { permissions }));
    for (const mutation of ['deactivateUser', 'reactivateUser'])
      applied(await act(carl.client, mutation, rita.userId));
    applied(await act(carl.client, 'deleteUser', rita.userId));
    expect(await accessOf(olga.client, accountId, rita.userId)).to.include({ reason: 'DELETED' });
  });

  it('D3-28 it lifts nobody’s rank, and ends when it is taken away', async () => {
    const { olga, adam, carl, rita } = project;
    const permissions = ['users.manage'];
    applied(await act(olga.client, 'grantPermissions', carl.userId, { permissions }));
    for (const { userId } of [olga, adam]) await outranked(carl.client, 'deactivateUser', userId);
    applied(await act(olga.client, 'revokePermissions', carl.userId, { permissions }));
    const refused = await appendingNothing(muster, carl.client, (client) =>
      act(client, 'deactivateUser', rita.userId),
    );
    expect(refused.userErrors[0]).to.include({ code: 'PERMISSION_DENIED', permission: 'users.manage' });
  });

  for (const mutation of ['deactivateUser', 'deleteUser'] as const) {
    it(`D3-30 one reading: an Owner may ${mutation} another one who is not the last`, async () => {
      const { olga, carl } = project;
      const second = await addMember('Oda', { role: 'OWNER' });
      applied(await act(olga.client, mutation, second.userId));
      const last = await appendingNothing(muster, muster.root, (client) =>
        act(client, mutation, olga.userId),
      );
      expect(last.userErrors[0]?.code).to.equal('LAST_OWNER');
      expect(await membershipOf(project, carl.userId)).to.deep.equal({ status: 'ACTIVE' });
    });

    it(`D3-30 the other reading: not under ownerManagesOwners false, but all the others`, async () => {
      const { accountId, olga, adam } = project;
      const second = await addMember('Oda', { role: 'OWNER' });
      applied(await olga.client.mutate('changePolicy', { accountId, policy: { ownerManagesOwners: false } }));
      await outranked(olga.client, mutation, second.userId);
      await outranked(second.client, mutation, olga.userId);
      applied(await act(olga.client, mutation, adam.userId));
      applied(await olga.client.mutate('changePolicy', { accountId, policy: { ownerManagesOwners: true } }));
      applied(await act(olga.client, mutation, second.userId));
    });
  }
});
