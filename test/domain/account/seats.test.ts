import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { presets } from '../../../src/domain/account/policy.js';
import { MAX_SEATS, seatUse } from '../../../src/domain/account/seats.js';
import { ACCOUNT, type AccountState } from '../../../src/domain/account/state.js';
import {
  about,
  added,
  bare,
  confirmed,
  EXPIRY,
  end,
  ended,
  fold,
  given,
  invitationOver,
  invited,
  opened,
  seatPlan,
  system,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const reserving = { seatEnforcement: 'HARD', invitationReservesSeat: true } as const;
const counting = { seatEnforcement: 'HARD', invitationReservesSeat: false } as const;
const joining = { kind: 'STANDARD', role: 'REVIEWER', permissions: [], groupIds: [] } as const;
const members = [added('olga', 'OWNER'), added('otto', 'OWNER')];
const add: AccountCommand = { type: 'addUser', userId: 'nora', membershipId: 'm-nora', ...joining };
const invite: AccountCommand = {
  type: 'inviteUser',
  userId: 'nora',
  membershipId: 'm-nora',
  invitationId: 'i-nora',
  tokenHash: 'h',
  ...joining,
};
const accept: AccountCommand = {
  type: 'acceptInvitation',
  userId: 'ian',
  invitationId: 'i-ian',
  generation: 1,
  tokenHash: 'hash-ian-1',
};
const resend: AccountCommand = {
  type: 'resendInvitation',
  userId: 'ian',
  invitationId: 'i-ian',
  generation: 2,
  tokenHash: 'h',
};
const reactivate: AccountCommand = { type: 'reactivateUser', userId: 'rita', confirmation: confirmed };
const reinstate: AccountCommand = {
  type: 'reinstateUser',
  userId: 'rita',
  parts: [],
  role: null,
  groupIds: [],
};
const rita = added('rita', 'REVIEWER');
const inactive = ended('UserDeactivated', 'rita', bare('REVIEWER'));
const removed = ended('UserRemoved', 'rita', bare('REVIEWER'));
const ian = invited('ian', 'REVIEWER');
const expired = invitationOver('InvitationExpired', 'ian');

/** Each way to a seat, and the history before it in which two seats are in use. */
const ways: readonly [name: string, AccountCommand, readonly AccountEvent[]][] = [
  ['adding', add, []],
  ['adding somebody removed', { ...add, userId: 'rita' } as AccountCommand, [rita, removed]],
  ['adding somebody whose invitation expired', { ...add, userId: 'ian' } as AccountCommand, [ian, expired]],
  ['reactivating', reactivate, [rita, inactive]],
  ['reinstating', reinstate, [rita, removed]],
];
const reservations: typeof ways = [
  ['inviting', invite, []],
  ['inviting somebody removed', { ...invite, userId: 'rita' } as AccountCommand, [rita, removed]],
  ['sending an expired invitation again', resend, [ian, expired]],
];

const atLimit = {
  limit: 2,
  inUse: 2,
  reserved: 0,
  requested: 1,
  remedies: ['END_MEMBERSHIPS', 'ADD_SEATS'],
} as const;
const isDone = (decision: unknown): boolean => Array.isArray(decision) && decision.length > 0;

describe('a hard limit of seats', () => {
  for (const [name, command, before] of ways)
    it(`stops ${name} when all are in use, and lets it pass with one more (D3-25, D3-35)`, () => {
      for (const policy of [reserving, counting]) {
        const events = [opened('DEFAULT', policy), ...members, ...before];
        given(...events, seatPlan(1, 1))
          .when(command)
          .thenRejected('SEAT_LIMIT_EXCEEDED', { seats: atLimit });
        expect(isDone(given(...events, seatPlan(2, 1)).when(command).decision)).to.equal(true);
        expect(isDone(given(...events, seatPlan(null, 0)).when(command).decision)).to.equal(true);
      }
      const off = [opened('DEFAULT', { seatEnforcement: 'OFF' }), ...members, ...before, seatPlan(0)];
      expect(isDone(given(...off).when(command).decision)).to.equal(true);
    });

  for (const [name, command, before] of reservations)
    it(`stops ${name} when the invitation holds a seat, and not when it holds none`, () => {
      const events = [...members, ...before, seatPlan(2)];
      given(opened('DEFAULT', reserving), ...events)
        .when(command)
        .thenRejected('SEAT_LIMIT_EXCEEDED', { seats: atLimit });
      expect(isDone(given(opened('DEFAULT', counting), ...events).when(command).decision)).to.equal(true);
    });

  it('stops accepting only where the invitation held no seat', () => {
    given(opened('DEFAULT', counting), ...members, ian, seatPlan(2))
      .when(accept, user('ian'))
      .thenRejected('SEAT_LIMIT_EXCEEDED');
    given(opened('DEFAULT', reserving), ...members, ian, seatPlan(3))
      .when(accept, user('ian'))
      .thenTypes('InvitationAccepted');
  });
  it('counts an open invitation that holds a seat, and says that revoking helps', () =>
    given(opened('DEFAULT', reserving), ...members, ian, seatPlan(3))
      .when(add)
      .thenRejected('SEAT_LIMIT_EXCEEDED', {
        seats: {
          limit: 3,
          inUse: 2,
          reserved: 1,
          requested: 1,
          remedies: ['END_MEMBERSHIPS', 'REVOKE_INVITATIONS', 'ADD_SEATS'],
        },
      }));
  it('lets an open invitation be sent again: it holds its seat already', () =>
    given(opened('DEFAULT', reserving), ...members, ian, seatPlan(3))
      .when(resend)
      .thenTypes('InvitationResent'));
  it('counts a frozen member, who is unfrozen without a further seat', () => {
    const events = [opened('DEFAULT', reserving), ...members, rita, about('UserFrozen', 'rita'), seatPlan(3)];
    given(...events)
      .when(add)
      .thenRejected('SEAT_LIMIT_EXCEEDED');
    given(...events)
      .when({ type: 'unfreezeUser', userId: 'rita' })
      .thenTypes('UserUnfrozen');
  });
  it('gets a seat back from everything that ends or expires', () => {
    for (const ending of [
      end('removeUser', 'rita'),
      end('deactivateUser', 'rita'),
      end('removeUser', 'ian'),
      { type: 'revokeInvitation', userId: 'ian' },
    ] as const) {
      const timeline = new Timeline([opened('DEFAULT', reserving), ...members, rita, ian, seatPlan(4)]);
      expect(timeline.ask(add)).to.include({ code: 'SEAT_LIMIT_EXCEEDED' });
      timeline.ask(ending);
      expect(timeline.ask(add)).to.have.lengthOf(1);
    }
    const timeline = new Timeline([opened('DEFAULT', reserving), ...members, ian, seatPlan(3)], EXPIRY - 1);
    expect(timeline.ask(add)).to.include({ code: 'SEAT_LIMIT_EXCEEDED' });
    timeline.now = EXPIRY;
    expect(timeline.ask(add)).to.have.lengthOf(1);
  });
  it('lets the access of a deactivated member linger without a seat (D3-5)', () =>
    given(
      opened('DEFAULT', reserving),
      ...members,
      rita,
      { ...inactive, data: { ...inactive.data, untilSessionEnd: { latest: null } } } as AccountEvent,
      seatPlan(3),
    )
      .when(add)
      .thenTypes('UserAdded'));
  it('holds for Muster itself and for operators too', () =>
    given(opened('DEFAULT', reserving), ...members, seatPlan(2))
      .when(add, system)
      .thenRejected('SEAT_LIMIT_EXCEEDED'));
});

describe('the seat plan', () => {
  const plan = (planSeats: number | null, addOnSeats = 0) =>
    ({ type: 'changeSeatPlan', planSeats, addOnSeats }) as const;
  const full = [opened('DEFAULT', reserving), ...members, ian];

  it('changes', () =>
    given(...full)
      .when(plan(3, 2))
      .then({ type: 'SeatPlanChanged', data: { planSeats: 3, addOnSeats: 2 } }));
  it('already so is no event', () => {
    given(...full, seatPlan(3, 2))
      .when(plan(3, 2))
      .thenNothing();
    given(...full)
      .when(plan(null))
      .thenNothing();
  });
  it('that the present use does not fit into is refused with the numbers', () => {
    given(...full)
      .when(plan(1, 1))
      .thenRejected('SEAT_LIMIT_EXCEEDED', {
        seats: {
          limit: 2,
          inUse: 2,
          reserved: 1,
          requested: 0,
          remedies: ['END_MEMBERSHIPS', 'REVOKE_INVITATIONS', 'ADD_SEATS'],
        },
      });
    given(...full)
      .when(plan(2, 1))
      .thenTypes('SeatPlanChanged');
    given(opened('DEFAULT', counting), ...members, ian)
      .when(plan(2))
      .thenTypes('SeatPlanChanged');
    given(opened(), ...members)
      .when(plan(0))
      .thenTypes('SeatPlanChanged');
  });
  for (const [planSeats, addOnSeats, field] of [
    [-1, 0, 'planSeats'],
    [1.5, 0, 'planSeats'],
    [Number.NaN, 0, 'planSeats'],
    [MAX_SEATS + 1, 0, 'planSeats'],
    [null, -1, 'addOnSeats'],
    [5, Number.POSITIVE_INFINITY, 'addOnSeats'],
  ] as const)
    it(`is not ${planSeats} and ${addOnSeats}`, () =>
      given(...full)
        .when(plan(planSeats, addOnSeats))
        .thenRejected('INVALID_INPUT', { field }));
  it('takes the most there can be', () =>
    given(...full)
      .when(plan(MAX_SEATS, MAX_SEATS))
      .thenTypes('SeatPlanChanged'));
});

describe('a policy that the seats in use do not fit', () => {
  const change = (also: Partial<(typeof presets)['DEFAULT']>) =>
    ({
      type: 'changePolicy',
      preset: 'DEFAULT',
      policy: { ...presets.DEFAULT, ...also },
      expectedPolicyVersion: null,
    }) as const;

  it('is refused with the numbers: from OFF to HARD', () => {
    const events = [opened(), ...members, ian];
    given(...events, seatPlan(1))
      .when(change(counting))
      .thenRejected('SEAT_LIMIT_EXCEEDED', {
        seats: { limit: 1, inUse: 2, reserved: 0, requested: 0, remedies: ['END_MEMBERSHIPS', 'ADD_SEATS'] },
      });
    given(...events, seatPlan(2))
      .when(change(counting))
      .thenTypes('PolicyChanged');
    given(...events)
      .when(change(reserving))
      .thenTypes('PolicyChanged');
  });
  it('is refused with the numbers: when invitations are to hold seats from now on', () => {
    const events = [opened('DEFAULT', counting), ...members, ian, seatPlan(2)];
    given(...events)
      .when(change(reserving))
      .thenRejected('SEAT_LIMIT_EXCEEDED', {
        seats: {
          limit: 2,
          inUse: 2,
          reserved: 1,
          requested: 0,
          remedies: ['END_MEMBERSHIPS', 'REVOKE_INVITATIONS', 'ADD_SEATS'],
        },
      });
    given(...events, expired)
      .when(change(reserving))
      .thenTypes('PolicyChanged');
  });
  it('never leaves more accepted than there are seats, whichever way it went', () => {
    const timeline = new Timeline([opened('DEFAULT', reserving), ...members, ian, seatPlan(3)]);
    timeline.ask(change(counting));
    timeline.ask(add);
    expect(timeline.ask(accept, user('ian'))).to.include({ code: 'SEAT_LIMIT_EXCEEDED' });
    expect(timeline.ask(change(reserving))).to.include({ code: 'SEAT_LIMIT_EXCEEDED' });
  });
});

describe('the use of seats', () => {
  const useOf = (state: AccountState) => {
    const account = state.account.get(ACCOUNT);
    return account === undefined ? null : seatUse(account, account.policy);
  };
  it('is shown as it is counted', () => {
    const events = [...members, rita, about('UserFrozen', 'rita'), ian, seatPlan(5, 2)];
    expect(useOf(fold([opened('DEFAULT', reserving), ...events]))).to.deep.equal({
      limit: 7,
      inUse: 3,
      reserved: 1,
    });
    expect(useOf(fold([opened('DEFAULT', counting), ...events]))).to.deep.equal({
      limit: 7,
      inUse: 3,
      reserved: 0,
    });
    expect(useOf(fold([opened(), ...members]))).to.deep.equal({ limit: null, inUse: 2, reserved: 0 });
  });
});
