import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import { permit } from '../../../src/domain/account/authority.js';
import type { EndMembership, Successors } from '../../../src/domain/account/commands.js';
import { offboardingFacts } from '../../../src/domain/account/confirmation.js';
import type { Case } from '../../../src/domain/account/decide.js';
import { blockersOf } from '../../../src/domain/account/end-membership.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { AccountPolicy } from '../../../src/domain/account/policy.js';
import { reactivationBlockers } from '../../../src/domain/account/reactivate-user.js';
import { dutiesLeftOpen } from '../../../src/domain/account/settle-duties.js';
import { ACCOUNT, type Membership } from '../../../src/domain/account/state.js';
import { isRejection } from '../../../src/domain/rejection.js';
import {
  about,
  added,
  administrative,
  bare,
  end,
  ended,
  fold,
  group,
  inGroup,
  invitationOver,
  invited,
  linked,
  managedBy,
  opened,
  START,
  seatPlan,
  system,
  technical,
  user,
} from './given.js';
import { Timeline } from './timeline.js';

const base = [linked, added('olga', 'OWNER'), added('adam', 'ADMIN')];
const rita = added('rita', 'REVIEWER');
const inactive = ended('UserDeactivated', 'rita', bare('REVIEWER'));

const caseOf = (events: readonly AccountEvent[], actor: Actor = user('olga')) => {
  const state = fold(events);
  const account = state.account.get(ACCOUNT);
  const authority = permit(state, end('removeUser', 'rita'), actor);
  if (account === undefined || isRejection(authority)) throw new Error('not as given');
  const context = {
    actor,
    occurredAt: START,
    commandId: 'c',
    fingerprint: null,
    digest: (text: string) => text,
  };
  const given: Case = { state, account, authority, context };
  const target = (userId: string): Membership => {
    const row = state.memberships.get(userId);
    if (row === undefined) throw new Error(`no ${userId}`);
    return row;
  };
  return { given, target };
};

describe('what a preview shows', () => {
  const factsOf = (policy: Partial<AccountPolicy>, ...events: readonly AccountEvent[]) => {
    const { given, target } = caseOf([opened('DEFAULT', policy), ...base, ...events]);
    return offboardingFacts(given.state, given.account, target('rita'), 'REMOVE');
  };

  it('is all that is held, in an order of its own', () =>
    expect(
      factsOf(
        {},
        added('rita', 'REVIEWER', ['b', 'a']),
        group('h'),
        group('g'),
        inGroup('h', 'rita', 'MAINTAINER'),
        inGroup('g', 'rita'),
        { type: 'ContactAssigned', data: { responsibility: technical, userId: 'rita' } },
        { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'rita' } },
        managedBy('entra', 'rita'),
      ),
    ).to.deep.equal({
      accountId: 'acme',
      operation: 'REMOVE',
      userId: 'rita',
      membershipId: 'm-rita',
      status: 'ACTIVE',
      kind: 'STANDARD',
      role: 'REVIEWER',
      permissions: ['a', 'b'],
      groups: [
        { groupId: 'g', role: 'MEMBER' },
        { groupId: 'h', role: 'MAINTAINER' },
      ],
      responsibilities: [administrative, technical],
      invitationsSent: [],
      seatsHeld: 1,
      directory: 'entra',
      policyVersion: 1,
    }));
  it('has the seat that would be freed, also one that an invitation holds', () => {
    const reserving = { invitationReservesSeat: true };
    const invitation = invited('rita', 'REVIEWER');
    expect(factsOf(reserving, rita, about('UserFrozen', 'rita')).seatsHeld).to.equal(1);
    expect(factsOf(reserving, rita, inactive).seatsHeld).to.equal(0);
    expect(factsOf(reserving, rita, ended('UserRemoved', 'rita', bare('REVIEWER'))).seatsHeld).to.equal(0);
    expect(factsOf(reserving, invitation).seatsHeld).to.equal(1);
    expect(factsOf({ invitationReservesSeat: false }, invitation).seatsHeld).to.equal(0);
    expect(factsOf(reserving, invitation, invitationOver('InvitationExpired', 'rita')).seatsHeld).to.equal(0);
  });
  it('has the open invitations that the person has sent, by id', () => {
    const timeline = new Timeline([opened(), ...base]);
    const ask = (userId: string, invitationId: string) =>
      timeline.ask(
        {
          type: 'inviteUser',
          userId,
          membershipId: userId,
          invitationId,
          kind: 'STANDARD',
          role: 'REVIEWER',
          permissions: [],
          groupIds: [],
          tokenHash: 'h',
        },
        user('adam'),
      );
    ask('ian', 'i-2');
    ask('ivo', 'i-1');
    const account = timeline.state.account.get(ACCOUNT);
    const adam = timeline.state.memberships.get('adam');
    if (account === undefined || adam === undefined) throw new Error('nobody there');
    expect(offboardingFacts(timeline.state, account, adam, 'REMOVE').invitationsSent).to.deep.equal([
      { invitationId: 'i-1', userId: 'ivo' },
      { invitationId: 'i-2', userId: 'ian' },
    ]);
  });
});

