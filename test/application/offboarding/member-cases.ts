import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { type AccountPolicy, type PolicyPreset, presets } from '../../../src/domain/account/policy.js';
import type { MemberKind, Role } from '../../../src/domain/account/roles.js';
import {
  about,
  bare,
  ended,
  group,
  inGroup,
  invitationOver,
  invited,
  linked,
  managedBy,
  opened,
  operator,
  technicalOf,
  user,
} from '../../domain/account/given.js';

/** Every way a membership can stand, as the events that lead there. */
export const memberCases = [
  'INVITED',
  'INVITATION_EXPIRED',
  'DECLINED',
  'ACTIVE',
  'ACTIVE_SSO',
  'ACTIVE_CONTACT',
  'ACTIVE_MANAGED',
  'ACTIVE_SCHEDULED',
  'FROZEN',
  'FROZEN_CONTACT',
  'INACTIVE',
  'INACTIVE_LINGERING',
  'INACTIVE_CONTACT',
  'INACTIVE_MANAGED',
  'REMOVED',
  'DELETED',
] as const;
export type MemberCase = (typeof memberCases)[number];

export interface Member {
  readonly userId: string;
  readonly is: MemberCase;
  readonly role: Role;
}

const base = (userId: string, role: Role, kind: MemberKind = 'STANDARD'): readonly AccountEvent[] => [
  { type: 'UserAdded', data: { userId, membershipId: `m-${userId}`, kind, role, permissions: [] } },
  inGroup('all', userId),
];

const contactOf = (userId: string): readonly AccountEvent[] => [
  { type: 'ApplicationRegistered', data: { applicationId: `app-${userId}`, name: `App of ${userId}` } },
  { type: 'ContactAssigned', data: { responsibility: technicalOf(`app-${userId}`), userId } },
];

const eventsOf = ({ userId, is, role }: Member): readonly AccountEvent[] => {
  const held = bare(role, { groups: [{ groupId: 'all', role: 'MEMBER' }] });
  const duty = { responsibilities: [technicalOf(`app-${userId}`)] };
  switch (is) {
    case 'INVITED':
      return [invited(userId, role)];
    case 'INVITATION_EXPIRED':
      return [invited(userId, role), invitationOver('InvitationExpired', userId)];
    case 'DECLINED':
      return [invited(userId, role), invitationOver('InvitationDeclined', userId)];
    case 'ACTIVE':
      return base(userId, role);
    case 'ACTIVE_SCHEDULED':
      return [
        ...base(userId, role),
        {
          type: 'EndScheduled',
          data: {
            userId,
            membershipId: `m-${userId}`,
            scheduleId: `s-${userId}`,
            operation: 'REMOVE',
            at: '2027-01-01T00:00:00.000Z',
            successorId: null,
            orderedAs: 'OWNER',
          },
        },
      ];
    case 'ACTIVE_SSO':
      return base(userId, role, 'SSO');
    case 'ACTIVE_CONTACT':
      return [...base(userId, role), ...contactOf(userId)];
    case 'ACTIVE_MANAGED':
      return [...base(userId, role), managedBy('entra', userId)];
    case 'FROZEN':
      return [...base(userId, role), about('UserFrozen', userId)];
    case 'FROZEN_CONTACT':
      return [...base(userId, role), ...contactOf(userId), about('UserFrozen', userId)];
    case 'INACTIVE':
      return [...base(userId, role), ended('UserDeactivated', userId, held)];
    case 'INACTIVE_LINGERING': {
      const { type, data } = ended('UserDeactivated', userId, { ...held, kind: 'SSO' });
      return [
        ...base(userId, role, 'SSO'),
        { type, data: { ...data, untilSessionEnd: { latest: null } } } as AccountEvent,
      ];
    }
    case 'INACTIVE_CONTACT':
      return [
        ...base(userId, role),
        ...contactOf(userId),
        ended('UserDeactivated', userId, { ...held, ...duty }),
      ];
    case 'INACTIVE_MANAGED':
      return [...base(userId, role), managedBy('entra', userId), ended('UserDeactivated', userId, held)];
    case 'REMOVED':
      return [...base(userId, role), ended('UserRemoved', userId, held)];
    case 'DELETED':
      return [...base(userId, role), ended('UserDeleted', userId, held)];
  }
};

