import { expect } from 'chai';
import { type AccountWorld, accountWorld, applied } from '../../../support/account-world.js';
import { type ClockedMuster, DAY_MS, startClockedMuster } from '../../../support/clocked-muster.js';
import { invite, tokenFor } from '../../../support/invitee.js';
import { eventsAfter } from '../../../support/logged-events.js';

interface Entry {
  readonly id: string;
  readonly type: string;
  readonly position: string;
  readonly occurredAt: string;
  readonly actor: { readonly id: string };
  readonly subject: { readonly id: string } | null;
  readonly reason: { readonly code: string } | null;
  readonly data: unknown;
}

describe('SOFTWAREONE: the audit trail', () => {
  let muster: ClockedMuster;
  let world: AccountWorld;
  before(async () => {
    muster = await startClockedMuster();
  });
  after(() => muster.close());
  beforeEach(async () => {
    world = await accountWorld(muster, { preset: 'SOFTWAREONE' });
  });

  const trail = async (filter: object | null = null): Promise<readonly Entry[]> => {
    const query = `query ($a: ID!, $f: AuditLogFilter, $after: String) {
      auditLog(accountId: $a, filter: $f, first: 7, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id type position occurredAt actor { id } subject { id } reason { code } data } } }`;
    const entries: Entry[] = [];
    let after: string | null = null;
    do {
      const { auditLog } = await world.adam.client.query(query, { a: world.accountId, f: filter, after });
      entries.push(...auditLog.nodes);
      after = auditLog.pageInfo.hasNextPage ? auditLog.pageInfo.endCursor : null;
    } while (after !== null);
    return entries;
  };

  /** Ivy is invited, forgotten, invited again, comes in, moves around, is blocked, removed, and comes back. */
  const live = async () => {
    const { accountId, adam, olga } = world;
    const as = async (client: typeof adam.client, mutation: string, fields: object) => {
      muster.clock.nowMs += 60_000;
      return applied(await client.mutate(mutation, { accountId, ...fields }));
    };
    const groupId = await world.createGroup('Team');
    const ivy = await invite(world, 'ivy', { groupIds: [groupId] });
    const { userId } = ivy;
    await muster.pass(8 * DAY_MS);
    await as(adam.client, 'resendInvitation', { userId });
    applied(await ivy.client.mutate('acceptInvitation', { token: await tokenFor(world, userId) }));
    await as(olga.client, 'changeRole', { userId, role: 'ADMIN' });
    await as(olga.client, 'grantPermissions', { userId, permissions: ['billing'] });
    await as(adam.client, 'freezeUser', { userId });
    await as(adam.client, 'unfreezeUser', { userId });
    const reason = { code: 'left-company', ticket: 'HR-17' };
    await as(adam.client, 'removeUser', { userId, confirmed: true, reason });
    await as(adam.client, 'reinstateUser', { userId });
    await muster.processManagers.settled();
    return userId;
  };

  it('SW-18 is the full history: every event there is, typed, and not the last one only', async () => {
    const head = await muster.core.store.head();
    const userId = await live();
    const stored = (await eventsAfter(muster, head)).filter((event) => event.accountId === world.accountId);
    const shown = (await trail()).filter(({ position }) => Number(position) > head);
    expect(shown.map(({ id }) => id)).to.deep.equal(stored.map(({ eventId }) => eventId).reverse());
    expect(shown.map(({ type }) => type)).to.deep.equal(stored.map(({ type }) => type).reverse());
    expect(shown.map(({ data }) => data)).to.deep.equal(stored.map(({ data }) => data).reverse());
    const ofMembership = shown
      .filter(({ subject, type }) => subject?.id === userId && !type.startsWith('Mail'))
      .map(({ type }) => type)
      .reverse();
    expect(ofMembership).to.deep.equal([
      'UserInvited',
      'InvitationExpired',
      'InvitationResent',
      'InvitationLinkCopied',
      'InvitationAccepted',
      'GroupMemberAdded',
      'RoleChanged',
      'PermissionsGranted',
      'UserFrozen',
      'UserUnfrozen',
      'UserRemoved',
      'UserReinstated',
      'GroupMemberAdded',
    ]);
  });

  it('SW-18 reaches back to the first day, each entry with who, when and why', async () => {
    const userId = await live();
    const entries = await trail();
    expect(entries.at(-1)?.type).to.equal('AccountOpened');
    const removed = entries.find(({ type }) => type === 'UserRemoved');
    expect(removed).to.deep.nested.include({
      'actor.id': world.adam.userId,
      'subject.id': userId,
      'reason.code': 'left-company',
    });
    const times = entries.map(({ occurredAt }) => occurredAt);
    expect(new Set(times).size, 'not one moment for all').to.be.greaterThan(8);
    const positions = entries.map(({ position }) => Number(position));
    expect(positions, 'newest first').to.deep.equal([...positions].sort((a, b) => b - a));
  });

  it('SW-18 only grows: what was there stays as it was', async () => {
    const userId = await live();
    const before = await trail();
    const { accountId, adam } = world;
    applied(await adam.client.mutate('removeUser', { accountId, userId, confirmed: true }));
    await muster.processManagers.settled();
    const after = await trail();
    expect(after.length).to.be.greaterThan(before.length);
    expect(after.slice(after.length - before.length)).to.deep.equal(before);
    const removals = await trail({ types: ['UserRemoved'], subjectId: userId });
    expect(removals, 'both removals').to.have.lengthOf(2);
  });
});
