import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf, typesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../../../support/clocked-muster.js';
import type { GraphqlClient } from '../../../support/graphql-client.js';
import { type Invitee, invite, tokenFor } from '../../../support/invitee.js';
import { accountEvents } from '../../../support/logged-events.js';

describe('SOFTWAREONE: invitations', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  let team: string;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster, { preset: 'SOFTWAREONE' });
    team = await world.createGroup('Team');
  });

  const inviteIvy = (name = 'ivy') => invite(world, name, { groupIds: [team] });
  const asAdam = (mutation: string, userId: string, fields: object = {}, selection = '') =>
    world.adam.client.mutate(mutation, { accountId: world.accountId, userId, ...fields }, selection);
  const accept = (client: GraphqlClient, token: string) => client.mutate('acceptInvitation', { token });
  const seen = async (userId: string) => {
    const query = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status endedBy invitation { status expiresAt } groups { name } } }`;
    return (await world.adam.client.query(query, { a: world.accountId, u: userId })).membership;
  };
  /** The tokens of three links to the same person, the oldest first; only the last one counts. */
  const threeLinks = async ({ userId }: Invitee) => {
    const tokens = [await tokenFor(world, userId)];
    for (let i = 0; i < 2; i += 1) {
      await muster.pass(60_000);
      applied(await asAdam('resendInvitation', userId));
      tokens.push(await tokenFor(world, userId));
    }
    expect(new Set(tokens).size).to.equal(3);
    return tokens;
  };

  describe('of somebody who is removed', () => {
    it('SW-8 every link is dead: the first, each one re-sent, and every copy', async () => {
      const ivy = await inviteIvy();
      const tokens = await threeLinks(ivy);
      applied(await asAdam('removeUser', ivy.userId, { confirmed: true }));
      for (const [i, token] of tokens.entries()) {
        const answer = await appendingNothing(muster, ivy.client, (client) => accept(client, token));
        expect(codesOf(answer)).to.deep.equal([i === 2 ? 'INVITATION_ENDED' : 'INVITATION_SUPERSEDED']);
      }
      const copied = await appendingNothing(muster, world.adam.client, () =>
        asAdam('copyInvitationLink', ivy.userId, {}, 'link'),
      );
      expect(copied.userErrors[0]?.code).to.equal('INVITATION_ENDED');
      expect(copied.link, 'and no new copy is to be had').to.equal(null);
      const resent = await appendingNothing(muster, world.adam.client, () =>
        asAdam('resendInvitation', ivy.userId),
      );
      expect(codesOf(resent)).to.deep.equal(['INVITATION_ENDED']);
      expect(await seen(ivy.userId)).to.deep.include({ status: 'REMOVED', endedBy: 'REMOVED', groups: [] });
      expect(await accessOf(ivy.client, world.accountId, ivy.userId)).to.include({ state: 'NONE' });
    });

    it('SW-8 it stays dead when he is invited anew: only the new link counts', async () => {
      const ivy = await inviteIvy();
      const old = await threeLinks(ivy);
      applied(await asAdam('removeUser', ivy.userId, { confirmed: true }));
      await muster.pass(60_000);
      expect((await inviteIvy()).userId).to.equal(ivy.userId);
      for (const token of old) {
        const answer = await appendingNothing(muster, ivy.client, (client) => accept(client, token));
        expect(answer.outcome).to.equal('REJECTED');
      }
      applied(await accept(ivy.client, await tokenFor(world, ivy.userId)));
      expect(await seen(ivy.userId)).to.deep.include({ status: 'ACTIVE', groups: [{ name: 'Team' }] });
    });

    it('SW-8 accepting and removing at the same time: he is out, whoever was first', async () => {
      for (let i = 0; i < 5; i += 1) {
        const ivy = await inviteIvy(`ivy${i}`);
        const token = await tokenFor(world, ivy.userId);
        const steps = [
          () => accept(ivy.client, token),
          () => asAdam('removeUser', ivy.userId, { confirmed: true }),
        ];
        const [first, second] = await Promise.all(
          (i % 2 === 0 ? steps : [...steps].reverse()).map((go) => go()),
        );
        const [accepted, removed] = i % 2 === 0 ? [first, second] : [second, first];
        expect(removed?.outcome).to.equal('APPLIED');
        const events = (await accountEvents(muster, world.accountId)).filter(
          ({ subjectId }) => subjectId === ivy.userId,
        );
        expect(events.at(-1)?.type).to.equal('UserRemoved');
        expect(events.some(({ type }) => type === 'InvitationAccepted')).to.equal(
          accepted?.outcome === 'APPLIED',
        );
        expect(await accessOf(ivy.client, world.accountId, ivy.userId)).to.include({ state: 'NONE' });
      }
    });

    it('SW-19 it is a removal like any other: dialog, event, message, all groups promised are off', async () => {
      const ivy = await inviteIvy();
      const unconfirmed = await appendingNothing(muster, world.adam.client, () =>
        asAdam('removeUser', ivy.userId),
      );
      expect(codesOf(unconfirmed)).to.deep.equal(['CONFIRMATION_REQUIRED']);
      const denied = await appendingNothing(muster, world.carl.client, (carl) =>
        carl.mutate('removeUser', { accountId: world.accountId, userId: ivy.userId, confirmed: true }),
      );
      expect(codesOf(denied)).to.deep.equal(['PERMISSION_DENIED']);
      const answer = applied(await asAdam('removeUser', ivy.userId, { confirmed: true }));
      expect(typesOf(answer)).to.deep.equal(['UserRemoved']);
      expect(answer.events[0]?.data).to.include({ from: 'INVITED', notify: true });
      expect(answer.message).to.equal(`${ivy.email} has been removed.`);
      expect((await seen(ivy.userId)).invitation).to.include({ status: 'REMOVED' });
    });

    it('SW-19 an expired one too', async () => {
      const ivy = await inviteIvy();
      const token = await tokenFor(world, ivy.userId);
      await muster.pass(7 * DAY_MS);
      const answer = applied(await asAdam('removeUser', ivy.userId, { confirmed: true }));
      expect(typesOf(answer)).to.deep.equal(['UserRemoved']);
      expect(answer.events[0]?.data).to.include({ from: 'INVITATION_EXPIRED' });
      expect((await accept(ivy.client, token)).outcome).to.equal('REJECTED');
    });
  });

  it('SW-14 the states a user can have: each is there, is shown, and can be asked for', async () => {
    // Disabling and deleting are not offered by the preset itself.
    world = await accountWorld(muster, {
      preset: 'SOFTWAREONE',
      policy: { operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'], deletionRequiresInactive: false },
    });
    team = await world.createGroup('Team');
    const { accountId, adam } = world;
    const expired = await inviteIvy('erna');
    await muster.pass(7 * DAY_MS);
    const people: Readonly<Record<string, string>> = {
      INVITED: (await inviteIvy('ivy')).userId,
      INVITATION_EXPIRED: expired.userId,
      ACTIVE: await world.add('Aki'),
      FROZEN: await world.add('Blo'),
      INACTIVE: await world.add('Dis'),
      REMOVED: await world.add('Rem'),
      DELETED: await world.add('Del'),
    };
    const acts: Readonly<Record<string, string>> = {
      FROZEN: 'freezeUser',
      INACTIVE: 'deactivateUser',
      REMOVED: 'removeUser',
      DELETED: 'deleteUser',
    };
    for (const [status, mutation] of Object.entries(acts)) {
      const confirmed = mutation === 'freezeUser' ? {} : { confirmed: true };
      applied(await asAdam(mutation, people[status] ?? '', confirmed));
    }
    const { __type } = await adam.client.query(
      '{ __type(name: "MembershipStatus") { enumValues { name } } }',
    );
    expect(__type.enumValues.map(({ name }: { name: string }) => name)).to.have.members(Object.keys(people));
    const query = `query ($a: ID!, $s: [MembershipStatus!]) { account(id: $a) {
      users(status: $s, first: 200) { nodes { userId status } } } }`;
    for (const [status, userId] of Object.entries(people)) {
      const { nodes } = (await adam.client.query(query, { a: accountId, s: [status] })).account.users;
      expect(nodes).to.deep.include({ userId, status });
      if (status !== 'ACTIVE') expect(nodes, status).to.have.lengthOf(1);
      const { state, mayStartSession } = await accessOf(adam.client, accountId, userId);
      expect(mayStartSession, status).to.equal(status === 'ACTIVE');
      expect(state, status).to.equal({ ACTIVE: 'GRANTED', FROZEN: 'FROZEN' }[status] ?? 'NONE');
    }
  });

  describe('live seven days', () => {
    const promised = async (userId: string) => {
      const at = (await seen(userId)).invitation.expiresAt;
      return Date.parse(at) - muster.clock.nowMs;
    };

    it('SW-15 to the millisecond: then they are expired, and the log says when', async () => {
      const [ivy, ada] = [await inviteIvy('ivy'), await inviteIvy('ada')];
      expect(await promised(ivy.userId)).to.equal(7 * DAY_MS);
      const tokens = [await tokenFor(world, ivy.userId), await tokenFor(world, ada.userId)] as const;
      const expiresAt = new Date(muster.clock.nowMs + 7 * DAY_MS).toISOString();
      await muster.pass(7 * DAY_MS - 1);
      expect(typesOf(applied(await accept(ada.client, tokens[1])))).to.deep.equal([
        'InvitationAccepted',
        'GroupMemberAdded',
      ]);
      expect(await seen(ivy.userId)).to.deep.include({ status: 'INVITED' });
      await muster.pass(1);
      expect(await seen(ivy.userId)).to.deep.include({ status: 'INVITATION_EXPIRED' });
      const answer = await appendingNothing(muster, ivy.client, (client) => accept(client, tokens[0]));
      expect(answer.userErrors[0]).to.include({
        code: 'INVITATION_EXPIRED',
        message: 'This invitation has expired; ask for a new link.',
      });
      const expirations = (await accountEvents(muster, world.accountId)).filter(
        ({ type }) => type === 'InvitationExpired',
      );
      expect(expirations.map(({ subjectId, occurredAt }) => [subjectId, occurredAt])).to.deep.equal([
        [ivy.userId, expiresAt],
      ]);
    });

    it('SW-15 also when nobody has noticed yet: the clock decides, not the log', async () => {
      const ivy = await inviteIvy();
      const token = await tokenFor(world, ivy.userId);
      muster.clock.nowMs += 7 * DAY_MS;
      expect(codesOf(await accept(ivy.client, token))).to.deep.equal(['INVITATION_EXPIRED']);
    });

    it('SW-15 a copy is the link itself, and who was shown it is written down', async () => {
      const ivy = await inviteIvy();
      const [first, second] = [
        applied(await asAdam('copyInvitationLink', ivy.userId, {}, 'link')),
        applied(await asAdam('copyInvitationLink', ivy.userId, {}, 'link')),
      ];
      expect(first.link).to.match(/^https?:\/\/.+token=.+/);
      expect(second.link).to.equal(first.link);
      const last = (await accountEvents(muster, world.accountId)).at(-1);
      expect(last).to.deep.nested.include({
        type: 'InvitationLinkCopied',
        subjectId: ivy.userId,
        'actor.id': world.adam.userId,
      });
      expect(JSON.stringify(last), 'the link itself is in no event').not.to.include(
        await tokenFor(world, ivy.userId),
      );
      const denied = await appendingNothing(muster, world.carl.client, (carl) =>
        carl.mutate('copyInvitationLink', { accountId: world.accountId, userId: ivy.userId }, 'link'),
      );
      expect(denied).to.include({ outcome: 'REJECTED', link: null });
    });

    it('SW-15 a re-sent one has a full term of its own, and the older ones are dead', async () => {
      const ivy = await inviteIvy();
      const old = await tokenFor(world, ivy.userId);
      await muster.pass(6 * DAY_MS);
      expect(typesOf(applied(await asAdam('resendInvitation', ivy.userId)))).to.deep.equal([
        'InvitationResent',
      ]);
      expect(await promised(ivy.userId)).to.equal(7 * DAY_MS);
      await muster.pass(6 * DAY_MS);
      const superseded = await appendingNothing(muster, ivy.client, (client) => accept(client, old));
      expect(codesOf(superseded)).to.deep.equal(['INVITATION_SUPERSEDED']);
      applied(await accept(ivy.client, await tokenFor(world, ivy.userId)));
    });

    it('SW-15 an expired one is sent again, and lives seven days more', async () => {
      const ivy = await inviteIvy();
      await muster.pass(30 * DAY_MS);
      applied(await asAdam('resendInvitation', ivy.userId));
      expect(await seen(ivy.userId)).to.deep.include({ status: 'INVITED' });
      const token = await tokenFor(world, ivy.userId);
      await muster.pass(7 * DAY_MS - 1);
      applied(await accept(ivy.client, token));
    });

    it('SW-15 accepting brings in with what was promised, once, and only the one who was invited', async () => {
      const ivy = await invite(world, 'ivy', { groupIds: [team], role: 'ADMIN', permissions: ['billing'] });
      const token = await tokenFor(world, ivy.userId);
      for (const client of [world.stranger, world.carl.client]) {
        const answer = await appendingNothing(muster, client, (other) => accept(other, token));
        expect(codesOf(answer)).to.deep.equal(['INVITATION_FOR_ANOTHER_ADDRESS']);
      }
      const answer = applied(await accept(ivy.client, token));
      expect(answer.events[0]?.data).to.deep.include({ role: 'ADMIN', permissions: ['billing'] });
      expect(await seen(ivy.userId)).to.deep.include({ status: 'ACTIVE', groups: [{ name: 'Team' }] });
      const again = await appendingNothing(muster, ivy.client, (client) => accept(client, token));
      expect(again.outcome).to.equal('UNCHANGED');
    });

    it('SW-15 accepted five times at once it is accepted once', async () => {
      const ivy = await inviteIvy();
      const token = await tokenFor(world, ivy.userId);
      const answers = await Promise.all(Array.from({ length: 5 }, () => accept(ivy.client, token)));
      expect(answers.filter(({ outcome }) => outcome === 'APPLIED')).to.have.lengthOf(1);
      expect(answers.filter(({ outcome }) => outcome === 'UNCHANGED')).to.have.lengthOf(4);
    });

    it('SW-15 declining ends it: the link is dead, and a new one can be asked for', async () => {
      const ivy = await inviteIvy();
      const token = await tokenFor(world, ivy.userId);
      const declined = applied(await ivy.client.mutate('declineInvitation', { token }));
      expect(typesOf(declined)).to.deep.equal(['InvitationDeclined']);
      expect(await seen(ivy.userId)).to.deep.include({ status: 'REMOVED', endedBy: 'DECLINED' });
      const late = await appendingNothing(muster, ivy.client, (client) => accept(client, token));
      expect(codesOf(late)).to.deep.equal(['INVITATION_ENDED']);
      await muster.pass(60_000);
      expect((await inviteIvy()).userId).to.equal(ivy.userId);
      applied(await accept(ivy.client, await tokenFor(world, ivy.userId)));
      expect(await accessOf(ivy.client, world.accountId, ivy.userId)).to.include({ state: 'GRANTED' });
    });
  });

  describe('and adding', () => {
    const ways = ['addUser', 'inviteUser'] as const;
    const come = (mutation: string, fields: object) =>
      appendingNothing(muster, world.adam.client, (adam) =>
        adam.mutate(mutation, { accountId: world.accountId, role: 'CONTRIBUTOR', ...fields }),
      );

    it('SW-16 somebody already in is refused, with a message', async () => {
      const { carl } = world;
      const { email } = (await carl.client.query('{ viewer { user { email } } }')).viewer.user;
      for (const mutation of ways) {
        const answer = await come(mutation, { person: { email }, groupIds: [team] });
        expect(answer.userErrors, mutation).to.have.lengthOf(1);
        expect(answer.userErrors[0], mutation).to.include({
          code: 'ALREADY_MEMBER',
          message: 'This user is already a member of the account.',
        });
      }
    });

    it('SW-16 somebody already invited is refused, and so is one who is blocked', async () => {
      const ivy = await inviteIvy();
      applied(await asAdam('freezeUser', world.carl.userId));
      const { email } = (await world.carl.client.query('{ viewer { user { email } } }')).viewer.user;
      for (const mutation of ways) {
        const invited = await come(mutation, { person: { email: ivy.email }, groupIds: [team] });
        expect(codesOf(invited), mutation).to.deep.equal(['ALREADY_INVITED']);
        const blocked = await come(mutation, { person: { email }, groupIds: [team] });
        expect(codesOf(blocked), mutation).to.deep.equal(['ALREADY_MEMBER']);
      }
    });

    it('SW-16 at least one group is chosen, and it is one of the account', async () => {
      const elsewhere = await accountWorld(muster, { preset: 'SOFTWAREONE' });
      const foreign = await elsewhere.createGroup('Foreign');
      for (const mutation of ways) {
        const person = { email: `${mutation}@example.test`.toLowerCase(), name: 'New' };
        for (const none of [{}, { groupIds: [] }, { groupIds: null }]) {
          const answer = await come(mutation, { person, ...none });
          expect(answer.userErrors[0], mutation).to.include({
            code: 'GROUP_REQUIRED',
            field: 'input.groupIds',
          });
        }
        const wrong = await come(mutation, { person, groupIds: [foreign] });
        expect(wrong.userErrors[0], mutation).to.include({ code: 'NOT_FOUND', field: 'input.groupIds' });
        const right = { accountId: world.accountId, role: 'CONTRIBUTOR', person, groupIds: [team] };
        applied(await world.adam.client.mutate(mutation, right));
      }
    });
  });
});