describe('the duties that still need a successor', () => {
  const contact: AccountEvent = {
    type: 'ContactAssigned',
    data: { responsibility: technical, userId: 'rita' },
  };
  const more: AccountEvent = {
    type: 'ContactAssigned',
    data: { responsibility: administrative, userId: 'rita' },
  };
  const open = (successors: Successors, policy: Partial<AccountPolicy> = {}) => {
    const { given, target } = caseOf([opened('DEFAULT', policy), ...base, rita, contact, more]);
    return dutiesLeftOpen(given, target('rita'), { operation: 'REMOVE', successors });
  };

  it('are those without one, or with one who cannot take over', () => {
    expect(open({ forAll: null, each: [] })).to.deep.equal([technical, administrative]);
    expect(open({ forAll: 'adam', each: [] })).to.deep.equal([]);
    expect(open({ forAll: 'rita', each: [] })).to.deep.equal([technical, administrative]);
    expect(open({ forAll: 'eve', each: [{ responsibility: technical, userId: 'adam' }] })).to.deep.equal([
      administrative,
    ]);
  });
  it('are none where the policy asks for none', () =>
    expect(
      open(
        { forAll: null, each: [] },
        { responsibilities: { REMOVE: 'ALLOW_VACANT', DEACTIVATE: 'ALLOW_VACANT', DELETE: 'ALLOW_VACANT' } },
      ),
    ).to.deep.equal([]));
});

describe('what stands in the way whatever is sent along', () => {
  const remove = end('removeUser', 'rita') as EndMembership;
  const codesFor = (
    command: EndMembership,
    events: readonly AccountEvent[],
    { policy = {}, actor = user('olga') }: { policy?: Partial<AccountPolicy>; actor?: Actor } = {},
  ) => {
    const { given, target } = caseOf([opened('DEFAULT', policy), ...base, ...events], actor);
    return blockersOf(given, command, target(command.userId)).map(({ code }) => code);
  };

  it('is nothing where nothing does', () => expect(codesFor(remove, [rita])).to.deep.equal([]));
  it('is all of it, in the order in which it would be refused', () =>
    expect(
      codesFor(end('deleteUser', 'olga') as EndMembership, [managedBy('entra', 'olga')], {
        policy: { operationsOffered: ['REMOVE'] },
      }),
    ).to.deep.equal(['OPERATION_NOT_OFFERED', 'SELF_REMOVAL_FORBIDDEN', 'LAST_OWNER', 'MANAGED_EXTERNALLY']));
  it('is that it is so already, and nothing else of the state', () => {
    expect(codesFor(remove, [rita, ended('UserRemoved', 'rita', bare('REVIEWER'))])).to.deep.equal([
      'ALREADY_DONE',
    ]);
    const deactivate = end('deactivateUser', 'rita') as EndMembership;
    expect(codesFor(deactivate, [rita, inactive])).to.deep.equal(['ALREADY_DONE']);
  });
  it('is duties only when nobody could take them over, or the asker may not hand them over', () => {
    const contact: AccountEvent = {
      type: 'ContactAssigned',
      data: { responsibility: administrative, userId: 'rita' },
    };
    expect(codesFor(remove, [rita, contact])).to.deep.equal([]);
    const mona = added('mona', 'CONTRIBUTOR', ['users.manage']);
    expect(codesFor(remove, [rita, contact, mona], { actor: user('mona') })).to.deep.equal([
      'PERMISSION_DENIED',
    ]);
    const alone = [rita, contact, about('UserFrozen', 'adam'), about('UserFrozen', 'olga')];
    expect(codesFor(remove, alone, { actor: system })).to.deep.equal(['REASSIGNMENT_REQUIRED']);
  });
  it('of reactivating is the state, a full account, and what guards a member', () => {
    const codes = (events: readonly AccountEvent[], policy: Partial<AccountPolicy> = {}) => {
      const { given, target } = caseOf([opened('DEFAULT', policy), ...base, ...events]);
      return reactivationBlockers(given, target('rita')).map(({ code }) => code);
    };
    expect(codes([rita, inactive])).to.deep.equal([]);
    expect(codes([rita])).to.deep.equal(['ALREADY_DONE']);
    expect(codes([rita, about('UserFrozen', 'rita')])).to.deep.equal(['MEMBERSHIP_FROZEN']);
    expect(codes([rita, inactive, seatPlan(2)], { seatEnforcement: 'HARD' })).to.deep.equal([
      'SEAT_LIMIT_EXCEEDED',
    ]);
    expect(codes([rita, managedBy('entra', 'rita'), inactive], { operationsOffered: [] })).to.deep.equal([
      'OPERATION_NOT_OFFERED',
      'MANAGED_EXTERNALLY',
    ]);
  });
});
