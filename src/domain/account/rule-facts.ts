import type { RejectionCode } from '../rejection.js';
import type { Asked } from './asked.js';
import type { Authority } from './authority.js';
import { dutiesUnheld } from './change-policy.js';
import { noticesOfLastDay } from './mail-pace.js';
import { responsibilityKey } from './responsibility.js';
import { isAtom, type Role } from './roles.js';
import { type AppliedRule, rules } from './rules.js';
import { type SeatUse, seatUse } from './seats.js';
import { isEligible } from './settle-duties.js';
import type { AccountRow, AccountState, Membership } from './state.js';

/** One decision as a rule looks at it: what was there, who asked by which right, and for what. */
export interface Inquiry {
  /** As it was before the decision. */
  readonly state: AccountState;
  readonly account: AccountRow;
  /** Null: there was none that would have sufficed. */
  readonly authority: ActingAs | null;
  readonly actorId: string;
  /** Ms since the epoch. */
  readonly occurredAt: number;
  readonly asked: Asked;
  /** Of a refusal: what was missing. */
  readonly permission: string | null;
}

export interface ActingAs extends Pick<Authority, 'via' | 'isService'> {
  /** Null: Muster itself, or somebody without a role here. */
  readonly role: Role | null;
}

export const actingAs = ({ via, role, isService }: Authority): ActingAs => ({
  via,
  role: via === 'SYSTEM' || via === 'INVITATION' ? null : role,
  isService,
});

/** The rule with what the policy said and what was looked at. */
export const appliedRule = (code: RejectionCode, inquiry: Inquiry): AppliedRule => {
  const { says, sources, policy, facts } = rules[code];
  const read = { ...inquiry.account.policy, ...inquiry.asked.account.policy };
  return {
    code,
    says,
    sources,
    policy: policy.map((field) => ({ field, value: JSON.stringify(read[field]) })),
    facts: facts.map((name) => ({ name, value: String(factOf[name](inquiry) ?? 'none') })),
  };
};

/** Of a refusal in which the account is no part of the question. */
export const ruleWithoutAccount = (code: RejectionCode, permission: string | null): AppliedRule => {
  const { says, sources } = rules[code];
  const facts = permission === null ? [] : [{ name: 'permission', value: permission }];
  return { code, says, sources, policy: [], facts };
};

type Fact = string | number | boolean | null | undefined;

/** Every fact that a rule can look at. Ids, words and numbers: whatever a portal or a person has named stays out. */
const factOf = {
  permission: ({ permission }) => permission,
  authority: ({ authority }) => authority?.via,
  actorRole: ({ authority }) => authority?.role,
  actorIsService: ({ authority }) => authority?.isService,
  actorIsTarget: ({ actorId, asked }) => actorId === asked.targetId,
  accountKind: ({ account }) => account.kind,
  operation: ({ asked }) => asked.operation,
  targetRole: (inquiry) => targetOf(inquiry)?.role,
  targetStatus: (inquiry) => targetOf(inquiry)?.status,
  directory: (inquiry) => targetOf(inquiry)?.directory,
  dutiesHeld: (inquiry) => targetOf(inquiry)?.duties.length ?? 0,
  hasSnapshot: (inquiry) => (targetOf(inquiry)?.heldAtEnd ?? null) !== null,
  scheduledFor: (inquiry) => timeOf(targetOf(inquiry)?.scheduledEnd?.at),
  invitationExpiresAt: (inquiry) => timeOf(targetOf(inquiry)?.invitation?.expiresAt),
  invitationSentAt: (inquiry) => timeOf(targetOf(inquiry)?.invitation?.lastSentAt),
  messagesOfLastDay: ({ state, asked: { targetId }, occurredAt }) =>
    targetId === null ? null : noticesOfLastDay(state, targetId, occurredAt).length,
  newestLink: (inquiry) => targetOf(inquiry)?.invitation?.generation,
  linkAnswered: ({ asked }) => asked.link,
  decidedAt: ({ occurredAt }) => timeOf(occurredAt),
  activeOwners: ({ account }) => account.activeOwners,
  roleGranted: ({ asked }) => asked.role,
  permissionsGranted: ({ asked }) => asked.permissions.filter(isAtom).sort().join(' ') || null,
  groupsChosen: ({ asked }) => asked.groupIds.length,
  groupRole: ({ state, asked: { groupId, targetId } }) =>
    groupId === null || targetId === null ? null : state.groupMembers.get(groupId)?.get(targetId),
  childGroups: ({ state, asked: { groupId } }) =>
    groupId === null ? null : state.groups.get(groupId)?.childCount,
  seatLimit: (inquiry) => seatsOf(inquiry).limit,
  seatsInUse: (inquiry) => seatsOf(inquiry).inUse,
  seatsReserved: (inquiry) => seatsOf(inquiry).reserved,
  seatsRequested: ({ asked }) => asked.seats,
  selected: ({ asked }) => asked.selected,
  confirmationForOne: ({ account, asked: { operation } }) =>
    operation === null ? null : account.policy.confirmation[operation].single,
  confirmationInBulk: ({ account, asked: { operation } }) =>
    operation === null ? null : account.policy.confirmation[operation].bulk,
  successorId: (inquiry) => successorOf(inquiry),
  successorStatus: (inquiry) => statusOf(inquiry.state, successorOf(inquiry)),
  successorIsTarget: (inquiry) => {
    const successor = successorOf(inquiry);
    return successor === null ? null : successor === inquiry.asked.targetId;
  },
  dutyHolderId: ({ state, asked: { responsibility } }) =>
    responsibility === null ? null : state.contacts.get(responsibilityKey(responsibility)),
  dutiesUnheld: ({ state, account, asked }) =>
    dutiesUnheld(state, asked.account.policy ?? account.policy).length,
} satisfies Record<string, (inquiry: Inquiry) => Fact>;

export type FactName = keyof typeof factOf;

const targetOf = ({ state, asked }: Inquiry): Membership | undefined =>
  asked.targetId === null ? undefined : state.memberships.get(asked.targetId);

const statusOf = (state: AccountState, userId: string | null): Fact =>
  userId === null ? null : state.memberships.get(userId)?.status;

const seatsOf = ({ account, asked }: Inquiry): SeatUse => {
  const row = { ...account, ...asked.account };
  return seatUse(row, row.policy);
};

/** The first who cannot take over, as the decision goes through them; else the first. */
const successorOf = ({ state, asked: { successorIds, targetId } }: Inquiry): string | null =>
  successorIds.find((userId) => !isEligible(state, targetId, userId)) ?? successorIds[0] ?? null;

const timeOf = (ms: number | undefined): string | null =>
  ms === undefined ? null : new Date(ms).toISOString();
