import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied, type TestMember } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import type { GraphqlClient } from '../../../support/graphql-client.js';
import { accountEvents } from '../../../support/logged-events.js';
import { addMachine } from '../../../support/machine.js';
import { membershipOf } from '../../../support/membership-of.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const confirmed = { confirmed: true };

describe('DOCUMENT360: the last Owner', () => {
  let muster: TestMuster;
  let machine: TestMember;
  let project: AccountWorld;
  before(async () => {
    muster = await startMuster();
    machine = await addMachine(muster, 'directory');
  });
  after(() => muster.close());
  beforeEach(async () => {
    project = await accountWorld(muster, { preset: 'DOCUMENT360' });
  });

  const act = (client: GraphqlClient, mutation: string, userId: string, fields: object = confirmed) =>
    client.mutate(mutation, { accountId: project.accountId, userId, ...fields });
  const leave = (client: GraphqlClient) =>
    client.mutate('leaveAccount', { accountId: project.accountId, ...confirmed });
  const addOwner = async (name: string): Promise<TestMember> => {
    const email = `${name}.${project.accountId}@example.test`;
    const userId = await project.add(name, { person: { email, name }, role: 'OWNER' });
    return { userId, client: await muster.client({ subject: email, email }) };
  };
  const activeOwners = async (): Promise<readonly string[]> => {
    const query = `query ($a: ID!) { account(id: $a) { users(role: [OWNER], status: [ACTIVE], first: 200) {
      nodes { userId } } } }`;
    const { account } = await muster.root.query(query, { a: project.accountId });
    return account.users.nodes.map(({ userId }: { userId: string }) => userId);
  };
  /** Counts them along the log itself, after every single event. */
  const fewestOwnersInLog = async (): Promise<number> => {
    const owners = new Set<string>();
    let fewest = Number.POSITIVE_INFINITY;
    for (const { type, data } of await accountEvents(muster, project.accountId)) {
      if (type === 'UserAdded' && data.role === 'OWNER') owners.add(data.userId);
      if (type === 'RoleChanged' && data.to === 'OWNER') owners.add(data.userId);
      if (type === 'RoleChanged' && data.to !== 'OWNER') owners.delete(data.userId);
      if (['UserDeleted', 'UserDeactivated', 'UserLeft', 'UserFrozen'].includes(type))
        owners.delete(data.userId);
      if (owners.size > 0 || fewest < Number.POSITIVE_INFINITY) fewest = Math.min(fewest, owners.size);
    }
    return fewest;
  };

  it('D3-15, D3-29 is not deleted or deactivated by anyone: not by himself, a supplier or a machine', async () => {
    const { userId } = project.olga;
    for (const client of [project.olga.client, muster.root])
      for (const mutation of ['deleteUser', 'deactivateUser']) {
        const answer = await appendingNothing(muster, client, () => act(client, mutation, userId));
        expect(codesOf(answer), mutation).to.deep.equal(['LAST_OWNER']);
      }
    for (const [client, code] of [
      [project.adam.client, 'TARGET_OUTRANKS_ACTOR'],
      [machine.client, 'TARGET_OUTRANKS_ACTOR'],
      [project.carl.client, 'PERMISSION_DENIED'],
    ] as const)
      for (const mutation of ['deleteUser', 'deactivateUser']) {
        const answer = await appendingNothing(muster, client, () => act(client, mutation, userId));
        expect(codesOf(answer)).to.deep.equal([code]);
      }
    const { accountId, olga, adam } = project;
    applied(await olga.client.mutate('changePolicy', { accountId, policy: { rankGuard: false } }));
    expect(codesOf(await act(adam.client, 'deleteUser', userId)), 'rank or not').to.deep.equal([
      'LAST_OWNER',
    ]);
    expect(await activeOwners()).to.deep.equal([userId]);
  });

  it('D3-15 is not lost another way either: demoted, frozen, gone, ended in bulk, everywhere or by schedule', async () => {
    const { accountId, olga } = project;
    const { userId, client } = olga;
    const refusedFor = async (attempt: () => Promise<{ userErrors: readonly { code: string }[] }>) =>
      (await appendingNothing(muster, client, attempt)).userErrors.map(({ code }) => code);
    expect(await refusedFor(() => act(client, 'changeRole', userId, { role: 'ADMIN' }))).to.deep.equal([
      'LAST_OWNER',
    ]);
    expect(await refusedFor(() => leave(client))).to.deep.equal(['LAST_OWNER']);
    expect(await refusedFor(() => act(muster.root, 'freezeUser', userId, {}))).to.deep.equal(['LAST_OWNER']);
    for (const mutation of ['deleteUsers', 'deactivateUsers']) {
      const selection = [{ accountId, users: [userId] }];
      const { items } = await appendingNothing(muster, client, () =>
        client.bulk(mutation, { selection, ...confirmed }),
      );
      expect(items[0]?.userErrors[0]?.code, mutation).to.equal('LAST_OWNER');
    }
    await muster.root.bulk('endEverywhere', { userId, operation: 'DELETE', ...confirmed });
    expect(await activeOwners()).to.deep.equal([userId]);
  });

  it('D3-15 an inactive Owner does not count; deleting him is allowed', async () => {
    const { olga } = project;
    const second = await addOwner('oda');
    applied(await act(olga.client, 'deactivateUser', second.userId));
    const answer = await appendingNothing(muster, olga.client, (client) =>
      act(client, 'deleteUser', olga.userId),
    );
    expect(codesOf(answer)).to.deep.equal(['LAST_OWNER']);
    applied(await act(olga.client, 'deleteUser', second.userId));
    expect(await fewestOwnersInLog()).to.equal(1);
  });

  for (const mutation of ['deleteUser', 'deactivateUser'])
    it(`D3-15 two Owners who ${mutation} each other at the same time: one of them stays`, async () => {
      const { olga } = project;
      const second = await addOwner('oda');
      const answers = await Promise.all([
        act(olga.client, mutation, second.userId),
        act(second.client, mutation, olga.userId),
      ]);
      expect(answers.filter(({ outcome }) => outcome === 'APPLIED')).to.have.lengthOf(1);
      expect(await activeOwners()).to.have.lengthOf(1);
      expect(await fewestOwnersInLog()).to.equal(1);
    });

  it('D3-15 five Owners, forty requests in parallel, every way there is: one stays', async () => {
    const { accountId, olga } = project;
    const owners: TestMember[] = [olga];
    for (const name of ['oda', 'otto', 'ove', 'ora']) owners.push(await addOwner(name));
    const attempts = owners.flatMap((actor, index) => {
      const other = owners[(index + 1) % owners.length] ?? olga;
      const third = owners[(index + 2) % owners.length] ?? olga;
      return [
        () => act(actor.client, 'deleteUser', other.userId),
        () => act(actor.client, 'deactivateUser', third.userId),
        () => act(actor.client, 'deleteUser', actor.userId),
        () => act(actor.client, 'changeRole', other.userId, { role: 'REVIEWER' }),
        () => act(muster.root, 'deleteUser', other.userId),
        () => act(muster.root, 'freezeUser', third.userId, {}),
        () => leave(actor.client),
        () =>
          muster.root.bulk('deactivateUsers', {
            selection: [{ accountId, users: [actor.userId, other.userId] }],
            ...confirmed,
          }),
      ];
    });
    expect(attempts).to.have.lengthOf(40);
    const answers = await Promise.all(attempts.map((attempt) => attempt()));
    expect(answers.filter(({ outcome }) => outcome === 'APPLIED').length).to.be.at.least(4);
    expect(await activeOwners()).to.have.lengthOf(1);
    expect(await fewestOwnersInLog(), 'at no moment of it').to.equal(1);
  });

  for (const [mutation, event] of [
    ['deactivateUser', 'UserDeactivated'],
    ['deleteUser', 'UserDeleted'],
  ] as const)
    it(`D3-29 with two Owners one may ${mutation} himself; then the other is the last`, async () => {
      const { accountId, olga } = project;
      const second = await addOwner('oda');
      const answer = applied(await act(second.client, mutation, second.userId));
      expect(typesOf(answer)).to.deep.equal([event]);
      expect(await accessOf(olga.client, accountId, second.userId)).to.include({ state: 'NONE' });
      const last = await appendingNothing(muster, olga.client, (client) =>
        act(client, mutation, olga.userId),
      );
      expect(last.userErrors[0]).to.include({ code: 'LAST_OWNER', useInstead: 'changeRole' });
      applied(await act(olga.client, 'changeRole', project.adam.userId, { role: 'OWNER' }));
      applied(await act(olga.client, mutation, olga.userId));
      expect(await activeOwners()).to.deep.equal([project.adam.userId]);
    });

  it('D3-29 leaving counts as ending oneself: with two Owners it passes, alone it does not', async () => {
    const { olga } = project;
    const second = await addOwner('oda');
    expect(typesOf(applied(await leave(second.client)))).to.deep.equal(['UserLeft']);
    expect(codesOf(await leave(olga.client))).to.deep.equal(['LAST_OWNER']);
    expect(await membershipOf(project, second.userId, 'status endedBy')).to.deep.equal({
      status: 'REMOVED',
      endedBy: 'LEFT',
    });
  });

  it('D3-29, SW-7 the other reading: where the policy forbids it, nobody ends himself', async () => {
    const policy = { selfRemoval: 'FORBIDDEN' };
    project = await accountWorld(muster, { preset: 'DOCUMENT360', policy });
    const second = await addOwner('oda');
    for (const mutation of ['deactivateUser', 'deleteUser']) {
      const answer = await appendingNothing(muster, second.client, (client) =>
        act(client, mutation, second.userId),
      );
      expect(codesOf(answer)).to.deep.equal(['SELF_REMOVAL_FORBIDDEN']);
    }
    expect(codesOf(await leave(second.client))).to.deep.equal(['SELF_REMOVAL_FORBIDDEN']);
  });
});
