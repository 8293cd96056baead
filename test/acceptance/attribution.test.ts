import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { tokenFor } from '../support/invitee.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';
const PSEUDONYM = /^Member [0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/;

const query = `query ($a: ID!, $u: ID!) {
  attribution(accountId: $a, userId: $u) { kind label }
  user(id: $u) { name email }
  membership(accountId: $a, userId: $u) { attribution { kind label } user { name email } }
}`;

describe('attribution', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());

  const open = async (attributionAfterDelete: string) => {
    world = await accountWorld(muster, {
      policy: {
        attributionAfterDelete,
        deletionRequiresInactive: false,
        confirmation: { delete: { single: 'FLAG' } },
      },
    });
  };
  const deleteCarl = async () => {
    const { accountId, olga, carl } = world;
    const answer = await olga.client.mutate('deleteUser', {
      accountId,
      userId: carl.userId,
      confirmed: true,
    });
    return applied(answer);
  };
  const seenBy = ({ query: send }: GraphqlClient) =>
    send(query, { a: world.accountId, u: world.carl.userId });
  const found = (search: string) => foundOf(search, ['ACTIVE', 'DELETED']);
  const foundOf = async (search: string, status: readonly string[]) => {
    const { accountId, rita } = world;
    const document = `query ($a: ID!, $s: String, $status: [MembershipStatus!]) {
      account(id: $a) { users(search: $s, status: $status) { totalCount nodes { userId } } }
      memberships(search: $s, status: $status) { totalCount nodes { userId } } }`;
    const variables = { a: accountId, s: search, status };
    const { account, memberships } = await rita.client.query(document, variables);
    expect(account.users).to.deep.equal(memberships);
    return memberships.totalCount as number;
  };

  it('D3-2 is the name of everybody who was not deleted, removed or not', async () => {
    await open('ANONYMOUS');
    const { accountId, olga, carl, rita } = world;
    const named = { kind: 'NAME', label: 'carl' };
    expect((await seenBy(rita.client)).attribution).to.deep.equal(named);
    applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true }));
    const { attribution, membership } = await seenBy(rita.client);
    expect(attribution).to.deep.equal(named);
    expect(membership).to.deep.include({ attribution: named });
  });

  it('D3-10 stays the name after a delete under KEEP_NAME', async () => {
    await open('KEEP_NAME');
    await deleteCarl();
    const { attribution, membership, user } = await seenBy(world.rita.client);
    expect(attribution).to.deep.equal({ kind: 'NAME', label: 'carl' });
    expect(membership.attribution).to.deep.equal(attribution);
    expect(user.name).to.equal('carl');
    expect(await found('carl')).to.equal(1);
  });

  it('D3-10 is one and the same made-up name after a delete under PSEUDONYM', async () => {
    await open('PSEUDONYM');
    await deleteCarl();
    const { attribution, membership } = await seenBy(world.rita.client);
    expect(attribution.kind).to.equal('PSEUDONYM');
    expect(attribution.label).to.match(PSEUDONYM);
    expect(membership.attribution).to.deep.equal(attribution);
    expect((await seenBy(world.olga.client)).attribution).to.deep.equal(attribution);
  });

  it('D3-10 is the same for all after a delete under ANONYMOUS', async () => {
    await open('ANONYMOUS');
    await deleteCarl();
    const { attribution } = await seenBy(world.rita.client);
    expect(attribution).to.deep.equal({ kind: 'ANONYMOUS', label: 'Former member' });
  });

  it('holds what the policy was at the delete, whatever it is later', async () => {
    await open('ANONYMOUS');
    await deleteCarl();
    const { accountId, olga, rita } = world;
    applied(
      await olga.client.mutate('changePolicy', {
        accountId,
        policy: { attributionAfterDelete: 'KEEP_NAME' },
      }),
    );
    const { attribution, user } = await seenBy(rita.client);
    expect(attribution.kind).to.equal('ANONYMOUS');
    expect(user).to.deep.equal({ name: null, email: null });
  });

  for (const kind of ['PSEUDONYM', 'ANONYMOUS'])
    describe(`cannot be walked around after a delete under ${kind}`, () => {
      beforeEach(() => open(kind));

      it('by asking for the person: name and address are null to those who share nothing else', async () => {
        const { message } = await deleteCarl();
        expect(message).not.to.include('carl');
        const nameless = { name: null, email: null };
        const { user, membership } = await seenBy(world.rita.client);
        expect(user).to.deep.equal(nameless);
        expect(membership.user).to.deep.equal(nameless);
      });

      it('by searching for name or address, here or over all accounts', async () => {
        const email = (await seenBy(world.rita.client)).user.email as string;
        expect(await found('carl')).to.equal(1);
        await deleteCarl();
        for (const search of ['carl', 'ca', email]) expect(await found(search)).to.equal(0);
      });

      it('by the audit log: entries of before and after carry the label', async () => {
        await deleteCarl();
        const { accountId, adam } = world;
        const document = `query ($a: ID!, $f: AuditLogFilter) {
          auditLog(accountId: $a, filter: $f) { nodes { type subjectLabel subject { name email } } } }`;
        const f = { subjectId: world.carl.userId };
        const { auditLog } = await adam.client.query(document, { a: accountId, f });
        const { label } = (await seenBy(adam.client)).attribution;
        const subject = { name: null, email: null };
        expect(auditLog.nodes).to.deep.equal([
          { type: 'UserDeleted', subjectLabel: label, subject },
          { type: 'UserAdded', subjectLabel: label, subject },
        ]);
      });

      it('by taking the list into a spreadsheet', async () => {
        await deleteCarl();
        const document = `query ($a: ID!) { account(id: $a) { users(status: [DELETED]) { csv } } }`;
        const { account } = await world.rita.client.query(document, { a: world.accountId });
        expect(account.users.csv).to.include(world.carl.userId).and.not.include('carl');
      });

      it('but the name shows to the person himself, and to who shares another account with him', async () => {
        const elsewhere = await accountWorld(muster);
        const { accountId } = elsewhere;
        const { email } = (await seenBy(world.rita.client)).user;
        applied(await muster.root.mutate('addUser', { accountId, person: { email }, role: 'REVIEWER' }));
        await deleteCarl();
        expect((await seenBy(world.carl.client)).user.name).to.equal('carl');
        expect((await seenBy(muster.root)).user.name).to.equal('carl');
        expect((await seenBy(elsewhere.rita.client)).user.name).to.equal('carl');
        expect((await seenBy(world.rita.client)).user.name).to.equal(null);
      });

      it('by asking the person in again: by id nobody is found, by address the name stays away', async () => {
        const { accountId, adam, rita, carl } = world;
        const { email } = (await seenBy(rita.client)).user;
        await deleteCarl();
        for (const mutation of ['inviteUser', 'addUser']) {
          const input = { accountId, person: { userId: carl.userId }, role: 'REVIEWER' };
          const byId = await adam.client.mutate(mutation, input);
          expect(byId.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
          const dry = await adam.client.mutate(mutation, { ...input, dryRun: true });
          expect(dry.userErrors.map(({ code }) => code)).to.deep.equal(['NOT_FOUND']);
        }
        const nameless = { name: null, email: null };
        const { membership, message } = applied(
          await adam.client.mutate(
            'inviteUser',
            { accountId, person: { email }, role: 'REVIEWER' },
            'membership { user { name email } }',
          ),
        );
        expect(membership.user).to.deep.equal(nameless);
        expect(message).not.to.include('carl');
        expect((await seenBy(rita.client)).user).to.deep.equal(nameless);
        expect(await foundOf('carl', ['INVITED', 'DELETED'])).to.equal(0);

        applied(await adam.client.mutate('revokeInvitation', { accountId, userId: carl.userId }));
        for (const { client } of [adam, rita]) expect((await seenBy(client)).user).to.deep.equal(nameless);
        expect(await foundOf('carl', ['REMOVED', 'DELETED'])).to.equal(0);
      });

      it('and comes back when an invitation is accepted, also after the person has left again', async () => {
        const { accountId, olga, rita, carl } = world;
        const { email } = (await seenBy(rita.client)).user;
        await deleteCarl();
        const input = { accountId, person: { email }, role: 'REVIEWER' };
        applied(await olga.client.mutate('inviteUser', input));
        applied(await carl.client.mutate('acceptInvitation', { token: await tokenFor(world, carl.userId) }));
        expect((await seenBy(rita.client)).user.name).to.equal('carl');
        expect(await foundOf('carl', ['ACTIVE'])).to.equal(1);
        applied(await olga.client.mutate('removeUser', { accountId, userId: carl.userId, confirmed: true }));
        muster.clock.nowMs += 60_000;
        applied(await olga.client.mutate('inviteUser', input));
        expect((await seenBy(rita.client)).user.name).to.equal('carl');
        expect(await foundOf('carl', ['INVITED'])).to.equal(1);
      });

      it('and comes back when the person does', async () => {
        const { email } = (await seenBy(world.rita.client)).user;
        await deleteCarl();
        const { accountId } = world;
        applied(await muster.root.mutate('addUser', { accountId, person: { email }, role: 'REVIEWER' }));
        const { user, attribution } = await seenBy(world.rita.client);
        expect(user.name).to.equal('carl');
        expect(attribution).to.deep.equal({ kind: 'NAME', label: 'carl' });
      });
    });

  it('is null for strangers, for who was never a member, and for what does not exist', async () => {
    await open('PSEUDONYM');
    const document = 'query ($a: ID!, $u: ID!) { attribution(accountId: $a, userId: $u) { label } }';
    const ask = async ({ query: send }: GraphqlClient, a: string, u: string) =>
      (await send(document, { a, u })).attribution;
    const { accountId, carl, rita, stranger } = world;
    expect(await ask(stranger, accountId, carl.userId)).to.equal(null);
    expect(await ask(stranger, unknownId, carl.userId)).to.equal(null);
    expect(await ask(rita.client, accountId, muster.rootUserId)).to.equal(null);
    expect(await ask(rita.client, accountId, unknownId)).to.equal(null);
  });

  it('names a person in the audit log where nothing was deleted', async () => {
    await open('PSEUDONYM');
    const document = 'query ($a: ID!) { auditLog(accountId: $a) { nodes { type subjectLabel } } }';
    const { auditLog } = await world.adam.client.query(document, { a: world.accountId });
    expect(auditLog.nodes.at(-1)).to.deep.equal({ type: 'AccountOpened', subjectLabel: null });
    expect(auditLog.nodes.at(-2)).to.deep.equal({ type: 'UserAdded', subjectLabel: 'olga' });
  });
});
