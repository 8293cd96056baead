import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountCommand, EndMembership } from '../../../src/domain/account/commands.js';
import { accountDecider } from '../../../src/domain/account/decide.js';
import type {
  AccountEvent,
  AccountEventOf,
  AccountKind,
  MembershipSnapshot,
} from '../../../src/domain/account/events.js';
import { type AccountPolicy, type PolicyPreset, presets } from '../../../src/domain/account/policy.js';
import { atomsOf, type MemberKind, type Role } from '../../../src/domain/account/roles.js';
import type { AccountState } from '../../../src/domain/account/state.js';
import type { Decision } from '../../../src/domain/decider.js';
import type { EventActor, StoredEvent } from '../../../src/domain/event.js';
import { isRejection, type Rejection, type RejectionCode } from '../../../src/domain/rejection.js';

export const ACCOUNT_ID = 'acme';
/** Between two events, if nothing else is said: invitations follow each other no sooner. */
export const STEP_MS = 60_000;
export const START = Date.parse('2026-01-01T00:00:00.000Z');

/** Given events, when a command is decided (a minute after the last of them, if not said), then events or a refusal. */
export const given = (...events: readonly AccountEvent[]) => {
  const state = fold(events);
  return {
    state,
    when: (command: AccountCommand, actor: Actor = user('olga'), at = momentAfter(events)) => {
      const decision = accountDecider.decide(state, command, {
        actor,
        occurredAt: at,
        commandId: 'command',
        fingerprint: null,
        digest: (text) => `digest(${text})`,
      });
      return {
        decision,
        // biome-ignore lint/suspicious/noThenProperty: given, when, then; nobody awaits it.
        then: (...expected: readonly AccountEvent[]) => expect(decision).to.deep.equal(expected),
        thenTypes: (...types: readonly string[]) =>
          expect(isRejection(decision) ? decision : decision.map((event) => event.type)).to.deep.equal(types),
        thenNothing: () => expect(decision).to.deep.equal([]),
        thenRejected: (code: RejectionCode, facts: Partial<Rejection> = {}) =>
          expect(decision).to.include({ rejected: true, code }).and.to.deep.include(facts),
      };
    },
  };
};

/** What a decision comes to, in a word: its code, NOTHING, or the types of its events. */
export const nameOf = (decision: Decision<AccountEvent>): string => {
  if (isRejection(decision)) return decision.code;
  return decision.length === 0 ? 'NOTHING' : decision.map(({ type }) => type).join(' ');
};

/** When a command after these events is decided, ms. */
export const momentAfter = (events: readonly AccountEvent[]): number => START + events.length * STEP_MS;

export const fold = (events: readonly AccountEvent[]): AccountState => {
  const state = accountDecider.initialState();
  for (const [revision, event] of events.entries()) accountDecider.evolve(state, stored(event, revision));
  return state;
};

const testActor: EventActor = { kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null };

/** The event as the stream would hold it, one minute after the one before, if nothing else is said. */
export const stored = (
  event: AccountEvent,
  revision: number,
  { at = START + revision * STEP_MS, actor = testActor }: { at?: number; actor?: EventActor } = {},
): StoredEvent<AccountEvent> => {
  const time = new Date(at).toISOString();
  return {
    eventId: `event-${revision}`,
    schemaVersion: 1,
    stream: `account-${ACCOUNT_ID}`,
    revision,
    occurredAt: time,
    recordedAt: time,
    accountId: ACCOUNT_ID,
    subjectId: null,
    actor,
    commandId: `command-${revision}`,
    fingerprint: null,
    correlationId: `command-${revision}`,
    causationId: null,
    reason: null,
    policyVersion: 1,
    previousHash: null,
    ...event,
  };
};

export const user = (userId: string): Actor => ({ kind: 'USER', userId, operatorAuthorities: [] });
export const system: Actor = { kind: 'SYSTEM', id: 'test' };
export const scheduler: Actor = { kind: 'SCHEDULER', id: 'scheduled-ends' };

/** Somebody who acts from the operator account, in accounts that are `linked`. */
export const operator = (
  role: Role,
  also: { userId?: string; kind?: MemberKind; permissions?: readonly string[] } = {},
): Actor => ({
  kind: 'USER',
  userId: also.userId ?? 'opal',
  operatorAuthorities: [
    {
      accountId: OPERATOR_ID,
      stream: `account-${OPERATOR_ID}`,
      revision: 7,
      kind: also.kind ?? 'STANDARD',
      role,
      permissions: new Set([...atomsOf[role], 'accounts.operate', ...(also.permissions ?? [])]),
      isRoot: false,
    },
  ],
});

