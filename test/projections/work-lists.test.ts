import { expect } from 'chai';
import {
  dueAccounts,
  dueScheduledEnds,
  lingeringAccounts,
  livingAccountIds,
} from '../../projections/queries/work-lists.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import {
  AccountHistory,
  accountOpened,
  added,
  day,
  invited,
  invitedUntil,
  ms,
  snapshot,
  who,
} from './account-history.js';

/** Of account `id`, which has no membership in common with the others. */
const inAccount = (id: string, event: AccountEvent): AccountEvent =>
  'membershipId' in event.data
    ? ({
        ...event,
        data: { ...event.data, membershipId: who(event.data.userId, id).membershipId },
      } as AccountEvent)
    : event;

describe('what waits to be done', () => {
  let history: AccountHistory;
  beforeEach(() => {
    history = new AccountHistory();
  });
  afterEach(() => history.close());

  const given = (id: string, n: number, ...events: AccountEvent[]) =>
    history.givenBy({ stream: `account-${id}` }, [n, ...events.map((event) => inAccount(id, event))]);
  const lingering = (userId: string, latest: string | null): AccountEvent => ({
    type: 'UserDeactivated',
    data: { ...who(userId), snapshot, untilSessionEnd: { latest } },
  });
  const due = (n: number, limit = 9) => dueAccounts(history.members, { now: ms(n), limit });

  it('is in accounts where an invitation or a session has run out, the oldest first', async () => {
    await given('a1', 1, accountOpened(), invitedUntil('ann', 6), invitedUntil('ben', 8));
    await given('a2', 1, accountOpened(), added('cat'), lingering('cat', day(5)));
    await given('a3', 1, accountOpened(), added('dan'), lingering('dan', null), invitedUntil('eve', 7, 'a3'));
    expect(due(4)).to.deep.equal([]);
    expect(due(5)).to.deep.equal(['a2']);
    expect(due(9)).to.deep.equal(['a2', 'a1', 'a3']);
    expect(due(9, 2)).to.deep.equal(['a2', 'a1']);
    await given('a1', 6, { type: 'InvitationExpired', data: invited('ann') });
    await given('a2', 6, { type: 'SessionAccessEnded', data: { ...who('cat'), cause: 'MAXIMUM_REACHED' } });
    expect(due(7)).to.deep.equal(['a3']);
    expect(due(8)).to.deep.equal(['a3', 'a1']);
  });

  it('is a scheduled end whose time has come', async () => {
    const ordered = (userId: string, n: number): AccountEvent => ({
      type: 'EndScheduled',
      data: {
        ...who(userId),
        scheduleId: `s-${userId}`,
        operation: 'REMOVE',
        at: day(n),
        successorId: null,
        orderedAs: 'OWNER',
      },
    });
    await given('a1', 1, accountOpened(), added('ann'), added('ben'), added('cat'));
    await given('a1', 2, ordered('ann', 7));
    await given('a1', 2, ordered('ben', 6), ordered('cat', 9));
    const dueEnds = (n: number, limit = 9) => dueScheduledEnds(history.members, { now: ms(n), limit });
    expect(dueEnds(5)).to.deep.equal([]);
    expect(dueEnds(7).map((row) => row.userId)).to.deep.equal(['ben', 'ann']);
    expect(dueEnds(7, 1)).to.deep.equal([
      {
        scheduleId: 's-ben',
        accountId: 'a1',
        userId: 'ben',
        operation: 'REMOVE',
        at: ms(6),
        orderedBy: 'olga',
        orderEventId: history.eventId(2),
      },
    ]);
    await given('a1', 8, { type: 'UserRemoved', data: { ...who('ann'), snapshot } });
    expect(dueEnds(8).map((row) => row.userId)).to.deep.equal(['ben']);
  });

  it('of one person is found over all accounts', async () => {
    for (const id of ['a1', 'a2', 'a3', 'a4']) await given(id, 1, accountOpened(), added('ann'));
    await given('a1', 2, lingering('ann', null));
    await given('a2', 2, { type: 'UserDeactivated', data: { ...who('ann'), snapshot } });
    await given('a3', 2, lingering('ann', day(5)));
    await given('a4', 2, { type: 'UserRemoved', data: { ...who('ann'), snapshot } });
    await given('a5', 2, accountOpened(), invitedUntil('ann', 9, 'a5'));
    expect(lingeringAccounts(history.members, 'ann')).to.deep.equal(['a1', 'a3']);
    expect(livingAccountIds(history.members, 'ann')).to.deep.equal(['a1', 'a2', 'a3', 'a5']);
    expect(livingAccountIds(history.members, 'ben')).to.deep.equal([]);
    await given('a4', 3, { type: 'UserDeleted', data: { ...who('ann'), snapshot } });
    const again = { ...who('ann', 'again'), kind: 'STANDARD', role: 'REVIEWER', permissions: [] } as const;
    await history.givenBy({ stream: 'account-a4' }, [4, { type: 'UserAdded', data: again }]);
    expect(livingAccountIds(history.members, 'ann')).to.deep.equal(['a1', 'a2', 'a3', 'a4', 'a5']);
  });
});
