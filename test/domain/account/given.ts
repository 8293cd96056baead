import { expect } from 'chai';
import type { Actor } from '../../../src/domain/account/actor.js';
import type { AccountCommand, EndMembership } from '../../../src/domain/account/commands.js';
import { accountDecider } from '../../../src/domain/account/decide.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { type AccountPolicy, type PolicyPreset, presets } from '../../../src/domain/account/policy.js';
import type { Role } from '../../../src/domain/account/roles.js';
import type { AccountState } from '../../../src/domain/account/state.js';
import type { StoredEvent } from '../../../src/domain/event.js';
import { isRejection, type Rejection, type RejectionCode } from '../../../src/domain/rejection.js';

export const ACCOUNT_ID = 'acme';
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** Given events, when a command is decided, then events or a refusal. */
export const given = (...events: readonly AccountEvent[]) => {
  const state = fold(events);
  return {
    state,
    when: (command: AccountCommand, actor: Actor = user('olga')) => {
      const decision = accountDecider.decide(state, command, {
        actor,
        occurredAt: START + events.length * 1000,
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

export const fold = (events: readonly AccountEvent[]): AccountState => {
  const state = accountDecider.initialState();
  for (const [revision, event] of events.entries()) accountDecider.evolve(state, stored(event, revision));
  return state;
};

/** The event as the stream would hold it, one second after the one before. */
export const stored = (event: AccountEvent, revision: number): StoredEvent<AccountEvent> => {
  const at = new Date(START + revision * 1000).toISOString();
  return {
    eventId: `event-${revision}`,
    schemaVersion: 1,
    stream: `account-${ACCOUNT_ID}`,
    revision,
    occurredAt: at,
    recordedAt: at,
    accountId: ACCOUNT_ID,
    subjectId: null,
    actor: { kind: 'SYSTEM', id: 'test', onBehalfOf: null, authority: null },
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

export const opened = (
  preset: PolicyPreset = 'DEFAULT',
  overrides: Partial<AccountPolicy> = {},
): AccountEvent => ({
  type: 'AccountOpened',
  data: {
    name: 'Acme',
    kind: 'STANDARD',
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
