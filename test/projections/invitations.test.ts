import { expect } from 'chai';
import { accessRow } from '../../projections/queries/access.js';
import {
  type InvitationFilter,
  invitationOf,
  invitationsCount,
  invitationsForUser,
  invitationsPage,
} from '../../projections/queries/invitations.js';
import {
  membershipById,
  membershipOf,
  membershipsCount,
  membershipsPage,
} from '../../projections/queries/memberships.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { uuidOf } from '../support/event-builder.js';
import {
  AccountHistory,
  accepted,
  accountOpened,
  added,
  day,
  invited,
  invitedUntil,
  ms,
  snapshot,
  user,
  who,
} from './account-history.js';

describe('an invitation', () => {
  let history: AccountHistory;
  beforeEach(() => {
    history = new AccountHistory();
  });
  afterEach(() => history.close());

  const ofAnn = (now = ms(1)) => invitationOf(history.members, { accountId: 'a1', ...who('ann') }, now);
  const membershipOfAnn = (now = ms(1)) =>
    membershipOf(history.members, { accountId: 'a1', userId: 'ann', now });
  const on = (type: 'InvitationDeclined' | 'InvitationRevoked' | 'InvitationExpired'): AccountEvent => ({
    type,
    data: invited('ann'),
  });
  const resent = (generation: number, until: number): AccountEvent => ({
    type: 'InvitationResent',
    data: { ...invited('ann'), generation, tokenHash: `h${generation}`, expiresAt: day(until) },
  });

  it('begins a membership without access, and says what it promises', async () => {
    await history.given([1, accountOpened()], [2, invitedUntil('ann', 9)]);
    expect(membershipOfAnn()).to.deep.include({
      ...who('ann'),
      status: 'INVITED',
      endedBy: null,
      role: 'REVIEWER',
      permissions: '["app-store"]',
      joinedAt: ms(2),
      statusSince: ms(2),
    });
    expect(membershipOfAnn()?.marks.canReinstate).to.equal(false);
    expect(ofAnn()).to.deep.include({
      ...invited('ann'),
      accountId: 'a1',
      inviterId: 'olga',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: '["app-store"]',
      groupIds: '["g"]',
      status: 'PENDING',
      generation: 1,
      invitedAt: ms(2),
      lastSentAt: ms(2),
      expiresAt: ms(9),
      endedAt: null,
      lastPosition: history.position,
    });
  });

  it('names nobody as inviter when it was no person', async () => {
    const machine = { kind: 'SERVICE', id: 'robot', onBehalfOf: null, authority: null } as const;
    await history.givenBy({ stream: 'account-a1', actor: machine }, [
      1,
      accountOpened(),
      invitedUntil('ann', 9),
    ]);
    expect(ofAnn()).to.include({ inviterId: null });
  });

  it('becomes access in the same membership when it is accepted', async () => {
    await history.given([1, accountOpened()], [2, invitedUntil('ann', 9)], [3, accepted('ann')]);
    expect(membershipOfAnn()).to.deep.include({
      ...who('ann'),
      status: 'ACTIVE',
      joinedAt: ms(3),
      statusSince: ms(3),
    });
    expect(ofAnn()).to.include({ status: 'ACCEPTED', endedAt: ms(3), lastPosition: history.position });
  });

  it('ends the membership, with nothing to come back to, when it is declined or revoked', async () => {
    await history.given([1, accountOpened()], [2, invitedUntil('ann', 9)], [3, on('InvitationDeclined')]);
    const ended = { status: 'REMOVED', endedAt: ms(3) };
    expect(membershipOfAnn()).to.include({ ...ended, endedBy: 'DECLINED' });
    expect(membershipOfAnn()?.marks.canReinstate).to.equal(false);
    expect(ofAnn()).to.include({ status: 'DECLINED', endedAt: ms(3) });
    const again = invitedUntil('ann', 9);
    await history.given([4, { ...again, data: { ...again.data, invitationId: uuidOf('second') } }]);
    const revoked: AccountEvent = {
      type: 'InvitationRevoked',
      data: { ...who('ann'), invitationId: uuidOf('second') },
    };
    await history.given([5, revoked]);
    expect(membershipOfAnn()).to.include({ ...ended, endedAt: ms(5), endedBy: 'REVOKED' });
    expect(ofAnn()).to.include({ invitationId: uuidOf('second'), status: 'REVOKED' });
  });

  it('ends with the removal or deletion of whoever was invited', async () => {
    await history.given([1, accountOpened()], [2, invitedUntil('ann', 9), invitedUntil('ben', 9)]);
    await history.given([
      3,
      { type: 'UserRemoved', data: { ...who('ann'), snapshot, from: 'INVITED' } },
      { type: 'UserDeleted', data: { ...who('ben'), snapshot, attribution: 'ANONYMOUS' } },
    ]);
    expect(membershipOfAnn()).to.include({ status: 'REMOVED', endedBy: 'REMOVED' });
    expect(membershipOfAnn()?.marks.canReinstate).to.equal(false);
    expect(ofAnn()).to.include({ status: 'REMOVED', endedAt: ms(3) });
    const ben = membershipById(history.members, who('ben').membershipId);
    expect(ben?.status).to.equal('DELETED');
    expect(ben?.marks.attribution).to.equal('ANONYMOUS');
  });

  it('is open again, with another link and another term, when it is sent again', async () => {
    await history.given([1, accountOpened()], [2, invitedUntil('ann', 9)], [3, resent(2, 10)]);
    expect(membershipOfAnn()).to.include({
      status: 'INVITED',
      statusSince: ms(2),
    });
    await history.given([10, on('InvitationExpired')], [11, resent(3, 18)]);
    expect(membershipOfAnn(ms(11))).to.include({
      status: 'INVITED',
      statusSince: ms(11),
      joinedAt: ms(2),
    });
    expect(ofAnn(ms(11))).to.include({
      status: 'PENDING',
      generation: 3,
      invitedAt: ms(2),
      lastSentAt: ms(11),
      expiresAt: ms(18),
      endedAt: null,
    });
  });

  it('counts the showing of its link as something said of it', async () => {
    await history.given([1, accountOpened()], [2, invitedUntil('ann', 9)]);
    const before = membershipOfAnn()?.lastPosition ?? 0;
    await history.given([3, { type: 'InvitationLinkCopied', data: { ...invited('ann'), generation: 1 } }]);
    expect(membershipOfAnn()?.lastPosition).to.equal(history.position).above(before);
    expect(ofAnn()).to.include({ status: 'PENDING', lastPosition: history.position });
  });

  describe('whose time is up', () => {
    const statuses = ['INVITED', 'INVITATION_EXPIRED', 'ACTIVE'];
    const listed = (status: readonly string[], now: number) =>
      membershipsPage(history.members, { accountId: 'a1', status, now }, { limit: 9 }).rows.map(
        (row) => `${row.userId} ${row.status}`,
      );
    const counted = (status: readonly string[], now: number) =>
      membershipsCount(history.members, { accountId: 'a1', status, now });

    beforeEach(() =>
      history.given([1, accountOpened()], [2, added('olga'), invitedUntil('ann', 5), invitedUntil('ben', 9)]),
    );

    it('reads expired from that moment on, whether or not it is recorded', () => {
      expect(membershipOfAnn(ms(5) - 1)).to.include({ status: 'INVITED' });
      expect(membershipOfAnn(ms(5))).to.include({ status: 'INVITATION_EXPIRED', statusSince: ms(2) });
      expect(membershipById(history.members, who('ann').membershipId, ms(5))).to.include({
        status: 'INVITATION_EXPIRED',
      });
      expect(membershipById(history.members, who('ann').membershipId)).to.include({ status: 'INVITED' });
      expect(ofAnn(ms(5) - 1)).to.include({ status: 'PENDING', endedAt: null });
      expect(ofAnn(ms(5))).to.include({ status: 'EXPIRED', endedAt: ms(5) });
      expect(accessRow(history.members, { accountId: 'a1', userId: 'ann' })).to.include({
        status: 'INVITED',
      });
    });

    it('is found and counted under what it reads as', () => {
      for (const role of [undefined, ['REVIEWER']]) {
        const filter = { accountId: 'a1', now: ms(6), ...(role === undefined ? {} : { role }) };
        const found = (status: readonly string[]) =>
          membershipsPage(history.members, { ...filter, status }, { limit: 9 }).rows.map((row) => row.userId);
        expect(found(['INVITED'])).to.deep.equal(['ben']);
        expect(found(['INVITATION_EXPIRED'])).to.deep.equal(['ann']);
        expect(found(['ACTIVE', 'INVITATION_EXPIRED'])).to.deep.equal(['olga', 'ann']);
        expect(found(['INVITED', 'INVITATION_EXPIRED'])).to.deep.equal(['ann', 'ben']);
      }
      for (const now of [ms(3), ms(5), ms(9)])
        for (const status of statuses)
          expect(counted([status], now), status).to.equal(listed([status], now).length);
    });

    it('is recorded with the time it ran out', async () => {
      await history.given([6, on('InvitationExpired')]);
      expect(membershipOfAnn()).to.include({
        status: 'INVITATION_EXPIRED',
        statusSince: ms(6),
      });
      expect(ofAnn()).to.include({ status: 'EXPIRED', endedAt: ms(6) });
      expect(listed(['INVITATION_EXPIRED'], ms(1))).to.deep.equal(['ann INVITATION_EXPIRED']);
    });
  });
});