/** A machine, like a directory, from the operator account. */
export const service = (role: Role = 'ADMIN', permissions: readonly string[] = []): Actor =>
  operator(role, { userId: 'robo', kind: 'SERVICE', permissions });

const OPERATOR_ID = 'operator';

export const linked: AccountEvent = { type: 'OperatorLinked', data: { operatorAccountId: OPERATOR_ID } };

export const opened = (
  preset: PolicyPreset = 'DEFAULT',
  overrides: Partial<AccountPolicy> = {},
  kind: AccountKind = 'STANDARD',
): AccountEvent => ({
  type: 'AccountOpened',
  data: {
    name: 'Acme',
    kind,
    operators: [],
    preset,
    policy: { ...presets[preset], ...overrides },
    policyVersion: 1,
  },
});

export const added = (userId: string, role: Role, permissions: readonly string[] = []): AccountEvent => ({
  type: 'UserAdded',
  data: { userId, membershipId: `m-${userId}`, kind: 'STANDARD', role, permissions },
});

/** Somebody of a kind that is not the usual one. */
export const addedAs = (kind: MemberKind, userId: string, role: Role): AccountEvent => ({
  type: 'UserAdded',
  data: { userId, membershipId: `m-${userId}`, kind, role, permissions: [] },
});

/** What everybody of a role holds who was given nothing else. */
export const bare = (role: Role, also: Partial<MembershipSnapshot> = {}): MembershipSnapshot => ({
  kind: 'STANDARD',
  role,
  permissions: [],
  groups: [],
  responsibilities: [],
  ...also,
});

type Ended = 'UserRemoved' | 'UserLeft' | 'UserDeactivated' | 'UserDeleted';

export const ended = (type: Ended, userId: string, snapshot: MembershipSnapshot): AccountEventOf<Ended> => ({
  type,
  data: { userId, membershipId: `m-${userId}`, snapshot },
});

/** What says nothing but whom it is about. */
export const about = (
  type: 'UserFrozen' | 'UserUnfrozen',
  userId: string,
): AccountEventOf<'UserFrozen' | 'UserUnfrozen'> => ({ type, data: { userId, membershipId: `m-${userId}` } });

/** When the invitations of these tests expire, ms. */
export const EXPIRY = START + 7 * 24 * 3600 * 1000;

export const invited = (
  userId: string,
  role: Role,
  also: Partial<AccountEventOf<'UserInvited'>['data']> = {},
): AccountEvent => ({
  type: 'UserInvited',
  data: {
    userId,
    membershipId: `m-${userId}`,
    invitationId: `i-${userId}`,
    kind: 'STANDARD',
    role,
    permissions: [],
    groupIds: [],
    generation: 1,
    tokenHash: `hash-${userId}-1`,
    expiresAt: new Date(EXPIRY).toISOString(),
    ...also,
  },
});

type InvitationEnd = 'InvitationExpired' | 'InvitationRevoked' | 'InvitationDeclined';

export const invitationOver = (type: InvitationEnd, userId: string): AccountEventOf<InvitationEnd> => ({
  type,
  data: { userId, membershipId: `m-${userId}`, invitationId: `i-${userId}` },
});

export const seatPlan = (planSeats: number | null, addOnSeats = 0): AccountEvent => ({
  type: 'SeatPlanChanged',
  data: { planSeats, addOnSeats },
});

export const managedBy = (directory: string, userId: string): AccountEvent => ({
  type: 'DirectoryManagementStarted',
  data: { userId, membershipId: `m-${userId}`, directory },
});

export const group = (groupId: string): AccountEvent => ({
  type: 'GroupCreated',
  data: { groupId, name: groupId.toUpperCase(), parentId: null },
});

export const inGroup = (
  groupId: string,
  userId: string,
  role: 'MEMBER' | 'MAINTAINER' = 'MEMBER',
): AccountEvent => ({ type: 'GroupMemberAdded', data: { groupId, userId, role } });

export const confirmed = { confirmed: true, previewToken: null, phrase: null } as const;
export const unconfirmed = { confirmed: false, previewToken: null, phrase: null } as const;
export const noSuccessors = { forAll: null, each: [] } as const;

export const end = (
  type: 'removeUser' | 'leaveAccount' | 'deactivateUser' | 'deleteUser',
  userId: string,
  also: Partial<EndMembership> = {},
): AccountCommand => ({ type, userId, confirmation: confirmed, successors: noSuccessors, ...also });

export const technical = { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null } as const;
export const administrative = { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT', applicationId: null } as const;
export const technicalOf = (applicationId: string) =>
  ({ kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId }) as const;
