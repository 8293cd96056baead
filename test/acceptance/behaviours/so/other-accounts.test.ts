import { expect } from 'chai';
import { accessOf } from '../../../support/access-of.js';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { codesOf } from '../../../support/answers.js';
import { appendingNothing } from '../../../support/appending-nothing.js';
import { joinAccount } from '../../../support/join-account.js';
import { accountEvents, eventsAfter } from '../../../support/logged-events.js';
import { startMuster, type TestMuster } from '../../../support/start-muster.js';

const whoAmI = '{ viewer { subject user { id name email } accounts { nodes { id } } } }';

describe('SUPEROFFICE: a person removed from one partner', () => {
  let muster: TestMuster;
  let partner: AccountWorld;
  before(async () => {
    muster = await startMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    partner = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    // A first sign-in is written down; from now on only what the tests do is.
    const { olga, adam, carl } = partner;
    for (const { client } of [olga, adam, carl]) await client.query(whoAmI);
  });

  const removeCarl = async () => {
    const { accountId, adam, carl } = partner;
    const input = { accountId, userId: carl.userId, confirmed: true };
    return applied(await adam.client.mutate('removeUser', input));
  };
  /** A customer's installation: an account of its own, with other rules. */
  const tenantOf = async (userId: string, permissions: readonly string[] = []) => {
    const tenant = await accountWorld(muster);
    await joinAccount(tenant, userId, { permissions });
    return tenant;
  };
  const accountIdsOf = ({ viewer }: { viewer: { accounts: { nodes: readonly { id: string }[] } } }) =>
    viewer.accounts.nodes.map(({ id }) => id);

  it('SO-3 is disconnected from it, and goes on being the same person', async () => {
    const { accountId, olga, carl } = partner;
    const person = 'query ($u: ID!) { user(id: $u) { id name email } }';
    const before = (await olga.client.query(person, { u: carl.userId })).user;
    const head = await muster.core.store.head();
    await removeCarl();
    const written = await eventsAfter(muster, head);
    expect(written.map(({ type, stream }) => [type, stream])).to.deep.equal([
      ['UserRemoved', `account-${accountId}`],
    ]);
    expect((await olga.client.query(person, { u: carl.userId })).user).to.deep.equal(before);
    expect(before).to.include({ id: carl.userId, name: 'carl' });
    const member = `query ($a: ID!, $u: ID!) { membership(accountId: $a, userId: $u) {
      status endedBy canReinstate user { name } } }`;
    expect(
      (await olga.client.query(member, { a: accountId, u: carl.userId })).membership,
      'not deleted: there is a way back',
    ).to.deep.equal({ status: 'REMOVED', endedBy: 'REMOVED', canReinstate: true, user: { name: 'carl' } });
  });

  it('SO-4 signs in as before, and enters the tenants as before', async () => {
    const { carl, accountId } = partner;
    const tenants = [await tenantOf(carl.userId), await tenantOf(carl.userId, ['crm'])];
    const read = 'query ($a: ID!) { account(id: $a) { name users { totalCount } } }';
    const inTenants = () =>
      Promise.all(
        tenants.map(async (tenant) => ({
          access: await accessOf(carl.client, tenant.accountId, carl.userId),
          seen: await carl.client.query(read, { a: tenant.accountId }),
          events: await accountEvents(muster, tenant.accountId),
        })),
      );
    const before = { viewer: (await carl.client.query(whoAmI)).viewer, tenants: await inTenants() };
    const head = await muster.core.store.head();
    await removeCarl();
    const after = { viewer: (await carl.client.query(whoAmI)).viewer, tenants: await inTenants() };
    expect(after.viewer.user).to.deep.equal(before.viewer.user);
    expect(after.viewer.subject).to.equal(before.viewer.subject);
    expect(after.tenants).to.deep.equal(before.tenants);
    expect(after.tenants.map(({ access }) => access.state)).to.deep.equal(['GRANTED', 'GRANTED']);
    const streams = (await eventsAfter(muster, head)).map(({ stream }) => stream);
    expect(streams, 'no event on any other stream').to.deep.equal([`account-${accountId}`]);
  });

  it('SO-4 can sign in anew, with another token of the same sign-in', async () => {
    const { carl } = partner;
    const { subject, user } = (await carl.client.query(whoAmI)).viewer;
    await removeCarl();
    const anew = await muster.client({ subject });
    expect((await anew.query(whoAmI)).viewer.user).to.deep.equal(user);
  });

  it('SO-5 goes on working in the other partners with what they granted', async () => {
    const { accountId, adam, carl } = partner;
    applied(
      await adam.client.mutate('grantPermissions', {
        accountId,
        userId: carl.userId,
        permissions: ['users.edit', 'app-store'],
      }),
    );
    const second = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    await joinAccount(second, carl.userId, { permissions: ['users.manage', 'configuration'] });
    const third = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    await joinAccount(third, carl.userId, { role: 'ADMIN' });
    const elsewhere = async () => [
      await accessOf(carl.client, second.accountId, carl.userId),
      await accessOf(carl.client, third.accountId, carl.userId),
    ];
    const before = await elsewhere();
    await removeCarl();
    const after = await elsewhere();
    expect(after).to.deep.equal(before);
    expect(after[0]?.effectivePermissions).to.deep.equal([
      'account.read',
      'configuration',
      'users.manage',
      'users.read',
    ]);
    const { accountId: secondId, rita } = second;
    applied(
      await carl.client.mutate('removeUser', { accountId: secondId, userId: rita.userId, confirmed: true }),
    );
    const group = { accountId: third.accountId, name: 'Made by Carl' };
    applied(await carl.client.mutate('createGroup', group));
    expect(await accessOf(carl.client, accountId, carl.userId)).to.deep.include({
      state: 'NONE',
      effectivePermissions: [],
    });
  });

  it('SO-6 who has no partner left opens the portal no more, but signs in and enters tenants', async () => {
    const { accountId, carl } = partner;
    const tenant = await tenantOf(carl.userId);
    const { position } = await removeCarl();
    expect(await accessOf(carl.client, accountId, carl.userId)).to.deep.equal({
      state: 'NONE',
      reason: 'REMOVED',
      mayStartSession: false,
      until: null,
      effectivePermissions: [],
    });
    expect(await accessOf(carl.client, tenant.accountId, carl.userId)).to.include({
      state: 'GRANTED',
      mayStartSession: true,
    });
    const seen = await carl.client.query(whoAmI);
    expect(seen.viewer.user.id).to.equal(carl.userId);
    expect(accountIdsOf(seen)).to.deep.equal([tenant.accountId]);
    const portal = await carl.client.query(
      'query ($a: ID!, $p: Position) { account(id: $a, minPosition: $p) { id } }',
      { a: accountId, p: position },
    );
    expect(portal).to.deep.equal({ account: null });
    const refused = await appendingNothing(muster, carl.client, (client) =>
      client.mutate('createGroup', { accountId, name: 'Still here?' }),
    );
    expect(codesOf(refused)).to.deep.equal(['NOT_FOUND']);
  });

  it('SO-6 one partner left is enough to open it', async () => {
    const { carl } = partner;
    const second = await accountWorld(muster, { preset: 'SUPEROFFICE' });
    await joinAccount(second, carl.userId);
    await removeCarl();
    expect(accountIdsOf(await carl.client.query(whoAmI))).to.deep.equal([second.accountId]);
  });

  describe('SO-22', () => {
    const seats = 'query ($a: ID!) { account(id: $a) { policyVersion seats { planSeats addOnSeats } } }';

    it('SO-22 is not deleted by it, nor is the plan changed', async () => {
      const { accountId, olga, carl } = partner;
      const plan = { accountId, planSeats: 10, addOnSeats: 2 };
      applied(await olga.client.mutate('changeSeatPlan', plan));
      const before = await olga.client.query(seats, { a: accountId });
      expect(before.account.seats).to.deep.equal({ planSeats: 10, addOnSeats: 2 });
      const head = await muster.core.store.head();
      await removeCarl();
      expect((await eventsAfter(muster, head)).map(({ type }) => type)).to.deep.equal(['UserRemoved']);
      expect(await olga.client.query(seats, { a: accountId })).to.deep.equal(before);
      const person = { userId: carl.userId };
      const back = await olga.client.mutate('addUser', { accountId, person, role: 'CONTRIBUTOR' });
      expect(
        applied(back).events.map(({ type }) => type),
        'the same membership',
      ).to.deep.equal(['UserRejoined']);
    });

    it('SO-22 deleting is another task, and not offered here', async () => {
      const { accountId, olga, carl } = partner;
      for (const mutation of ['deleteUser', 'deactivateUser']) {
        const answer = await appendingNothing(muster, olga.client, (client) =>
          client.mutate(mutation, { accountId, userId: carl.userId, confirmed: true }),
        );
        expect(answer.userErrors[0], mutation).to.include({
          code: 'OPERATION_NOT_OFFERED',
          useInstead: 'removeUser',
        });
      }
    });

    it('SO-22 changing the plan is another task: it touches nobody', async () => {
      const { accountId, olga } = partner;
      const people = `query ($a: ID!) { account(id: $a) { users { nodes { userId status permissions } } } }`;
      const before = await olga.client.query(people, { a: accountId });
      const answer = await olga.client.mutate('changeSeatPlan', { accountId, planSeats: 50, addOnSeats: 0 });
      expect(applied(answer).events.map(({ type }) => type)).to.deep.equal(['SeatPlanChanged']);
      expect(await olga.client.query(people, { a: accountId })).to.deep.equal(before);
    });
  });
});
