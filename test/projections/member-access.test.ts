import { expect } from 'chai';
import { accessRow } from '../../projections/queries/access.js';
import { lingeringCount, lingeringMembers, membershipOf } from '../../projections/queries/memberships.js';
import {
  type ScheduledEndFilter,
  scheduledEndOf,
  scheduledEndsCount,
  scheduledEndsPage,
} from '../../projections/queries/scheduled-ends.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { EndingOperation } from '../../src/domain/account/policy.js';
import { uuidOf } from '../support/event-builder.js';
import { AccountHistory, accountOpened, added, day, ms, snapshot, who } from './account-history.js';

const deactivated = (userId: string, latest?: string | null): AccountEvent => ({
  type: 'UserDeactivated',
  data: { ...who(userId), snapshot, ...(latest === undefined ? {} : { untilSessionEnd: { latest } }) },
});
const notRestored = { responsibilities: [], groupIds: [] };

describe('a member', () => {
  let history: AccountHistory;
  beforeEach(async () => {
    history = new AccountHistory();
    await history.given([1, accountOpened()], [2, added('ann')]);
  });
  afterEach(() => history.close());

  const ann = () => membershipOf(history.members, { accountId: 'a1', userId: 'ann' });
  const access = () => accessRow(history.members, { accountId: 'a1', userId: 'ann' });
  const periods = () =>
    history.members
      .prepare(`SELECT status, valid_from FROM membership_periods
        WHERE known_to_position = ${Number.MAX_SAFE_INTEGER} ORDER BY valid_from`)
      .raw()
      .all();

  it('is frozen and unfrozen in the same membership', async () => {
    await history.given([3, { type: 'UserFrozen', data: who('ann') }]);
    expect(ann()).to.include({ status: 'FROZEN', statusSince: ms(3), joinedAt: ms(2), endedBy: null });
    await history.given([4, { type: 'UserUnfrozen', data: who('ann') }]);
    expect(ann()).to.include({ status: 'ACTIVE', statusSince: ms(4), joinedAt: ms(2) });
    expect(periods()).to.deep.equal([
      ['ACTIVE', ms(2)],
      ['FROZEN', ms(3)],
      ['ACTIVE', ms(4)],
    ]);
  });

  it('keeps access until the session ends, when the deactivation says so', async () => {
    await history.given([3, deactivated('ann', day(5))]);
    const lingers = { status: 'INACTIVE', untilSessionEnd: true, sessionLatest: ms(5) };
    expect(ann()?.marks).to.include({ untilSessionEnd: true, sessionLatest: ms(5) });
    expect(access()).to.include(lingers);
    await history.given([4, { type: 'SessionAccessEnded', data: { ...who('ann'), cause: 'SIGNALLED' } }]);
    const over = { untilSessionEnd: false, sessionLatest: null };
    expect(ann()).to.include({ status: 'INACTIVE', statusSince: ms(3), lastPosition: history.position });
    expect(ann()?.marks).to.include(over);
    expect(access()).to.include({ status: 'INACTIVE', ...over });
    expect(periods()).to.deep.equal([
      ['ACTIVE', ms(2)],
      ['INACTIVE', ms(3)],
    ]);
  });

  it('has no such access after an ordinary deactivation, nor after coming back or being removed', async () => {
    const none = { untilSessionEnd: false, sessionLatest: null };
    await history.given([3, deactivated('ann')]);
    expect(ann()?.marks).to.include(none);
    await history.given([4, { type: 'UserReactivated', data: { ...who('ann'), notRestored } }]);
    await history.given([5, deactivated('ann', null)]);
    expect(ann()?.marks).to.include({ untilSessionEnd: true, sessionLatest: null });
    await history.given([6, { type: 'UserReactivated', data: { ...who('ann'), notRestored } }]);
    expect(ann()?.marks).to.include(none);
    await history.given([7, deactivated('ann', day(9))]);
    await history.given([8, { type: 'UserRemoved', data: { ...who('ann'), snapshot } }]);
    expect(ann()?.marks).to.include(none);
  });

  it('who is still in a session is listed until its latest end', async () => {
    await history.given([2, added('ben'), added('cat'), added('dan')]);
    await history.given([3, deactivated('ann', day(5)), deactivated('ben', null), deactivated('cat')]);
    const lingering = (now: number, limit = 9) =>
      lingeringMembers(history.members, { accountId: 'a1', now }, { limit }).rows.map((row) => row.userId);
    expect(lingering(ms(4))).to.deep.equal(['ann', 'ben']);
    expect(lingering(ms(4), 1)).to.deep.equal(['ann']);
    expect(lingering(ms(5))).to.deep.equal(['ben']);
    expect(lingeringCount(history.members, { accountId: 'a1', now: ms(4) })).to.equal(2);
  });

  it('can be reinstated after removal or leaving, not after deletion, and is in the same membership then', async () => {
    await history.given([3, { type: 'UserLeft', data: { ...who('ann'), snapshot } }]);
    expect(ann()?.status).to.equal('REMOVED');
    expect(ann()?.marks.canReinstate).to.equal(true);
    const back = { kind: 'STANDARD', role: 'ADMIN', permissions: [], notRestored } as const;
    await history.given([4, { type: 'UserReinstated', data: { ...who('ann'), ...back } }]);
    expect(ann()).to.include({
      ...who('ann'),
      status: 'ACTIVE',
      role: 'ADMIN',
      joinedAt: ms(4),
      endedAt: null,
    });
    expect(ann()?.marks.canReinstate).to.equal(false);
    await history.given([5, { type: 'UserDeleted', data: { ...who('ann'), snapshot } }]);
    expect(ann()?.status).to.equal('DELETED');
    expect(ann()?.marks).to.include({ canReinstate: false, attribution: 'PSEUDONYM' });
  });

  it('is owned by a directory until that ends, though the membership ends and begins again', async () => {
    const managed = { ...who('ann'), directory: 'entra' };
    await history.given([3, { type: 'DirectoryManagementStarted', data: managed }]);
    expect(ann()?.marks.directory).to.equal('entra');
    expect(ann()?.lastPosition).to.equal(history.position);
    await history.given([4, { type: 'DirectoryManagementEnded', data: managed }]);
    expect(ann()?.marks.directory).to.equal(null);
    await history.given([5, { type: 'DirectoryManagementStarted', data: managed }]);
    await history.given([6, deactivated('ann')]);
    expect(ann()?.marks.directory).to.equal('entra');
    await history.given([7, { type: 'UserRemoved', data: { ...who('ann'), snapshot } }]);
    expect(ann()?.marks).to.include({ directory: 'entra', canReinstate: true });
    const back = { kind: 'STANDARD', role: 'REVIEWER', permissions: [] } as const;
    await history.given([8, { type: 'UserRejoined', data: { ...who('ann'), ...back } }]);
    expect(ann()?.marks).to.include({ directory: 'entra', canReinstate: false });
    await history.given([9, { type: 'DirectoryManagementEnded', data: managed }]);
    expect(ann()?.marks.directory).to.equal(null);
  });

  it('has access by the latest membership, and none when there has never been one', async () => {
    await history.given([3, { type: 'UserDeleted', data: { ...who('ann'), snapshot } }]);
    const again = { userId: 'ann', membershipId: uuidOf('again') };
    await history.given([
      4,
      {
        type: 'UserAdded',
        data: { ...again, kind: 'SSO', role: 'OWNER', permissions: ['app-store'] },
      },
    ]);
    expect(access()).to.deep.equal({
      membershipId: uuidOf('again'),
      status: 'ACTIVE',
      endedBy: null,
      kind: 'SSO',
      role: 'OWNER',
      permissions: '["app-store"]',
      untilSessionEnd: false,
      sessionLatest: null,
      invitationExpiresAt: null,
    });
    expect(accessRow(history.members, { accountId: 'a1', userId: 'nobody' })).to.equal(null);
  });
});

