import { expect } from 'chai';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import type { EndingOperation, PolicyPreset } from '../../../src/domain/account/policy.js';
import { isRejection } from '../../../src/domain/rejection.js';
import {
  added,
  administrative,
  end,
  given,
  opened,
  system,
  technical,
  technicalOf,
  unconfirmed,
  user,
} from './given.js';

const base: readonly AccountEvent[] = [
  opened('DEFAULT', { confirmation: flagEverywhere() }),
  added('olga', 'OWNER'),
  added('adam', 'ADMIN'),
  added('carl', 'CONTRIBUTOR'),
  added('rita', 'REVIEWER'),
];
const withContacts: readonly AccountEvent[] = [
  ...base,
  { type: 'ApplicationRegistered', data: { applicationId: 'app1', name: 'One' } },
  { type: 'ContactAssigned', data: { responsibility: technicalOf('app1'), userId: 'carl' } },
  { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } },
  { type: 'ContactAssigned', data: { responsibility: administrative, userId: 'carl' } },
];
const snapshotOfRita = {
  kind: 'STANDARD',
  role: 'REVIEWER',
  permissions: [],
  groups: [],
  responsibilities: [],
} as const;
const ritaEnds = (type: 'UserRemoved' | 'UserLeft' | 'UserDeactivated' | 'UserDeleted'): AccountEvent => ({
  type,
  data: { userId: 'rita', membershipId: 'm-rita', snapshot: snapshotOfRita },
});

