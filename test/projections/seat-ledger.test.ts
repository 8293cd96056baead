import { expect } from 'chai';
import fc from 'fast-check';
import type { PageRequest } from '../../projections/queries/page.js';
import {
  type SeatLedgerFilter,
  seatLedgerCount,
  seatLedgerPage,
  seatsOf,
} from '../../projections/queries/seats.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import { presets } from '../../src/domain/account/policy.js';
import { seatUse } from '../../src/domain/account/seats.js';
import { ACCOUNT, type AccountState } from '../../src/domain/account/state.js';
import {
  AccountHistory,
  accepted,
  accountOpened,
  added,
  invited,
  invitedUntil,
  ms,
  snapshot,
  who,
} from './account-history.js';
import { MemoryLog } from './memory-log.js';
import { playDecisions, wishes } from './random-decisions.js';
import { ReadModelFixture } from './read-model-fixture.js';

const accountId = 'a1';

describe('the seat ledger', () => {
  it('adds up, at every place in the log, to what the account counted there', async () => {
    await fc.assert(
      fc.asyncProperty(wishes(80), async (plan) => {
        const log = new MemoryLog();
        const counted: { position: number; inUse: number; reserved: number }[] = [];
        await playDecisions(log, plan, (state, position) => counted.push({ position, ...seatsIn(state) }));
        const fixture = new ReadModelFixture();
        try {
          await fixture.catchUp(log);
          const { members } = fixture.connect();
          const entries = seatLedgerPage(members, { accountId }, { limit: 200 }).rows;
          expect(entries).to.have.length.below(200);
          const openAt = (position: number, hold: string) =>
            entries.filter(
              (entry) =>
                entry.hold === hold &&
                entry.fromPosition <= position &&
                (entry.toPosition === null || position < entry.toPosition),
            ).length;
          for (const { position, inUse, reserved } of counted) {
            const added = { inUse: openAt(position, 'IN_USE'), reserved: openAt(position, 'RESERVED') };
            expect(added, `at ${position}`).to.deep.equal({ inUse, reserved });
          }
        } finally {
          fixture.close();
        }
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 60) },
    );
  }).timeout(60_000);

  describe('of an account', () => {
    let history: AccountHistory;
    beforeEach(() => {
      history = new AccountHistory();
    });
    afterEach(() => history.close());

    const entries = (filter: Partial<SeatLedgerFilter> = {}, page: PageRequest = { limit: 9 }) =>
      seatLedgerPage(history.members, { accountId, ...filter }, page).rows.map(
        ({ userId, hold, fromAt, takenBy, toAt, releasedBy }) =>
          `${userId} ${hold} ${takenBy} ${fromAt} to ${releasedBy} ${toAt}`,
      );
    const removed = (userId: string): AccountEvent => ({
      type: 'UserRemoved',
      data: { ...who(userId), snapshot },
    });
    const reserving = (invitationReservesSeat: boolean): AccountEvent => ({
      type: 'PolicyChanged',
      data: {
        preset: 'DEFAULT',
        policy: { ...presets.DEFAULT, invitationReservesSeat },
        policyVersion: 2,
      },
    });

    it('says which event took a seat and which one freed it', async () => {
      await history.given([1, accountOpened()], [2, added('ann')]);
      await history.given([3, { type: 'UserFrozen', data: who('ann') }]);
      expect(entries()).to.deep.equal([`ann IN_USE UserAdded ${ms(2)} to null null`]);
      await history.given([4, { type: 'UserDeactivated', data: { ...who('ann'), snapshot } }]);
      const notRestored = { responsibilities: [], groupIds: [] };
      await history.given([5, { type: 'UserReactivated', data: { ...who('ann'), notRestored } }]);
      await history.given([6, removed('ann')]);
      expect(entries()).to.deep.equal([
        `ann IN_USE UserAdded ${ms(2)} to UserDeactivated ${ms(4)}`,
        `ann IN_USE UserReactivated ${ms(5)} to UserRemoved ${ms(6)}`,
      ]);
    });

    it('turns what an invitation held into a seat in use, or frees it', async () => {
      await history.given([1, accountOpened()], [2, invitedUntil('ann', 9), invitedUntil('ben', 9)]);
      await history.given([3, accepted('ann')]);
      await history.given([9, { type: 'InvitationExpired', data: invited('ben') }]);
      expect(entries()).to.deep.equal([
        `ann RESERVED UserInvited ${ms(2)} to InvitationAccepted ${ms(3)}`,
        `ben RESERVED UserInvited ${ms(2)} to InvitationExpired ${ms(9)}`,
        `ann IN_USE InvitationAccepted ${ms(3)} to null null`,
      ]);
    });

    it('takes and frees the seats of open invitations with the policy', async () => {
      await history.given([1, accountOpened({ invitationReservesSeat: false }), added('olga')]);
      await history.given([2, invitedUntil('ann', 9), invitedUntil('ben', 9), invitedUntil('cat', 9)]);
      await history.given([3, { type: 'InvitationRevoked', data: invited('ben') }]);
      expect(entries()).to.have.length(1);
      await history.given([4, reserving(true)], [5, reserving(true)], [6, reserving(false)]);
      expect(entries().slice(1)).to.deep.equal([
        `ann RESERVED PolicyChanged ${ms(4)} to PolicyChanged ${ms(6)}`,
        `cat RESERVED PolicyChanged ${ms(4)} to PolicyChanged ${ms(6)}`,
      ]);
    });

    it('is asked for one person, for one place in the log, and page by page', async () => {
      await history.given([1, accountOpened(), added('ann'), added('ben')], [2, removed('ann')]);
      const whileAnn = history.position - 1;
      await history.given([3, added('cat')]);
      const users = (filter: Partial<SeatLedgerFilter>) =>
        seatLedgerPage(history.members, { accountId, ...filter }, { limit: 9 }).rows.map((row) => row.userId);
      const count = (filter: Partial<SeatLedgerFilter>) =>
        seatLedgerCount(history.members, { accountId, ...filter });
      expect(users({ userId: 'ben' })).to.deep.equal(['ben']);
      expect(users({ atPosition: whileAnn })).to.deep.equal(['ann', 'ben']);
      expect(users({ atPosition: history.position })).to.deep.equal(['ben', 'cat']);
      expect(users({ userId: 'ann', atPosition: history.position })).to.deep.equal([]);
      expect([count({}), count({ atPosition: whileAnn }), count({ userId: 'cat' })]).to.deep.equal([3, 2, 1]);
      expect(entries({}, { limit: 2 })).to.deep.equal(entries().slice(0, 2));
      expect(entries({}, { limit: 2, fromEnd: true })).to.deep.equal(entries().slice(1));
      expect(users({ accountId: 'a2' })).to.deep.equal([]);
    });

    it('goes with the counts and the plan', async () => {
      const seats = (now?: number) => seatsOf(history.members, accountId, now);
      const none = { planSeats: null, addOnSeats: 0, inUse: 0, pendingInvitations: 0 };
      await history.given([1, accountOpened()]);
      expect(seats()).to.deep.equal(none);
      await history.given([2, { type: 'SeatPlanChanged', data: { planSeats: 5, addOnSeats: 2 } }]);
      await history.given([3, added('ann'), added('ben'), invitedUntil('cat', 9), invitedUntil('dan', 5)]);
      await history.given([4, { type: 'UserFrozen', data: who('ben') }]);
      expect(seats(ms(4))).to.deep.equal({ planSeats: 5, addOnSeats: 2, inUse: 2, pendingInvitations: 2 });
      expect(seats(ms(5))).to.include({ pendingInvitations: 1 });
      expect(seats()).to.include({ pendingInvitations: 2 });
      await history.given([6, { type: 'SeatPlanChanged', data: { planSeats: null, addOnSeats: 2 } }]);
      expect(seats()).to.include({ planSeats: null, addOnSeats: 2 });
    });
  });
});

function seatsIn(state: AccountState): { inUse: number; reserved: number } {
  const account = state.account.get(ACCOUNT);
  if (account === undefined) return { inUse: 0, reserved: 0 };
  const { inUse, reserved } = seatUse(account, account.policy);
  return { inUse, reserved };
}
