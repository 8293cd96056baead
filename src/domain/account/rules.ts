import type { RejectionCode } from '../rejection.js';
import type { AccountPolicy } from './policy.js';
import type { FactName } from './rule-facts.js';

/** A rule as it was applied in one decision: what it asked, what the policy said, and the facts it looked at. */
export interface AppliedRule {
  /** The code it refuses with. */
  readonly code: RejectionCode;
  /** A sentence that states the rule. */
  readonly says: string;
  /** Where the rule comes from: ids of the source systems' behaviours, like SW-7. */
  readonly sources: readonly string[];
  /** Fields of the account's policy it reads, with their values as JSON. */
  readonly policy: readonly { readonly field: keyof AccountPolicy; readonly value: string }[];
  /** Like `actorRole` = ADMIN; ids, words and numbers only, no personal data. */
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

export interface Rule extends Pick<AppliedRule, 'says' | 'sources'> {
  readonly policy: readonly (keyof AccountPolicy)[];
  /** The same for every refusal by the rule and every explanation that shows it. */
  readonly facts: readonly FactName[];
}

const rule = (says: string, parts: Partial<Rule> = {}): Rule => ({
  says,
  sources: [],
  policy: [],
  facts: [],
  ...parts,
});

const onStatus = ['targetStatus'] as const;

/** What each code stands for; the decision itself is in the command's own file. */
export const rules: Readonly<Record<RejectionCode, Rule>> = {
  NOT_FOUND: rule('What a command names is there, and the caller may see it.'),
  /** Whoever may not do it learns what he would need, and nothing of whom he asked about. */
  PERMISSION_DENIED: rule('Whoever acts holds the permission, or has the role, that the command asks for.', {
    sources: ['SO-1', 'SO-2', 'SW-1', 'D3-11', 'D3-28', 'PP-12'],
    policy: ['lifecycleAuthority'],
    facts: ['permission'],
  }),
  OPERATION_NOT_OFFERED: rule('An account offers some of the operations that end a membership.', {
    sources: ['SO-22', 'D3-36', 'PP-1'],
    policy: ['operationsOffered'],
    facts: ['operation'],
  }),
  SELF_REMOVAL_FORBIDDEN: rule('Nobody ends or freezes his own membership, unless the policy lets him.', {
    sources: ['SW-7', 'SW-20', 'D3-29'],
    policy: ['selfRemoval'],
    facts: ['actorIsTarget'],
  }),
  TARGET_OUTRANKS_ACTOR: rule('Nobody acts on a higher rank; on an equal one as the policy says.', {
    sources: ['D3-12', 'D3-13', 'D3-14', 'D3-30'],
    policy: ['rankGuard', 'adminManagesAdmins', 'ownerManagesOwners'],
    facts: ['authority', 'actorRole', 'targetRole', 'actorIsTarget'],
  }),
  ROLE_NOT_GRANTABLE: rule('Nobody grants a role above his own.', {
    facts: ['authority', 'actorRole', 'roleGranted'],
  }),
  PERMISSION_NOT_GRANTABLE: rule(
    'Nobody grants a permission he does not hold; those of operators only in operator accounts.',
    { sources: ['SO-21', 'D3-28'], facts: ['authority', 'actorRole', 'accountKind', 'permissionsGranted'] },
  ),
  LAST_OWNER: rule('An account that has an owner never loses its last active one.', {
    sources: ['D3-15', 'D3-29'],
    facts: ['targetRole', 'targetStatus', 'activeOwners'],
  }),
  ALREADY_MEMBER: rule('Somebody already in is not added again.', {
    sources: ['SW-16'],
    facts: ['targetStatus', 'groupRole'],
  }),
  NOT_A_MEMBER: rule('Only a member can leave or be changed.', { facts: ['targetStatus', 'groupRole'] }),
  MEMBERSHIP_ENDED: rule('A membership that has ended is not changed any more.', {
    sources: ['SW-5', 'D3-6'],
    facts: onStatus,
  }),
  MEMBERSHIP_NOT_ACTIVE: rule('This can be done with an active member only.', {
    sources: ['D3-23'],
    facts: onStatus,
  }),
  MEMBERSHIP_FROZEN: rule('Who is frozen is unfrozen, not reactivated.', { facts: onStatus }),
  MANAGED_EXTERNALLY: rule('Whoever a directory manages is changed in the directory.', {
    sources: ['PP-15'],
    policy: ['directoryManagedUsers'],
    facts: ['authority', 'actorIsService', 'directory'],
  }),
  SEAT_LIMIT_EXCEEDED: rule('Seats in use and held for invitations never exceed a hard limit.', {
    sources: ['D3-5', 'D3-9', 'D3-25', 'D3-35'],
    policy: ['seatEnforcement', 'invitationReservesSeat'],
    facts: ['seatLimit', 'seatsInUse', 'seatsReserved', 'seatsRequested'],
  }),
  ALREADY_INVITED: rule('Somebody with an open invitation is not invited or added again.', {
    sources: ['SW-15', 'SW-16'],
    facts: onStatus,
  }),
  INVITATION_PENDING: rule('Who has only been invited is no member yet.', {
    sources: ['SW-14'],
    facts: onStatus,
  }),
  INVITATION_EXPIRED: rule('An invitation counts for a limited time.', {
    sources: ['SW-15'],
    policy: ['invitationTtlSeconds'],
    facts: ['targetStatus', 'invitationExpiresAt', 'decidedAt'],
  }),
  INVITATION_SUPERSEDED: rule('Only the newest link of an invitation counts.', {
    sources: ['SW-8', 'SW-15'],
    facts: ['linkAnswered', 'newestLink'],
  }),
  INVITATION_ENDED: rule('An invitation counts until it is accepted, declined, withdrawn or removed.', {
    sources: ['SW-8', 'SW-19'],
    facts: onStatus,
  }),
  INVITATION_FOR_ANOTHER_ADDRESS: rule('An invitation is accepted by whoever owns its address.', {
    sources: ['SW-15'],
  }),
  TOO_SOON: rule(
    'Nobody is sent an invitation twice within a minute, or too many messages within a day; no webhook is pinged twice within ten seconds.',
    {
      facts: ['invitationSentAt', 'messagesOfLastDay', 'decidedAt'],
    },
  ),
  NOTHING_TO_REINSTATE: rule('Only a removed membership is reinstated, from what it held at its end.', {
    sources: ['SW-5'],
    facts: ['targetStatus', 'hasSnapshot'],
  }),
  ALREADY_SCHEDULED: rule('A membership has at most one scheduled end.', { facts: ['scheduledFor'] }),
  NOT_SCHEDULED: rule('Only a scheduled end can be moved or cancelled.', { facts: ['scheduledFor'] }),
  BULK_LIMIT_EXCEEDED: rule('A bulk operation has a limited number of items.', {
    sources: ['PP-13'],
    policy: ['bulkLimit'],
    facts: ['selected'],
  }),
  BULK_MIXED_SELECTION: rule(
    'What is selected together can be done with all of it, or the rest is passed over.',
    {
      sources: ['D3-18', 'PP-7'],
      policy: ['bulkMixedSelection'],
      facts: ['operation', 'selected'],
    },
  ),
  UNDO_IMPOSSIBLE: rule('Only what nothing has happened to since can be taken back.'),
  ALREADY_DONE: rule('What is so already is not done again.', { sources: ['PP-18'], facts: onStatus }),
  DELETE_REQUIRES_INACTIVE: rule('A member with access is deactivated before being deleted.', {
    sources: ['PP-6', 'PP-9', 'D3-17'],
    policy: ['deletionRequiresInactive'],
    facts: onStatus,
  }),
  CONFIRMATION_REQUIRED: rule('The caller confirms as the policy asks.', {
    sources: ['SO-8', 'SW-9', 'D3-16', 'D3-21', 'PP-11', 'PP-13'],
    policy: ['confirmation'],
    facts: ['authority', 'operation', 'confirmationForOne', 'confirmationInBulk'],
  }),
  STALE_PREVIEW: rule('A preview that is sent along still shows what is.', {
    sources: ['SO-15', 'SW-3'],
    facts: ['operation', 'targetStatus'],
  }),
  REASSIGNMENT_REQUIRED: rule(
    'A contact hands every duty over first, where the policy lets none be vacant.',
    {
      sources: ['SO-9', 'SO-11', 'SO-12', 'SO-13', 'SO-16', 'SO-20'],
      policy: ['responsibilities'],
      facts: ['operation', 'dutiesHeld'],
    },
  ),
  INVALID_SUCCESSOR: rule('A successor is an active member of the same account, and somebody else.', {
    sources: ['SO-17', 'SO-18'],
    facts: ['successorId', 'successorStatus', 'successorIsTarget'],
  }),
  RESPONSIBILITY_NOT_HELD: rule('Only duties that the person holds are handed over.', {
    sources: ['SO-19'],
    facts: ['dutiesHeld'],
  }),
  CONTACT_REQUIRED: rule('An application has a technical contact, where the policy lets no duty be vacant.', {
    sources: ['SO-20'],
    policy: ['responsibilities'],
  }),
  CONTACT_ALREADY_ASSIGNED: rule('A duty is held by one person at a time.', {
    sources: ['SO-20'],
    facts: ['dutyHolderId'],
  }),
  CONTACT_WOULD_BE_VACANT: rule('A policy that lets no duty be vacant finds each one held.', {
    sources: ['SO-20'],
    policy: ['responsibilities'],
    facts: ['dutiesUnheld'],
  }),
  GROUP_REQUIRED: rule('Whoever comes in joins a group, where the policy asks for one.', {
    sources: ['SW-16'],
    policy: ['groupRequired'],
    facts: ['groupsChosen'],
  }),
  GROUP_NAME_TAKEN: rule('Groups of one account have different names.'),
  GROUP_HAS_CHILDREN: rule('Only a group without child groups is deleted.', { facts: ['childGroups'] }),
  GROUP_CYCLE: rule('A group does not lie inside itself.'),
  GROUP_TOO_DEEP: rule('Groups nest to a limited depth.'),
  APPLICATION_NAME_TAKEN: rule('Applications of one account have different names.'),
  WEBHOOK_LIMIT_EXCEEDED: rule('An account has at most ten webhooks.'),
  OPERATOR_LINK_INVALID: rule('Only another account of kind OPERATOR operates an account.'),
  STALE_VALUE: rule('What the caller expects is what is.'),
  IDEMPOTENCY_KEY_REUSED: rule('One idempotency key stands for one input.'),
  OCCURRED_OUT_OF_ORDER: rule('Events of an account follow each other in time.'),
  CORRECTION_OUT_OF_BOUNDS: rule('A corrected time stays between its neighbours, and does not lie ahead.'),
  IMPORT_OUT_OF_SEQUENCE: rule('Change sets of a source come in order, without gap or repeat.'),
  LEGAL_HOLD: rule('Whom a legal hold names is not erased.'),
  STILL_A_MEMBER: rule('Only who is in no account is erased.'),
  PERSON_ERASED: rule('Whose erasure was requested comes into no account again.'),
  INVALID_INPUT: rule('An input is of the shape that its description asks for.'),
};