describe('ending a membership', () => {
  describe('in every status', () => {
    const statuses: readonly [string, readonly AccountEvent[]][] = [
      ['ACTIVE', base],
      ['INACTIVE', [...base, ritaEnds('UserDeactivated')]],
      ['REMOVED', [...base, ritaEnds('UserRemoved')]],
      ['DELETED', [...base, ritaEnds('UserDeleted')]],
    ];
    const expected: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      ACTIVE: {
        removeUser: 'UserRemoved',
        deactivateUser: 'UserDeactivated',
        deleteUser: 'DELETE_REQUIRES_INACTIVE',
      },
      INACTIVE: { removeUser: 'UserRemoved', deactivateUser: '', deleteUser: 'UserDeleted' },
      REMOVED: { removeUser: '', deactivateUser: 'MEMBERSHIP_ENDED', deleteUser: 'UserDeleted' },
      DELETED: { removeUser: 'MEMBERSHIP_ENDED', deactivateUser: 'MEMBERSHIP_ENDED', deleteUser: '' },
    };
    for (const [status, events] of statuses) {
      for (const type of ['removeUser', 'deactivateUser', 'deleteUser'] as const) {
        const outcome = expected[status]?.[type] ?? '';
        it(`${type} of ${status} gives ${outcome === '' ? 'nothing' : outcome}`, () => {
          const result = given(...events).when(end(type, 'rita'));
          if (outcome === '') result.thenNothing();
          else if (outcome.startsWith('User')) result.thenTypes(outcome);
          else result.thenRejected(outcome as 'MEMBERSHIP_ENDED');
        });
      }
    }
  });

  it('carries what the person had at that moment', () =>
    given(
      ...base,
      { type: 'GroupCreated', data: { groupId: 'g', name: 'G', parentId: null } },
      {
        type: 'GroupMemberAdded',
        data: { groupId: 'g', userId: 'rita', role: 'MAINTAINER' },
      },
    )
      .when(end('removeUser', 'rita'))
      .then({
        type: 'UserRemoved',
        data: {
          userId: 'rita',
          membershipId: 'm-rita',
          snapshot: { ...snapshotOfRita, groups: [{ groupId: 'g', role: 'MAINTAINER' }] },
          from: 'ACTIVE',
          notify: true,
        },
      }));

  it('needs a confirmation when the policy asks for one', () =>
    given(...base)
      .when(end('removeUser', 'rita', { confirmation: unconfirmed }))
      .thenRejected('CONFIRMATION_REQUIRED', { confirmation: 'FLAG' }));

  it('refuses a preview token that is stale, under every policy', () =>
    given(...base)
      .when(
        end('removeUser', 'rita', { confirmation: { ...unconfirmed, confirmed: true, previewToken: 'old' } }),
      )
      .thenRejected('STALE_PREVIEW'));

  describe('that is not offered', () => {
    const inAccount = (preset: PolicyPreset, ...so: readonly AccountEvent[]) =>
      given(opened(preset), added('olga', 'OWNER'), added('rita', 'REVIEWER'), ...so);
    const refuses = (
      there: ReturnType<typeof inAccount>,
      command: AccountCommand,
      way: { readonly message: string; readonly useInstead?: string },
    ) => {
      const { decision, thenRejected } = there.when(command);
      thenRejected('OPERATION_NOT_OFFERED', { message: way.message });
      expect(isRejection(decision) && decision.useInstead).to.equal(way.useInstead);
    };

    it('names the nearest operation that would do something in this state', () => {
      refuses(inAccount('DOCUMENT360'), end('removeUser', 'rita'), {
        message: 'This account does not offer REMOVE; use deleteUser.',
        useInstead: 'deleteUser',
      });
      refuses(inAccount('PARTNER_PORTAL'), end('removeUser', 'rita'), {
        message: 'This account does not offer REMOVE; use deactivateUser.',
        useInstead: 'deactivateUser',
      });
      refuses(inAccount('PARTNER_PORTAL', ritaEnds('UserDeactivated')), end('removeUser', 'rita'), {
        message: 'This account does not offer REMOVE; use deleteUser.',
        useInstead: 'deleteUser',
      });
      refuses(inAccount('SUPEROFFICE'), end('deleteUser', 'rita'), {
        message: 'This account does not offer DELETE; use removeUser.',
        useInstead: 'removeUser',
      });
    });
    it('names none to whoever is removed already', () =>
      refuses(inAccount('SUPEROFFICE', ritaEnds('UserRemoved')), end('deleteUser', 'rita'), {
        message: 'This account does not offer DELETE.',
      }));
  });

  it('of an active member by a delete names the offered way there (PP-6)', () => {
    const offering = (...operationsOffered: readonly EndingOperation[]) => {
      const policy = { operationsOffered, deletionRequiresInactive: true };
      const there = given(opened('DEFAULT', policy), added('olga', 'OWNER'), added('rita', 'REVIEWER'));
      const { decision } = there.when(end('deleteUser', 'rita'));
      return isRejection(decision) ? [decision.code, decision.message, decision.useInstead] : decision;
    };
    const code = 'DELETE_REQUIRES_INACTIVE';
    expect(offering('DELETE', 'REMOVE', 'DEACTIVATE')).to.deep.equal([
      code,
      'Deactivate the user first; an active membership cannot be deleted here.',
      'deactivateUser',
    ]);
    expect(offering('DELETE', 'REMOVE')).to.deep.equal([
      code,
      'Remove the user first; an active membership cannot be deleted here.',
      'removeUser',
    ]);
    expect(offering('DELETE')).to.deep.equal([
      code,
      'An active membership cannot be deleted here.',
      undefined,
    ]);
  });

  describe('who may', () => {
    it('not an unknown person: the account is unknown to him', () =>
      given(...base)
        .when(end('removeUser', 'rita'), user('eve'))
        .thenRejected('NOT_FOUND', { field: 'accountId' }));
    it('not a deactivated one', () =>
      given(...base, {
        ...ritaEnds('UserDeactivated'),
        data: { userId: 'adam', membershipId: 'm-adam', snapshot: { ...snapshotOfRita, role: 'ADMIN' } },
      } as AccountEvent)
        .when(end('removeUser', 'rita'), user('adam'))
        .thenRejected('NOT_FOUND'));
    it('not without users.manage', () =>
      given(...base)
        .when(end('removeUser', 'rita'), user('carl'))
        .thenRejected('PERMISSION_DENIED', { permission: 'users.manage' }));
    it('with users.manage granted singly (D3-28)', () =>
      given(...base, {
        type: 'PermissionsGranted',
        data: { userId: 'carl', membershipId: 'm-carl', permissions: ['users.manage'] },
      })
        .when(end('removeUser', 'rita'), user('carl'))
        .thenTypes('UserRemoved'));
    it('only by role where the policy says so (SW-1)', () =>
      given(
        opened('SOFTWAREONE'),
        added('olga', 'OWNER'),
        added('carl', 'CONTRIBUTOR', ['users.manage']),
        added('rita', 'REVIEWER'),
      )
        .when(end('removeUser', 'rita'), user('carl'))
        .thenRejected('PERMISSION_DENIED'));
    it('not on a higher rank', () =>
      given(...base)
        .when(end('removeUser', 'olga'), user('adam'))
        .thenRejected('TARGET_OUTRANKS_ACTOR'));
    it('not an ADMIN on an ADMIN, unless the policy lets him', () => {
      const events = [added('olga', 'OWNER'), added('adam', 'ADMIN'), added('anna', 'ADMIN')];
      given(opened(), ...events)
        .when(end('removeUser', 'anna'), user('adam'))
        .thenRejected('TARGET_OUTRANKS_ACTOR');
      given(opened('DEFAULT', { adminManagesAdmins: true }), ...events)
        .when(end('removeUser', 'anna'), user('adam'))
        .thenTypes('UserRemoved');
    });
    it('not on himself', () =>
      given(...base)
        .when(end('removeUser', 'adam'), user('adam'))
        .thenRejected('SELF_REMOVAL_FORBIDDEN'));
    it('nor by leaving, where self-removal is forbidden (SW-20)', () =>
      given(...base)
        .when(end('leaveAccount', 'carl'), user('carl'))
        .thenRejected('SELF_REMOVAL_FORBIDDEN'));
    it('by leaving, where it is allowed', () =>
      given(opened('DOCUMENT360'), added('olga', 'OWNER'), added('carl', 'CONTRIBUTOR'))
        .when(end('leaveAccount', 'carl'), user('carl'))
        .thenTypes('UserLeft'));
  });

  describe('the last active owner', () => {
    for (const type of ['removeUser', 'deactivateUser', 'deleteUser'] as const)
      it(`stays against ${type}, by anyone`, () =>
        given(...base)
          .when(end(type, 'olga'), system)
          .thenRejected('LAST_OWNER'));
    it('stays against leaving', () =>
      given(opened('DOCUMENT360'), added('olga', 'OWNER'))
        .when(end('leaveAccount', 'olga'), user('olga'))
        .thenRejected('LAST_OWNER'));
    it('stays against demotion', () =>
      given(...base)
        .when({ type: 'changeRole', userId: 'olga', role: 'ADMIN', expectedRole: null })
        .thenRejected('LAST_OWNER'));
    it('is not the last while another is active', () =>
      given(...base, added('otto', 'OWNER'))
        .when(end('removeUser', 'otto'))
        .thenTypes('UserRemoved'));
    it('is the last when the other is deactivated', () =>
      given(...base, added('otto', 'OWNER'), {
        type: 'UserDeactivated',
        data: { userId: 'otto', membershipId: 'm-otto', snapshot: { ...snapshotOfRita, role: 'OWNER' } },
      })
        .when(end('removeUser', 'olga'), system)
        .thenRejected('LAST_OWNER'));
  });

  describe('of a contact', () => {
    it('lists every duty that needs a successor (SO-9)', () =>
      given(...withContacts)
        .when(end('removeUser', 'carl'))
        .thenRejected('REASSIGNMENT_REQUIRED', {
          responsibilities: [technicalOf('app1'), technical, administrative],
        }));
    it('names only the missing one (SO-11)', () =>
      given(...withContacts)
        .when(
          end('removeUser', 'carl', {
            successors: {
              forAll: null,
              each: [
                { responsibility: technicalOf('app1'), userId: 'adam' },
                { responsibility: technical, userId: 'adam' },
              ],
            },
          }),
        )
        .thenRejected('REASSIGNMENT_REQUIRED', { responsibilities: [administrative] }));
    it('hands everything over first, then ends (SO-13, SO-25)', () =>
      given(...withContacts)
        .when(
          end('removeUser', 'carl', {
            successors: { forAll: 'adam', each: [{ responsibility: technical, userId: 'olga' }] },
          }),
        )
        .thenTypes('ContactReassigned', 'ContactReassigned', 'ContactReassigned', 'UserRemoved'));
    for (const [who, why] of [
      ['carl', 'the leaver'],
      ['eve', 'an outsider'],
      ['rita', 'an inactive member'],
    ] as const)
      it(`refuses ${why} as successor (SO-17, SO-18)`, () =>
        given(...withContacts, ritaEnds('UserDeactivated'))
          .when(end('removeUser', 'carl', { successors: { forAll: who, each: [] } }))
          .thenRejected('INVALID_SUCCESSOR', { field: 'successors.forAll' }));
    it('names every duty that is given to the wrong one, and no other', () => {
      const duties = [technicalOf('app1'), technical, administrative];
      given(...withContacts)
        .when(end('removeUser', 'carl', { successors: { forAll: 'eve', each: [] } }))
        .thenRejected('INVALID_SUCCESSOR', { field: 'successors.forAll', responsibilities: duties });
      given(...withContacts)
        .when(
          end('removeUser', 'carl', {
            successors: {
              forAll: 'adam',
              each: [
                { responsibility: administrative, userId: 'carl' },
                { responsibility: technical, userId: 'eve' },
              ],
            },
          }),
        )
        .thenRejected('INVALID_SUCCESSOR', {
          field: 'successors.each.1.userId',
          responsibilities: [technical, administrative],
        });
    });
    it('counts one duty as one', () =>
      given(...base, { type: 'ContactAssigned', data: { responsibility: technical, userId: 'carl' } })
        .when(end('removeUser', 'carl'))
        .thenRejected('REASSIGNMENT_REQUIRED', { message: 'Name a successor for this duty.' }));
    it('refuses a successor for a duty the leaver does not hold', () =>
      given(...withContacts)
        .when(
          end('removeUser', 'rita', {
            successors: { forAll: null, each: [{ responsibility: technical, userId: 'adam' }] },
          }),
        )
        .thenRejected('RESPONSIBILITY_NOT_HELD'));
    it('needs contacts.reassign beside users.manage', () =>
      given(...withContacts, added('mona', 'CONTRIBUTOR', ['users.manage']))
        .when(end('removeUser', 'carl', { successors: { forAll: 'adam', each: [] } }), user('mona'))
        .thenRejected('PERMISSION_DENIED', { permission: 'contacts.reassign' }));
    it('needs none to name somebody in vain, where there is nothing to hand over', () =>
      given(...base, added('mona', 'CONTRIBUTOR', ['users.manage']))
        .when(end('removeUser', 'rita', { successors: { forAll: 'adam', each: [] } }), user('mona'))
        .thenTypes('UserRemoved'));
    it('says so before it looks at the successors', () =>
      given(...withContacts, added('mona', 'CONTRIBUTOR', ['users.manage']))
        .when(end('removeUser', 'carl', { successors: { forAll: 'eve', each: [] } }), user('mona'))
        .thenRejected('PERMISSION_DENIED', { permission: 'contacts.reassign' }));
    it('vacates on removal where the policy allows it, and keeps the duty on deactivation', () => {
      const vacant = withContacts.map((event) =>
        event.type === 'AccountOpened'
          ? opened('PARTNER_PORTAL', { operationsOffered: ['REMOVE', 'DEACTIVATE'] })
          : event,
      );
      given(...vacant)
        .when(end('removeUser', 'carl'))
        .thenTypes('ContactVacated', 'ContactVacated', 'ContactVacated', 'UserRemoved');
      given(...vacant)
        .when(end('deactivateUser', 'carl'))
        .thenTypes('UserDeactivated');
    });
  });
});

function flagEverywhere() {
  const flag = { single: 'FLAG', bulk: 'FLAG' } as const;
  return { REMOVE: flag, DEACTIVATE: flag, REACTIVATE: flag, DELETE: flag };
}