describe('lists of invitations', () => {
  const history = new AccountHistory();
  const now = ms(10);
  const people = Array.from({ length: 12 }, (_, n) => `u${n}`);

  /** Every third accepted, every third revoked; of the rest half are overdue, one is recorded as expired. */
  before(async () => {
    await history.given([1, accountOpened()]);
    for (const [n, userId] of people.entries()) {
      const actor = user(n % 2 === 0 ? 'olga' : 'adam');
      const until = n % 2 === 0 ? 9 : 20;
      await history.givenBy({ stream: 'account-a1', actor }, [2, invitedUntil(userId, until)]);
    }
    for (const [n, userId] of people.entries()) {
      if (n % 3 === 0) await history.given([3, accepted(userId)]);
      if (n % 3 === 1) await history.given([3, { type: 'InvitationRevoked', data: invited(userId) }]);
    }
    await history.given([9, { type: 'InvitationExpired', data: invited('u2') }]);
    await history.givenBy({ stream: 'account-a2' }, [9, accountOpened(), invitedUntil('u5', 20, 'a2')]);
  });
  after(() => history.close());

  const list = (filter: Partial<InvitationFilter> = {}, limit = 50) =>
    invitationsPage(history.members, { accountId: 'a1', now, ...filter }, { limit }).rows;
  const users = (filter: Partial<InvitationFilter> = {}) => list(filter).map((row) => row.userId);

  it('come in the order of inviting, of this account only', () => {
    expect(users()).to.deep.equal(people);
  });

  it('are filtered by what they read as now', () => {
    expect(users({ status: ['PENDING'] })).to.deep.equal(['u5', 'u11']);
    expect(users({ status: ['EXPIRED'] })).to.deep.equal(['u2', 'u8']);
    expect(users({ status: ['PENDING', 'EXPIRED'] })).to.deep.equal(['u2', 'u5', 'u8', 'u11']);
    expect(users({ status: ['REVOKED', 'EXPIRED'] })).to.deep.equal(['u1', 'u2', 'u4', 'u7', 'u8', 'u10']);
    expect(users({ status: ['NONSENSE'] })).to.deep.equal([]);
    expect(users({ status: ['PENDING'], now: ms(4) })).to.deep.equal(['u5', 'u8', 'u11']);
  });

  it('are filtered by inviter', () => {
    expect(users({ inviterId: 'adam', status: ['PENDING', 'ACCEPTED'] })).to.deep.equal([
      'u3',
      'u5',
      'u9',
      'u11',
    ]);
    expect(users({ inviterId: 'olga' })).to.deep.equal(people.filter((_, n) => n % 2 === 0));
  });

  for (const filter of [{}, { status: ['PENDING', 'REVOKED', 'EXPIRED'] }, { inviterId: 'adam' }])
    it(`are the same page by page, and counted: ${JSON.stringify(filter)}`, () => {
      const all = list(filter);
      expect(invitationsCount(history.members, { accountId: 'a1', now, ...filter })).to.equal(all.length);
      const found: (typeof all)[number][] = [];
      for (let after = 0, hasMore = true; hasMore; ) {
        const page = invitationsPage(
          history.members,
          { accountId: 'a1', now, ...filter },
          { limit: 2, after },
        );
        found.push(...page.rows);
        after = page.rows.at(-1)?.number ?? 0;
        hasMore = page.hasMore;
      }
      expect(found).to.deep.equal(all);
    });

  it('give a person the open ones of all accounts', () => {
    const open = (userId: string) =>
      invitationsForUser(history.members, userId, now).map((row) => row.accountId);
    expect(open('u5')).to.deep.equal(['a1', 'a2']);
    expect(open('u8')).to.deep.equal([]);
    expect(open('u0')).to.deep.equal([]);
  });
});
