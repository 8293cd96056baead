import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { invite, tokenFor } from '../../../support/invitee.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const whoAmI = '{ viewer { user { id name email } accounts { nodes { id } } } }';

describe('SOFTWAREONE: the membership of a user who is removed', () => {
  let muster: TestMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    // A first sign-in is written down; from now on only what the tests do is.
    const { olga, adam, carl } = world;
    for (const { client } of [olga, adam, carl]) await client.query(whoAmI);
  });

  const removeCarl = async () => {
    const { accountId, adam, carl } = world;
    const input = { accountId, userId: carl.userId, confirmed: true };
    return applied(await adam.client.mutate('removeUser', input, 'membership { id }'));
  };
  const inGroup = async (groupId: string, fields: object = {}) => {
    const { accountId, adam, carl } = world;
    const input = { accountId, groupId, userId: carl.userId, ...fields };
    applied(await adam.client.mutate('addGroupMember', input));
  };
  const grant = async (permissions: readonly string[]) => {
    const { accountId, olga, carl } = world;
    applied(await olga.client.mutate('grantPermissions', { accountId, userId: carl.userId, permissions }));
  };
  /** Another account that carl is in too, in a group of its own. */
  const elsewhere = async (groupName = 'Elsewhere') => {
    const other = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    const groupId = await other.createGroup(groupName);
    await joinAccount(other, world.carl.userId, { groupIds: [groupId], permissions: ['app-store'] });
    return { other, groupId };
  };
  const seen = async (selection: string, of = world) => {
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) { ${selection} } }`;
    return (await of.olga.client.query(query, { a: of.accountId, u: world.carl.userId })).membership;
  };
  const membersOf = async (of: AccountWorld) => {
    const query =
      'query ($a: ID!) { account(id: $a) { groups { nodes { name members { nodes { userId } } } } } }';
    const { groups } = (await of.olga.client.query(query, { a: of.accountId })).account;
    return new Map<string, readonly string[]>(
      groups.nodes.map(({ name, members }: { name: string; members: { nodes: { userId: string }[] } }) => [
        name,
        members.nodes.map(({ userId }) => userId),
      ]),
    );
  };

  describe('is reviewed first', () => {
    const review = async () => {
      const { accountId, adam, carl } = world;
      const query = `query ($a: ID!, $u: ID!) { offboardingPreview(accountId: $a, userId: $u, operation: REMOVE) {
        token status role permissions groups { role group { name } } user { name } canCommit confirmation } }`;
      return (await adam.client.query(query, { a: accountId, u: carl.userId })).offboardingPreview;
    };

    it('SW-3 permissions and assigned groups are shown before anything is done', async () => {
      const [team, crew] = [await world.createGroup('Team'), await world.createGroup('Crew')];
      await world.createGroup('Not his');
      await elsewhere();
      await inGroup(team, { role: 'MAINTAINER' });
      await inGroup(crew);
      await grant(['billing', 'audit.read']);
      const shown = await appendingNothing(muster, world.adam.client, review);
      expect(shown.groups).to.have.deep.members([
        { role: 'MEMBER', group: { name: 'Everyone' } },
        { role: 'MAINTAINER', group: { name: 'Team' } },
        { role: 'MEMBER', group: { name: 'Crew' } },
      ]);
      expect(shown).to.deep.include({
        status: 'ACTIVE',
        role: 'CONTRIBUTOR',
        permissions: ['audit.read', 'billing'],
        user: { name: 'carl' },
        canCommit: true,
        confirmation: 'FLAG',
      });
    });

    it('SW-3 what was reviewed is what is removed: a change in between is noticed', async () => {
      const { accountId, adam, carl } = world;
      const remove = (previewToken: string) =>
        adam.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true, previewToken });
      const team = await world.createGroup('Team');
      for (const change of [
        () => inGroup(team),
        () => grant(['billing']),
        async () => {
          const input = { accountId, groupId: team, userId: carl.userId };
          applied(await adam.client.mutate('removeGroupMember', input));
        },
      ]) {
        const { token } = await review();
        await change();
        const answer = await appendingNothing(muster, adam.client, () => remove(token));
        expect(codesOf(answer)).to.deep.equal(['STALE_PREVIEW']);
      }
      applied(await remove((await review()).token));
    });
  });

  it('SW-4 ends; the person is not deleted from the system', async () => {
    const { accountId, olga, carl } = world;
    const person = 'query ($u: ID!) { user(id: $u) { id name email } }';
    const before = await olga.client.query(person, { u: carl.userId });
    const head = await muster.core.store.head();
    await removeCarl();
    await muster.processManagers.settled();
    const written = await eventsAfter(muster, head);
    expect(written[0]).to.include({ type: 'UserRemoved', stream: `account-${accountId}` });
    expect(
      written.slice(1).map(({ type }) => type),
      'the mail follows, nothing else',
    ).to.deep.equal(['MailRequested', 'MailSent']);
    expect(await olga.client.query(person, { u: carl.userId })).to.deep.equal(before);
    expect((await carl.client.query(whoAmI)).viewer.user, 'signs in as before').to.deep.equal(before.user);
    expect(await seen('status endedBy canReinstate')).to.deep.equal({
      status: 'REMOVED',
      endedBy: 'REMOVED',
      canReinstate: true,
    });
  });

  describe('goes on when the user is added again', () => {
    const addAgain = async (fields: object = {}) => {
      const { accountId, adam, carl } = world;
      const { email } = (await carl.client.query(whoAmI)).viewer.user;
      const input = { accountId, person: { email }, role: 'REVIEWER', ...fields };
      return adam.client.mutate('addUser', input, 'membership { id userId status role groups { name } }');
    };

    it('SW-5 as the same person, under the same membership', async () => {
      const { accountId, carl } = world;
      const before = await seen('id userId');
      await grant(['billing']);
      await removeCarl();
      const team = await world.createGroup('Team');
      const { events, membership } = applied(await addAgain({ groupIds: [team] }));
      expect(events.map(({ type }) => type)).to.deep.equal(['UserRejoined', 'GroupMemberAdded']);
      expect(membership).to.deep.equal({
        ...before,
        status: 'ACTIVE',
        role: 'REVIEWER',
        groups: [{ name: 'Team' }],
      });
      expect(await accessOf(carl.client, accountId, carl.userId)).to.deep.include({
        state: 'GRANTED',
        effectivePermissions: ['account.read', 'users.read'],
      });
    });

    it('SW-5 with one history, from the first day on', async () => {
      const { accountId, adam, carl } = world;
      await removeCarl();
      applied(await addAgain({ groupIds: [await world.createGroup('Team')] }));
      const query = `query ($a: ID!, $u: ID!) {
        auditLog(accountId: $a, filter: { subjectId: $u }) { nodes { type data } } }`;
      const { nodes } = (await adam.client.query(query, { a: accountId, u: carl.userId })).auditLog;
      const own = nodes.filter(({ data }: { data: object }) => 'membershipId' in data).reverse();
      expect(own.map(({ type }: { type: string }) => type)).to.deep.equal([
        'UserAdded',
        'UserRemoved',
        'UserRejoined',
      ]);
      const ids = own.map(({ data }: { data: { membershipId: string } }) => data.membershipId);
      expect(new Set(ids).size, 'of one membership').to.equal(1);
      const { memberships } = (
        await adam.client.query('query ($u: ID!) { user(id: $u) { memberships { totalCount } } }', {
          u: carl.userId,
        })
      ).user;
      expect(memberships.totalCount).to.equal(1);
    });

    it('SW-5 or invited again', async () => {
      const { accountId, carl } = world;
      const before = await seen('id');
      const { email } = (await carl.client.query(whoAmI)).viewer.user;
      await removeCarl();
      const fields = { person: { email }, groupIds: [await world.createGroup('Team')] };
      const { userId } = await invite(world, 'carl', fields);
      expect(userId, 'the same person').to.equal(carl.userId);
      expect(await seen('id status')).to.deep.equal({ ...before, status: 'INVITED' });
      const token = await tokenFor(world, userId);
      const accepted = applied(await carl.client.mutate('acceptInvitation', { token }));
      expect(typesOf(accepted)).to.deep.equal(['InvitationAccepted', 'GroupMemberAdded']);
      expect(await seen('id status groups { name }')).to.deep.equal({
        ...before,
        status: 'ACTIVE',
        groups: [{ name: 'Team' }],
      });
      expect(await accessOf(carl.client, accountId, userId)).to.include({ state: 'GRANTED' });
    });

    it('SW-5 or brought back with what he had', async () => {
      const { accountId, adam, carl } = world;
      const team = await world.createGroup('Team');
      await inGroup(team, { role: 'MAINTAINER' });
      await grant(['billing']);
      const before = await seen('id role permissions groups { name role }');
      await removeCarl();
      const parts = ['ROLE', 'PERMISSIONS', 'GROUPS'];
      const input = { accountId, userId: carl.userId, parts };
      expect(typesOf(applied(await adam.client.mutate('reinstateUser', input)))[0]).to.equal(
        'UserReinstated',
      );
      const after = await seen('id role permissions groups { name role }');
      expect(after).to.deep.equal(before);
    });

    it('SW-5 twice at the same time: he is added once', async () => {
      await removeCarl();
      const groupIds = [await world.createGroup('Team')];
      const answers = await Promise.all([1, 2, 3].map(() => addAgain({ groupIds })));
      expect(answers.map(({ outcome }) => outcome).sort()).to.deep.equal(['APPLIED', 'REJECTED', 'REJECTED']);
      expect(answers.flatMap(codesOf)).to.deep.equal(['ALREADY_MEMBER', 'ALREADY_MEMBER']);
    });
  });

  it('SW-6 ends in this account only; other accounts stay accessible', async () => {
    const { accountId, carl } = world;
    const { other } = await elsewhere();
    const plain = await accountWorld(muster);
    await joinAccount(plain, carl.userId);
    const others = async () =>
      Promise.all(
        [other, plain].map(async (of) => ({
          events: await accountEvents(muster, of.accountId),
          access: await accessOf(carl.client, of.accountId, carl.userId),
          membership: await seen('status role permissions groups { name }', of),
        })),
      );
    const before = await others();
    const head = await muster.core.store.head();
    await removeCarl();
    await muster.processManagers.settled();
    expect(await others()).to.deep.equal(before);
    expect(before.map(({ access }) => access.state)).to.deep.equal(['GRANTED', 'GRANTED']);
    const streams = (await eventsAfter(muster, head)).map(({ stream }) => stream);
    const ofOthers = streams.filter(
      (stream) => stream !== `account-${accountId}` && !stream.startsWith('effect-'),
    );
    expect(ofOthers, 'the account’s own stream, and that of the mail').to.deep.equal([]);
    const { nodes } = (await carl.client.query(whoAmI)).viewer.accounts;
    expect(nodes.map(({ id }: { id: string }) => id)).to.have.members([other.accountId, plain.accountId]);
  });

  it('SW-12 is out of all groups of that account, and of no other', async () => {
    const { accountId, carl, rita } = world;
    const parent = await world.createGroup('Team');
    const groups = [parent, await world.createGroup('Crew'), await world.createGroup('Inner', parent)];
    for (const [i, groupId] of groups.entries())
      await inGroup(groupId, i === 0 ? { role: 'MAINTAINER' } : {});
    const stays = { accountId, groupId: parent, userId: rita.userId };
    applied(await world.adam.client.mutate('addGroupMember', stays));
    // A group of the same name elsewhere is another group.
    const { other } = await elsewhere('Team');
    const before = await membersOf(other);
    expect([...(await membersOf(world)).values()].every((ids) => ids.includes(carl.userId))).to.equal(true);
    const { events } = await removeCarl();
    const after = await membersOf(world);
    expect([...after.keys()]).to.have.members(['Everyone', 'Team', 'Crew', 'Inner']);
    expect([...after.values()].flat()).not.to.include(carl.userId);
    expect(after.get('Team'), 'the others stay').to.deep.equal([rita.userId]);
    expect(await seen('groups { name }')).to.deep.equal({ groups: [] });
    expect(await membersOf(other)).to.deep.equal(before);
    expect(before.get('Team')).to.deep.equal([carl.userId]);
    expect(events[0]?.data.snapshot.groups, 'what he was in is kept with the event').to.have.lengthOf(4);
    const groupId = parent;
    const query = 'query ($a: ID!, $g: ID!) { account(id: $a) { users(groupId: $g) { nodes { userId } } } }';
    const { users } = (await rita.client.query(query, { a: accountId, g: groupId })).account;
    expect(users.nodes).to.deep.equal([{ userId: rita.userId }]);
  });
});
