import type { AccountCommand } from '../../src/domain/account/commands.js';
import { type AccountPolicy, endingOperations, presets } from '../../src/domain/account/policy.js';
import { type MemberKind, roles } from '../../src/domain/account/roles.js';
import {
  type AccountState,
  isLive,
  type Membership,
  type MembershipStatus,
} from '../../src/domain/account/state.js';

/** One roll of the dice; what it asks for depends on what the account then holds. */
export interface Wish {
  readonly what: number;
  readonly a: number;
  readonly b: number;
  /** Minutes since the wish before. */
  readonly minutes: number;
}

export interface Situation {
  readonly state: AccountState;
  readonly now: number;
  readonly newId: (what: string) => string;
  /** Whom wishes are about. Default: five who never change. */
  readonly people?: readonly string[];
  /** Coming in is not corrected past a change of role. */
  readonly mayCorrect: (membershipId: string, revision: number, times: readonly [number, number]) => boolean;
}

/** Wishes from here on are not for the account. */
export const FOR_EFFECTS = 860;

const FIVE = ['u0', 'u1', 'u2', 'u3', 'u4'];
const MINUTE = 60_000;
const kinds: readonly MemberKind[] = ['STANDARD', 'SSO', 'SSO'];
const confirmation = { confirmed: true, previewToken: null, phrase: null } as const;

/** Null: there is nobody to ask it of. The decider may refuse it still. */
export function commandFor(situation: Situation, wish: Wish): AccountCommand | null {
  const { what, a, b } = wish;
  const { state, people = FIVE } = situation;
  const userId = people[a % people.length] ?? '';
  if (what < 460) return lifecycle(situation, userId, wish);
  if (what >= 760) return correction(situation, state.memberships.get(userId), b);
  if (what >= 720) return policyOrPlan(wish);
  const live = [...state.memberships.values()].filter(isLive);
  const member = live[a % live.length];
  return member === undefined ? null : onMember(situation, member, wish);
}

/** Short terms, so that they run out within a history. */
export function policyOf(b: number): AccountPolicy {
  return {
    ...presets.DEFAULT,
    invitationReservesSeat: b % 2 === 0,
    invitationTtlSeconds: 60 * (30 + (b % 5) * 30),
    ssoCutoffOnDeactivate: 'AT_SESSION_END',
    ssoCutoffMaximumSeconds: b % 3 === 0 ? null : 60 * 45,
    deletionRequiresInactive: false,
    selfRemoval: 'UNLESS_LAST_OWNER',
    notifyOnRemove: b % 5 !== 0,
    attributionAfterDelete: b % 3 === 0 ? 'KEEP_NAME' : 'ANONYMOUS',
    seatEnforcement: b % 7 === 0 ? 'HARD' : 'OFF',
    responsibilities: { REMOVE: 'ALLOW_VACANT', DEACTIVATE: 'ALLOW_VACANT', DELETE: 'ALLOW_VACANT' },
  };
}

/** What can be done in the state the person is in. */
const choicesIn = {
  DELETED: ['addUser', 'inviteUser', 'inviteUser'],
  INVITED: [
    'acceptInvitation',
    'resendInvitation',
    'acceptInvitation',
    'declineInvitation',
    'revokeInvitation',
    'copyInvitationLink',
    'removeUser',
    'deleteUser',
  ],
  INVITATION_EXPIRED: ['resendInvitation', 'inviteUser', 'addUser', 'removeUser', 'deleteUser'],
  ACTIVE: ['deactivateUser', 'freezeUser', 'removeUser', 'leaveAccount', 'deactivateUser', 'deleteUser'],
  FROZEN: ['unfreezeUser', 'deactivateUser', 'unfreezeUser', 'removeUser', 'deleteUser'],
  INACTIVE: [
    'reactivateUser',
    'terminateSession',
    'signalSessionEnded',
    'reactivateUser',
    'removeUser',
    'deleteUser',
  ],
  REMOVED: ['reinstateUser', 'addUser', 'inviteUser', 'deleteUser'],
} as const satisfies Record<MembershipStatus, readonly AccountCommand['type'][]>;

