import { expect } from 'chai';
import type { AddUser, ReactivateUser } from '../../../src/domain/account/commands.js';
import type { AccountEvent, MembershipSnapshot } from '../../../src/domain/account/events.js';
import {
  added,
  confirmed,
  given,
  invited,
  opened,
  START,
  STEP_MS,
  system,
  technical,
  unconfirmed,
  user,
} from './given.js';

const base = [opened(), added('olga', 'OWNER'), added('adam', 'ADMIN'), added('carl', 'CONTRIBUTOR')];
const add = (userId: string, also: Partial<AddUser> = {}): AddUser => ({
  type: 'addUser',
  userId,
  membershipId: `new-${userId}`,
  kind: 'STANDARD',
  role: 'CONTRIBUTOR',
  permissions: [],
  groupIds: [],
  ...also,
});
const snapshot: MembershipSnapshot = {
  kind: 'STANDARD',
  role: 'CONTRIBUTOR',
  permissions: [],
  groups: [],
  responsibilities: [],
};
const carlEnds = (
  type: 'UserRemoved' | 'UserDeactivated' | 'UserDeleted',
  also: Partial<MembershipSnapshot> = {},
): AccountEvent => ({
  type,
  data: { userId: 'carl', membershipId: 'm-carl', snapshot: { ...snapshot, ...also } },
});

describe('adding a user', () => {
  it('begins a membership', () =>
    given(...base)
      .when(add('rita', { permissions: ['b', 'a', 'a'] }))
      .then({
        type: 'UserAdded',
        data: {
          userId: 'rita',
          membershipId: 'new-rita',
          kind: 'STANDARD',
          role: 'CONTRIBUTOR',
          permissions: ['a', 'b'],
        },
      }));
  it('of a removed one goes on under the same membership (SW-5)', () =>
    given(...base, carlEnds('UserRemoved'))
      .when(add('carl'))
      .then({
        type: 'UserRejoined',
        data: {
          userId: 'carl',
          membershipId: 'm-carl',
          kind: 'STANDARD',
          role: 'CONTRIBUTOR',
          permissions: [],
        },
      }));
  it('of a deleted one begins a new membership, restoring nothing', () =>
    given(...base, carlEnds('UserDeleted'))
      .when(add('carl'))
      .thenTypes('UserAdded'));
  it('is refused while the user is a member (SW-16)', () =>
    given(...base)
      .when(add('carl'))
      .thenRejected('ALREADY_MEMBER'));
  it('points to reactivation while the user is deactivated', () =>
    given(...base, carlEnds('UserDeactivated'))
      .when(add('carl'))
      .thenRejected('ALREADY_MEMBER', { useInstead: 'reactivateUser' }));
  it('needs users.invite', () =>
    given(...base)
      .when(add('rita'), user('carl'))
      .thenRejected('PERMISSION_DENIED', { permission: 'users.invite' }));
  it('grants no role above one’s own', () =>
    given(...base)
      .when(add('rita', { role: 'OWNER' }), user('adam'))
      .thenRejected('ROLE_NOT_GRANTABLE'));
  it('grants no atom one lacks', () =>
    given(...base)
      .when(add('rita', { permissions: ['policy.write'] }), user('adam'))
      .thenRejected('PERMISSION_NOT_GRANTABLE', { permission: 'policy.write' }));
  it('grants operator atoms in operator accounts only', () =>
    given(...base)
      .when(add('rita', { permissions: ['accounts.operate'] }), system)
      .thenRejected('PERMISSION_NOT_GRANTABLE'));
  it('wants a group where the policy does (SW-16)', () => {
    const events = [opened('SOFTWAREONE'), added('olga', 'OWNER')];
    given(...events)
      .when(add('rita'))
      .thenRejected('GROUP_REQUIRED');
    given(...events, { type: 'GroupCreated', data: { groupId: 'g', name: 'G', parentId: null } })
      .when(add('rita', { groupIds: ['g'] }))
      .thenTypes('UserAdded', 'GroupMemberAdded');
  });
  it('refuses an unknown group', () =>
    given(...base)
      .when(add('rita', { groupIds: ['nowhere'] }))
      .thenRejected('NOT_FOUND', { field: 'groupIds' }));
  it('refuses a permission of odd shape', () =>
    given(...base)
      .when(add('rita', { permissions: ['DROP TABLE'] }))
      .thenRejected('INVALID_INPUT'));
  it('makes readers reviewers', () =>
    given(...base)
      .when(add('rita', { kind: 'READER' }))
      .thenRejected('INVALID_INPUT', { field: 'role' }));
});