describe('a scheduled end', () => {
  let history: AccountHistory;
  beforeEach(async () => {
    history = new AccountHistory();
    await history.given([1, accountOpened()], [2, added('ann'), added('ben')]);
  });
  afterEach(() => history.close());

  const scheduleOf = (userId: string) => ({ ...who(userId), scheduleId: uuidOf(`schedule ${userId}`) });
  const ordered = (userId: string, n: number, operation: EndingOperation = 'REMOVE'): AccountEvent => ({
    type: 'EndScheduled',
    data: { ...scheduleOf(userId), operation, at: day(n), successorId: 'ben', orderedAs: 'ADMIN' },
  });
  const ran = (
    userId: string,
    outcome: 'APPLIED' | 'UNCHANGED' | 'REFUSED',
    code: string | null = null,
  ): AccountEvent => ({
    type: 'ScheduledEndRun',
    data: { ...scheduleOf(userId), operation: 'REMOVE', outcome, code },
  });
  const removed = (userId: string): AccountEvent => ({
    type: 'UserRemoved',
    data: { ...who(userId), snapshot },
  });
  const ann = () => membershipOf(history.members, { accountId: 'a1', userId: 'ann' });
  const toCome = (userId = 'ann') => scheduledEndOf(history.members, { accountId: 'a1', userId });
  const list = (filter: Partial<ScheduledEndFilter> = {}) =>
    scheduledEndsPage(history.members, { accountId: 'a1', ...filter }, { limit: 9 }).rows;

  it('stands with the membership, and can be moved', async () => {
    await history.given([3, ordered('ann', 8)]);
    expect(ann()).to.include({ status: 'ACTIVE', lastPosition: history.position });
    expect(toCome()).to.deep.include({
      ...scheduleOf('ann'),
      accountId: 'a1',
      operation: 'REMOVE',
      at: ms(8),
      successorId: 'ben',
      orderedBy: 'olga',
      orderedAt: ms(3),
      orderEventId: history.eventId(),
      status: 'SCHEDULED',
      code: null,
      endedAt: null,
    });
    const times = { from: day(8), to: day(9) };
    await history.given([4, { type: 'EndRescheduled', data: { ...scheduleOf('ann'), ...times } }]);
    expect(toCome()).to.include({ at: ms(9), status: 'SCHEDULED' });
  });

  it('is over when it is called off', async () => {
    await history.given([3, ordered('ann', 8)]);
    await history.given([4, { type: 'ScheduledEndCancelled', data: scheduleOf('ann') }]);
    expect(toCome()).to.equal(null);
    expect(list()).to.have.length(1).and.have.nested.property('[0].status', 'CANCELLED');
    expect(list()[0]).to.include({ endedAt: ms(4) });
  });

  it('says what became of it when its time came', async () => {
    await history.given([3, ordered('ann', 8), ordered('ben', 8)]);
    await history.given([8, removed('ann'), ran('ann', 'APPLIED'), ran('ben', 'REFUSED', 'LAST_OWNER')]);
    expect(list().map((row) => [row.userId, row.status, row.code, row.endedAt])).to.deep.equal([
      ['ann', 'APPLIED', null, ms(8)],
      ['ben', 'REFUSED', 'LAST_OWNER', ms(8)],
    ]);
    expect(ann()?.status).to.equal('REMOVED');
    expect(ann()?.marks.canReinstate).to.equal(true);
  });

  it('ends with a membership that ends earlier, not with a deactivation', async () => {
    await history.given([3, ordered('ann', 8), ordered('ben', 8, 'DELETE')]);
    await history.given([4, deactivated('ben')]);
    await history.given([5, removed('ann')]);
    expect(list().map((row) => [row.status, row.endedAt])).to.deep.equal([
      ['ENDED_EARLIER', ms(5)],
      ['SCHEDULED', null],
    ]);
    expect(toCome('ben')).to.include({ operation: 'DELETE' });
  });

  it('is listed by what became of it', async () => {
    await history.given([3, ordered('ann', 8), ordered('ben', 8)], [5, removed('ann')]);
    const users = (status: string[]) => list({ status }).map((row) => row.userId);
    expect(users(['SCHEDULED'])).to.deep.equal(['ben']);
    expect(users(['ENDED_EARLIER', 'SCHEDULED'])).to.deep.equal(['ann', 'ben']);
    expect(users([])).to.deep.equal([]);
    expect(scheduledEndsCount(history.members, { accountId: 'a1' })).to.equal(2);
    expect(scheduledEndsCount(history.members, { accountId: 'a1', status: ['SCHEDULED'] })).to.equal(1);
    expect(scheduledEndsCount(history.members, { accountId: 'a2' })).to.equal(0);
  });
});
