import { type Rejection, reject } from '../rejection.js';
import type { ConfirmationGiven } from './commands.js';
import type { Case } from './decide.js';
import type { GroupRole, MembershipSnapshot } from './events.js';
import { snapshotOf } from './evolve.js';
import type { ConfirmedOperation } from './policy.js';
import { type Responsibility, responsibilityFromKey, responsibilityKey } from './responsibility.js';
import type { MemberKind, Role } from './roles.js';
import {
  type AccountRow,
  type AccountState,
  holdsSeat,
  type Membership,
  type MembershipStatus,
} from './state.js';

/**
 * A slip of the hand changes nothing: the caller confirms as the policy asks. A preview token is honoured under every
 * policy, and a stale one refused under every policy. Imports and Muster itself have nobody to ask.
 */
export const checkConfirmation = (
  { state, account, authority, context }: Case,
  operation: ConfirmedOperation,
  target: Membership,
  given: ConfirmationGiven,
): Rejection | null => {
  if (authority.via === 'SYSTEM' || authority.via === 'SCHEDULE') return null;
  if (given.previewToken !== null && !context.shown?.has(target.userId)) {
    const token = previewToken(offboardingFacts(state, account, target, operation), context.digest);
    if (token !== given.previewToken)
      return reject(
        'STALE_PREVIEW',
        'What the preview showed has changed; fetch a new preview and confirm again.',
        {
          field: 'previewToken',
        },
      );
  }
  return checkConfirmed({ account, authority }, operation, given);
};

/** What was sent along is what the policy asks for. */
export const checkConfirmed = (
  { account, authority }: Pick<Case, 'account' | 'authority'>,
  operation: ConfirmedOperation,
  given: ConfirmationGiven,
): Rejection | null => {
  if (authority.via === 'SYSTEM' || authority.via === 'SCHEDULE') return null;
  const asked = account.policy.confirmation[operation][given.isBulk ? 'bulk' : 'single'];
  const missing = (message: string, field: string) =>
    reject('CONFIRMATION_REQUIRED', message, { field, confirmation: asked });
  switch (asked) {
    case 'NONE':
      return null;
    case 'FLAG':
      return given.confirmed || given.previewToken !== null
        ? null
        : missing('Confirm with `confirmed: true`.', 'confirmed');
    case 'PREVIEW_TOKEN':
      return given.previewToken !== null
        ? null
        : missing(
            given.isBulk
              ? 'Fetch `bulkPreview` (for endEverywhere: `endEverywherePreview`) and send each token as `previewToken`.'
              : 'Fetch `offboardingPreview` and send its token as `previewToken`.',
            'previewToken',
          );
    case 'TYPED_PHRASE':
      return given.phrase === operation
        ? null
        : missing(
            given.isBulk
              ? `Send the word ${operation} as \`phrase\` (for endEverywhere END EVERYWHERE will do as well).`
              : `Send the word ${operation} as \`phrase\`.`,
            'phrase',
          );
  }
};

/** Exactly what a preview shows and its token is bound to. */
export interface OffboardingFacts {
  readonly accountId: string;
  readonly operation: ConfirmedOperation;
  readonly userId: string;
  readonly membershipId: string;
  readonly status: MembershipStatus;
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groups: readonly { readonly groupId: string; readonly role: GroupRole }[];
  readonly responsibilities: readonly Responsibility[];
  /** Open invitations the person has sent, by id. */
  readonly invitationsSent: readonly { readonly invitationId: string; readonly userId: string }[];
  /** Seats the person holds, 0 or 1: what ending access would free, or reactivating take. */
  readonly seatsHeld: number;
  readonly directory: string | null;
  readonly policyVersion: number;
}

/** In one order, whatever order things were joined and taken over in: only what is shown counts. */
export const offboardingFacts = (
  state: AccountState,
  account: AccountRow,
  target: Membership,
  operation: ConfirmedOperation,
): OffboardingFacts => ({
  accountId: account.accountId,
  operation,
  userId: target.userId,
  membershipId: target.membershipId,
  status: target.status,
  ...sorted(snapshotOf(state, target)),
  invitationsSent: [...(state.invitationsSent.get(target.userId)?.entries() ?? [])]
    .map(([userId, invitationId]) => ({ invitationId, userId }))
    .sort((a, b) => (a.invitationId < b.invitationId ? -1 : 1)),
  seatsHeld:
    holdsSeat(target) || (target.status === 'INVITED' && account.policy.invitationReservesSeat) ? 1 : 0,
  directory: target.directory,
  policyVersion: account.policyVersion,
});

const sorted = (snapshot: MembershipSnapshot): MembershipSnapshot => ({
  ...snapshot,
  permissions: [...snapshot.permissions].sort(),
  groups: [...snapshot.groups].sort((a, b) => (a.groupId < b.groupId ? -1 : 1)),
  responsibilities: snapshot.responsibilities.map(responsibilityKey).sort().map(responsibilityFromKey),
});

export const previewToken = (facts: OffboardingFacts, digest: (text: string) => string): string =>
  digest(JSON.stringify(facts));