function lifecycle({ state, newId }: Situation, userId: string, { what, b }: Wish): AccountCommand {
  const target = state.memberships.get(userId);
  const choices = choicesIn[target?.status ?? 'DELETED'];
  const type = choices[what % choices.length] ?? 'addUser';
  const joining = {
    userId,
    membershipId: newId('membership'),
    kind: kinds[b % 3] ?? 'STANDARD',
    role: roles[b % 4] ?? 'REVIEWER',
    permissions: b % 3 === 0 ? ['app-store'] : [],
    groupIds: b % 2 === 0 ? [...state.groups.keys()].slice(0, 2) : [],
  };
  const { invitationId = '', generation = 0, tokenHash = '' } = target?.invitation ?? {};
  switch (type) {
    case 'addUser':
      return { type, ...joining };
    case 'inviteUser':
      return { type, ...joining, invitationId: newId('invitation'), tokenHash: 'h1' };
    case 'resendInvitation': {
      const next = generation + 1;
      return { type, userId, invitationId, generation: next, tokenHash: `h${next}` };
    }
    case 'acceptInvitation':
    case 'declineInvitation':
      return { type, userId, invitationId, generation, tokenHash };
    case 'removeUser':
    case 'leaveAccount':
    case 'deactivateUser':
    case 'deleteUser':
      return { type, userId, confirmation, successors: { forAll: null, each: [] } };
    case 'reactivateUser':
      return { type, userId, confirmation };
    case 'reinstateUser': {
      const parts = (['ROLE', 'PERMISSIONS', 'GROUPS', 'RESPONSIBILITIES'] as const).slice(b % 4);
      return { type, userId, parts, role: null, groupIds: [] };
    }
    case 'revokeInvitation':
    case 'copyInvitationLink':
    case 'freezeUser':
    case 'unfreezeUser':
    case 'terminateSession':
    case 'signalSessionEnded':
      return { type, userId };
  }
}

function policyOrPlan({ what, a, b }: Wish): AccountCommand {
  const operatorAccountId = `operator${b % 3}`;
  if (what % 4 === 1)
    return a % 2 === 0
      ? { type: 'linkOperator', operatorAccountId, operatorKind: 'OPERATOR' }
      : { type: 'unlinkOperator', operatorAccountId };
  return what % 3 === 0
    ? { type: 'changeSeatPlan', planSeats: a % 5 === 0 ? null : b % 9, addOnSeats: a % 3 }
    : { type: 'changePolicy', preset: 'DEFAULT', policy: policyOf(b), expectedPolicyVersion: null };
}

function onMember(situation: Situation, member: Membership, { what, b }: Wish): AccountCommand {
  const { userId, directory, permissions } = member;
  if (what < 560) return schedule(situation, member, b);
  if (what < 600)
    return directory === null
      ? { type: 'startDirectoryManagement', userId, directory: 'entra' }
      : { type: 'endDirectoryManagement', userId };
  if (what < 620) return { type: 'notifyUser', userId, sealedMessage: 'sealed' };
  if (what >= 680) return group(situation, userId, b);
  if (what % 3 === 0)
    return { type: 'changeRole', userId, role: roles[b % 4] ?? 'REVIEWER', expectedRole: null };
  if (what % 3 === 1 && permissions.length > 0) return { type: 'revokePermissions', userId, permissions };
  return { type: 'grantPermissions', userId, permissions: [`p${b % 4}`] };
}

function schedule(
  { now, newId }: Situation,
  { userId, scheduledEnd }: Membership,
  b: number,
): AccountCommand {
  const at = now + (1 + (b % 60)) * MINUTE;
  if (scheduledEnd === null) {
    const operation = endingOperations[b % 3] ?? 'REMOVE';
    const order = { scheduleId: newId('schedule'), operation, at, successorId: null };
    return { type: 'scheduleEnd', userId, ...order, confirmation };
  }
  if (scheduledEnd.at <= now) return { type: 'runScheduledEnd', userId, scheduleId: scheduledEnd.scheduleId };
  return b % 2 === 0 ? { type: 'rescheduleEnd', userId, at } : { type: 'cancelScheduledEnd', userId };
}

function group({ state, newId }: Situation, userId: string, b: number): AccountCommand {
  const groupIds = [...state.groups.keys()];
  const groupId = groupIds[b % groupIds.length];
  if (groupId === undefined || b % 5 === 0) {
    const id = newId('group');
    return { type: 'createGroup', groupId: id, name: id, parentId: null };
  }
  if (b % 5 === 1) return { type: 'deleteGroup', groupId };
  return { type: 'addGroupMember', groupId, userId, role: b % 2 === 0 ? 'MEMBER' : 'MAINTAINER' };
}

/** Anywhere between the neighbours, on their very times too. */
function correction(
  { now, mayCorrect }: Situation,
  target: Membership | undefined,
  b: number,
): AccountCommand | null {
  const { transitions = [], notBefore = 0, userId = '', membershipId = '' } = target ?? {};
  const i = 2 * (b % Math.max(1, transitions.length / 2));
  const [revision, at] = [transitions[i], transitions[i + 1]];
  if (revision === undefined || at === undefined) return null;
  const earliest = transitions[i - 1] ?? Math.max(notBefore, at - 5 * MINUTE);
  const latest = transitions[i + 3] ?? now;
  const effectiveAt = earliest + Math.round(((latest - earliest) * ((b >> 3) % 5)) / 4 / MINUTE) * MINUTE;
  return mayCorrect(membershipId, revision, [Math.min(at, effectiveAt), Math.max(at, effectiveAt)])
    ? { type: 'correctMembershipPeriod', userId, revision, effectiveAt }
    : null;
}