describe('reactivating', () => {
  const reactivate = (also: Partial<ReactivateUser> = {}): ReactivateUser => ({
    type: 'reactivateUser',
    userId: 'carl',
    confirmation: confirmed,
    ...also,
  });

  it('gives access back and reports what moved on', () =>
    given(
      ...base,
      { type: 'GroupCreated', data: { groupId: 'g', name: 'G', parentId: null } },
      { type: 'GroupMemberAdded', data: { groupId: 'g', userId: 'carl', role: 'MEMBER' } },
      { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
      carlEnds('UserDeactivated', {
        groups: [{ groupId: 'g', role: 'MEMBER' }],
        responsibilities: [technical],
      }),
      {
        type: 'ContactReassigned',
        data: { responsibility: technical, fromUserId: 'carl', toUserId: 'adam' },
      },
      { type: 'GroupDeleted', data: { groupId: 'g', name: 'G' } },
    )
      .when(reactivate())
      .then({
        type: 'UserReactivated',
        data: {
          userId: 'carl',
          membershipId: 'm-carl',
          notRestored: { responsibilities: [technical], groupIds: ['g'] },
        },
      }));
  it('of an active user changes nothing (PP-18)', () =>
    given(...base)
      .when(reactivate())
      .thenNothing());
  for (const [type, useInstead] of [
    ['UserRemoved', 'reinstateUser'],
    ['UserDeleted', 'addUser'],
  ] as const)
    it(`is refused after ${type} (D3-6), naming ${useInstead}`, () =>
      given(...base, carlEnds(type))
        .when(reactivate())
        .thenRejected('MEMBERSHIP_ENDED', { useInstead }));
  it('needs a confirmation', () =>
    given(...base, carlEnds('UserDeactivated'))
      .when(reactivate({ confirmation: unconfirmed }))
      .thenRejected('CONFIRMATION_REQUIRED'));
  it('is not offered where deactivating is not', () =>
    given(opened('SUPEROFFICE'), added('olga', 'OWNER'), added('carl', 'CONTRIBUTOR'))
      .when(reactivate())
      .thenRejected('OPERATION_NOT_OFFERED'));
  it('does not count a reactivated owner twice', () =>
    given(
      opened('DEFAULT', { operationsOffered: ['REMOVE', 'DEACTIVATE'] }),
      added('olga', 'OWNER'),
      { ...added('carl', 'OWNER') },
      carlEnds('UserDeactivated', { role: 'OWNER' }),
      {
        type: 'UserReactivated',
        data: { userId: 'carl', membershipId: 'm-carl', notRestored: { responsibilities: [], groupIds: [] } },
      },
      { type: 'RoleChanged', data: { userId: 'carl', membershipId: 'm-carl', from: 'OWNER', to: 'ADMIN' } },
    )
      .when({ type: 'changeRole', userId: 'olga', role: 'ADMIN', expectedRole: null })
      .thenRejected('LAST_OWNER'));
});

describe('roles and permissions', () => {
  const ottoRemoved: AccountEvent = {
    type: 'UserRemoved',
    data: { userId: 'otto', membershipId: 'm-otto', snapshot: { ...snapshot, role: 'OWNER' } },
  };
  const role = (userId: string, to: 'OWNER' | 'ADMIN' | 'CONTRIBUTOR' | 'REVIEWER') =>
    ({ type: 'changeRole', userId, role: to, expectedRole: null }) as const;

  it('change', () =>
    given(...base)
      .when(role('carl', 'ADMIN'))
      .then({
        type: 'RoleChanged',
        data: { userId: 'carl', membershipId: 'm-carl', from: 'CONTRIBUTOR', to: 'ADMIN' },
      }));
  it('already so is no event', () =>
    given(...base)
      .when(role('carl', 'CONTRIBUTOR'))
      .thenNothing());
  it('nobody promotes himself', () =>
    given(...base)
      .when(role('adam', 'OWNER'), user('adam'))
      .thenRejected('ROLE_NOT_GRANTABLE'));
  it('nobody edits a higher rank (D3-12)', () =>
    given(...base)
      .when(role('olga', 'REVIEWER'), user('adam'))
      .thenRejected('TARGET_OUTRANKS_ACTOR'));
  it('a higher rank is told before that the membership has ended', () => {
    const ended = [...base, added('otto', 'OWNER'), ottoRemoved];
    for (const command of [
      role('otto', 'REVIEWER'),
      { type: 'grantPermissions', userId: 'otto', permissions: ['app-store'] },
    ] as const)
      given(...ended)
        .when(command, user('adam'))
        .thenRejected('TARGET_OUTRANKS_ACTOR');
  });
  it('an expected role that is no more is stale', () =>
    given(...base)
      .when({ ...role('carl', 'ADMIN'), expectedRole: 'REVIEWER' })
      .thenRejected('STALE_VALUE'));
  it('grants only what is new', () =>
    given(...base, {
      type: 'PermissionsGranted',
      data: { userId: 'carl', membershipId: 'm-carl', permissions: ['app-store'] },
    })
      .when({ type: 'grantPermissions', userId: 'carl', permissions: ['users.manage', 'app-store'] })
      .then({
        type: 'PermissionsGranted',
        data: { userId: 'carl', membershipId: 'm-carl', permissions: ['users.manage'] },
      }));
  it('revokes only what is there', () =>
    given(...base)
      .when({ type: 'revokePermissions', userId: 'carl', permissions: ['app-store'] })
      .thenNothing());
  it('grants no atom one lacks', () =>
    given(...base)
      .when({ type: 'grantPermissions', userId: 'adam', permissions: ['policy.write'] }, user('adam'))
      .thenRejected('PERMISSION_NOT_GRANTABLE'));
});

describe('correcting a period', () => {
  const at = (step: number) => START + step * STEP_MS;
  const events = [...base, carlEnds('UserRemoved'), added('rita', 'REVIEWER')];
  const correct = (revision: number, effectiveAt: number) =>
    ({ type: 'correctMembershipPeriod', userId: 'carl', revision, effectiveAt }) as const;

  it('says when the change of status took effect', () =>
    given(...events)
      .when(correct(4, at(3)))
      .then({
        type: 'MembershipPeriodCorrected',
        data: {
          userId: 'carl',
          membershipId: 'm-carl',
          correctedRevision: 4,
          from: '2026-01-01T00:04:00.000Z',
          to: '2026-01-01T00:03:00.000Z',
        },
      }));
  it('may not pass the change before it', () =>
    given(...events)
      .when(correct(4, at(2)))
      .thenRejected('CORRECTION_OUT_OF_BOUNDS'));
  it('may not pass the end of an earlier membership that was deleted', () => {
    const again = [...base, carlEnds('UserDeleted'), added('carl', 'CONTRIBUTOR')];
    given(...again)
      .when(correct(5, at(4)))
      .thenTypes('MembershipPeriodCorrected');
    given(...again)
      .when(correct(5, at(3)))
      .thenRejected('CORRECTION_OUT_OF_BOUNDS');
  });
  it('may not lie in the future', () =>
    given(...events)
      .when(correct(4, at(100)))
      .thenRejected('CORRECTION_OUT_OF_BOUNDS'));
  it('may move a beginning far back', () =>
    given(...events)
      .when(correct(3, at(-1_000_000)))
      .thenTypes('MembershipPeriodCorrected'));
  it('takes only revisions that changed this membership’s status', () =>
    given(...events)
      .when(correct(1, at(0)))
      .thenRejected('NOT_FOUND', { field: 'revision' }));
  it('leaves every other change of status as it was', () => {
    const { state } = given(...events, {
      type: 'MembershipPeriodCorrected',
      data: {
        userId: 'carl',
        membershipId: 'm-carl',
        correctedRevision: 4,
        from: '2026-01-01T00:04:00.000Z',
        to: '2026-01-01T00:03:30.000Z',
      },
    });
    expect(state.memberships.get('carl')?.transitions).to.deep.equal([3, at(3), 4, at(3.5)]);
  });
  it('begins anew with a new membership, added or invited, not before the old one ended', () => {
    for (const again of [added('carl', 'CONTRIBUTOR'), invited('carl', 'CONTRIBUTOR')]) {
      const anew = { ...again, data: { ...again.data, membershipId: 'm-2' } } as AccountEvent;
      const { state } = given(...base, carlEnds('UserDeleted'), anew);
      expect(state.memberships.get('carl')).to.deep.include({ transitions: [5, at(5)], notBefore: at(4) });
    }
  });
  it('goes on with the same membership, added, invited or reinstated', () => {
    const rejoined = { ...added('carl', 'CONTRIBUTOR'), type: 'UserRejoined' } as AccountEvent;
    for (const again of [rejoined, invited('carl', 'CONTRIBUTOR')]) {
      const { state } = given(...base, carlEnds('UserRemoved'), again);
      expect(state.memberships.get('carl')).to.deep.include({
        transitions: [3, at(3), 4, at(4), 5, at(5)],
        notBefore: 0,
      });
    }
  });
  it('counts from the corrected time on', () =>
    given(...events, {
      type: 'MembershipPeriodCorrected',
      data: {
        userId: 'carl',
        membershipId: 'm-carl',
        correctedRevision: 4,
        from: '2026-01-01T00:04:00.000Z',
        to: '2026-01-01T00:03:00.000Z',
      },
    })
      .when(correct(4, at(3)))
      .thenNothing());
});
