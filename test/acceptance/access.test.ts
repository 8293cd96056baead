import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../support/account-world.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../support/clocked-muster.js';
import type { GraphqlClient } from '../support/graphql-client.js';
import { invite } from '../support/invitee.js';

const unknownId = 'f0f0f0f0-0000-4000-8000-00000000000f';
const HOUR_MS = 3_600_000;
const confirmed = { confirmed: true };

const query = `query ($a: ID!, $u: ID!, $p: Position) { access(accountId: $a, userId: $u, minPosition: $p) {
  state reason mayStartSession until effectivePermissions position } }`;

describe('access', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());

  beforeEach(async () => {
    world = await accountWorld(muster, {
      policy: {
        selfRemoval: 'UNLESS_LAST_OWNER',
        deletionRequiresInactive: false,
        confirmation: { delete: { single: 'FLAG' } },
      },
    });
  });

  const ask = async (client: GraphqlClient, userId: string, position: string | null = null) =>
    (await client.query(query, { a: world.accountId, u: userId, p: position })).access;
  const asOlga = (mutation: string, userId: string, fields: object = {}) =>
    world.olga.client.mutate(mutation, { accountId: world.accountId, userId, ...fields });
  const none = (reason: string) => ({
    state: 'NONE',
    reason,
    mayStartSession: false,
    until: null,
    effectivePermissions: [],
  });
  it('is GRANTED to an active member, with all he may do, words of the portals too', async () => {
    applied(await asOlga('grantPermissions', world.carl.userId, { permissions: ['app-store'] }));
    const { position, ...access } = await ask(world.rita.client, world.carl.userId);
    expect(access).to.deep.equal({
      state: 'GRANTED',
      reason: 'ACTIVE',
      mayStartSession: true,
      until: null,
      effectivePermissions: ['account.read', 'app-store', 'users.read'],
    });
    expect(Number(position)).to.be.greaterThan(0);
  });

  it('D3-1, PP-2 is gone at the position of the deactivation', async () => {
    const { userId } = world.carl;
    const { position } = applied(await asOlga('deactivateUser', userId, confirmed));
    const access = await ask(world.rita.client, userId, position);
    expect(access).to.deep.include(none('DEACTIVATED'));
    expect(Number(access.position)).to.be.at.least(Number(position));
  });

  it('is FROZEN while the membership is, and comes back', async () => {
    const { userId } = world.carl;
    applied(await asOlga('freezeUser', userId));
    expect(await ask(world.rita.client, userId)).to.deep.include({
      state: 'FROZEN',
      reason: 'FROZEN',
      mayStartSession: false,
      effectivePermissions: [],
    });
    applied(await asOlga('unfreezeUser', userId));
    expect(await ask(world.rita.client, userId)).to.deep.include({ state: 'GRANTED' });
  });

  const endings: readonly (readonly [string, (userId: string, own: GraphqlClient) => Promise<unknown>])[] = [
    ['REMOVED', (userId) => asOlga('removeUser', userId, confirmed)],
    ['DELETED', (userId) => asOlga('deleteUser', userId, confirmed)],
    ['LEFT', (_, own) => own.mutate('leaveAccount', { accountId: world.accountId, ...confirmed })],
  ];
  for (const [reason, end] of endings)
    it(`is NONE, and the reason ${reason}, after that; also to the person himself`, async () => {
      const { userId, client } = world.carl;
      await end(userId, client);
      expect(await ask(world.rita.client, userId)).to.deep.include(none(reason));
      expect(await ask(client, userId)).to.deep.include(none(reason));
    });

  it('is NONE for somebody invited, until the link has run out, and after that was revoked', async () => {
    const { userId } = await invite(world);
    expect(await ask(world.rita.client, userId)).to.deep.include(none('INVITED'));
    muster.clock.nowMs += 7 * DAY_MS;
    expect(await ask(world.rita.client, userId)).to.deep.include(none('INVITATION_EXPIRED'));
    applied(await asOlga('revokeInvitation', userId));
    expect(await ask(world.rita.client, userId)).to.deep.include(none('REVOKED'));
  });

  describe('D3-23 of a single sign-on member who is deactivated', () => {
    const deactivated = async (maximumSeconds: number | null) => {
      const policy = { ssoCutoffOnDeactivate: 'AT_SESSION_END', ssoCutoffMaximumSeconds: maximumSeconds };
      world = await accountWorld(muster, { policy });
      const userId = await world.add('Sasha', { kind: 'SSO' });
      applied(await asOlga('deactivateUser', userId, confirmed));
      return userId;
    };

    it('lasts UNTIL_SESSION_END; no new session may start', async () => {
      const userId = await deactivated(null);
      expect(await ask(world.rita.client, userId)).to.deep.include({
        state: 'UNTIL_SESSION_END',
        reason: 'DEACTIVATED',
        mayStartSession: false,
        until: null,
        effectivePermissions: [],
      });
      applied(await asOlga('terminateSession', userId));
      expect(await ask(world.rita.client, userId)).to.deep.include(none('DEACTIVATED'));
    });

    it('ends at the maximum by the clock alone, half-open', async () => {
      const userId = await deactivated(3_600);
      const until = new Date(muster.clock.nowMs + HOUR_MS).toISOString();
      muster.clock.nowMs += HOUR_MS - 1;
      expect(await ask(world.rita.client, userId)).to.deep.include({ state: 'UNTIL_SESSION_END', until });
      muster.clock.nowMs += 1;
      expect(await ask(world.rita.client, userId)).to.deep.include(none('DEACTIVATED'));
    });
  });

  describe('is told', () => {
    it('to the person himself, to members with users.read, and to operators', async () => {
      const { userId, client } = world.carl;
      for (const asker of [client, world.rita.client, muster.root])
        expect(await ask(asker, userId)).to.include({ state: 'GRANTED', reason: 'ACTIVE' });
    });

    it('to nobody else: a member looks like a stranger, and the account like none', async () => {
      const known = { a: world.accountId, u: world.carl.userId, p: null };
      const nobody = await muster.client({ subject: 'nobody-at-all' });
      const unknown = [
        { ...known, u: unknownId },
        { ...known, a: unknownId },
      ];
      for (const asker of [world.stranger, nobody]) {
        for (const asked of [known, ...unknown]) {
          const { position, ...access } = (await asker.query(query, asked)).access;
          expect(access).to.deep.equal(none('NOT_A_MEMBER'));
          expect(Number(position)).to.be.greaterThan(0);
        }
      }
    });

    it('no longer to somebody who is out himself', async () => {
      applied(await asOlga('deactivateUser', world.adam.userId, confirmed));
      expect(await ask(world.adam.client, world.carl.userId)).to.deep.include(none('NOT_A_MEMBER'));
    });

    it('of another account only as far as that one is visible', async () => {
      const elsewhere = await accountWorld(muster);
      expect(await ask(elsewhere.olga.client, world.carl.userId)).to.deep.include(none('NOT_A_MEMBER'));
      expect(await ask(world.olga.client, elsewhere.carl.userId)).to.deep.include(none('NOT_A_MEMBER'));
    });
  });

  it('waits for minPosition, and says PROJECTION_LAGGING for one that is not there', async () => {
    const { errors } = await world.rita.client.send(query, {
      a: world.accountId,
      u: world.carl.userId,
      p: '9007199254740991',
    });
    expect(errors?.[0]?.extensions.code).to.equal('PROJECTION_LAGGING');
  });
});