/** Who asks: a member of a role, somebody with single permissions, an operator, or both, each able to do what the other cannot. */
export const askers = [
  'OWNER',
  'ADMIN',
  'CONTRIBUTOR',
  'REVIEWER',
  'MANAGER',
  'MANAGER_OF_CONTACTS',
  'OPERATOR',
  'MEMBER_AND_OPERATOR',
  'STRANGER',
] as const;
export type Asker = (typeof askers)[number];

const askerEvents = (asker: Asker): readonly AccountEvent[] => {
  const me = (role: Role, permissions: readonly string[] = []): AccountEvent => ({
    type: 'UserAdded',
    data: { userId: 'me', membershipId: 'm-me', kind: 'STANDARD', role, permissions },
  });
  switch (asker) {
    case 'OWNER':
    case 'ADMIN':
    case 'CONTRIBUTOR':
    case 'REVIEWER':
      return [me(asker)];
    case 'MANAGER':
      return [me('CONTRIBUTOR', ['users.manage', 'bulk.run'])];
    case 'MANAGER_OF_CONTACTS':
      return [me('CONTRIBUTOR', ['users.manage', 'bulk.run', 'contacts.reassign'])];
    case 'MEMBER_AND_OPERATOR':
      return [me('REVIEWER', ['users.manage', 'bulk.run', 'contacts.reassign'])];
    case 'OPERATOR':
    case 'STRANGER':
      return [];
  }
};

export const actorOf = (asker: Asker): Actor => {
  if (asker === 'OPERATOR') return operator('ADMIN', { userId: 'me' });
  return asker === 'MEMBER_AND_OPERATOR'
    ? operator('CONTRIBUTOR', { userId: 'me', permissions: ['users.manage', 'bulk.run'] })
    : user('me');
};

/** Who else is there: nobody, somebody who could take duties over, or another owner. */
export const bystanders = ['NOBODY', 'COLLEAGUE', 'OTHER_OWNER'] as const;
export type Bystander = (typeof bystanders)[number];

const bystanderEvents = (bystander: Bystander): readonly AccountEvent[] => {
  if (bystander === 'NOBODY') return [];
  return base('other', bystander === 'COLLEAGUE' ? 'CONTRIBUTOR' : 'OWNER');
};

/** The presets, and one in which every limit bites. */
export const policies = {
  ...presets,
  NARROW: {
    ...presets.PARTNER_PORTAL,
    operationsOffered: ['REMOVE', 'DEACTIVATE', 'DELETE'],
    responsibilities: presets.DEFAULT.responsibilities,
    confirmation: {
      ...presets.PARTNER_PORTAL.confirmation,
      REMOVE: { single: 'PREVIEW_TOKEN', bulk: 'PREVIEW_TOKEN' },
    },
    selfRemoval: 'UNLESS_LAST_OWNER',
    ownerManagesOwners: false,
    bulkLimit: 2,
    seatEnforcement: 'HARD',
  },
} satisfies Record<string, AccountPolicy>;
export type PolicyName = keyof typeof policies;
export const policyNames = Object.keys(policies) as readonly PolicyName[];

export interface World {
  readonly policy: PolicyName;
  readonly asker: Asker;
  readonly bystander: Bystander;
  readonly members: readonly Member[];
}

/** An account in which exactly these people are. Seats are full under a hard limit. */
export const eventsIn = ({ policy, asker, bystander, members }: World): readonly AccountEvent[] => {
  const preset: PolicyPreset = policy === 'NARROW' ? 'PARTNER_PORTAL' : policy;
  const people = [
    ...askerEvents(asker),
    ...bystanderEvents(bystander),
    ...members.filter(({ userId }) => userId !== 'me').flatMap(eventsOf),
  ];
  const seats = people.filter(({ type }) => type === 'UserAdded').length;
  return [opened(preset, policies[policy]), linked, group('all'), ...people, planOf(seats, members)];
};

/** One seat is free when one of the members has left. */
const planOf = (everJoined: number, members: readonly Member[]): AccountEvent => {
  const left = members.filter(({ is }) => is === 'REMOVED' || is === 'DELETED' || is.startsWith('INACTIVE'));
  return {
    type: 'SeatPlanChanged',
    data: { planSeats: everJoined - Math.max(0, left.length - 1), addOnSeats: 0 },
  };
};
