import type { Confirmation } from './account/policy.js';
import type { Responsibility } from './account/responsibility.js';
import type { Role } from './account/roles.js';
import type { AppliedRule } from './account/rules.js';

/** A refusal: a code of the closed list, a sentence for people, and the facts a caller can act on. */
export interface Rejection {
  readonly rejected: true;
  readonly code: RejectionCode;
  /** A sentence that names the thing and says what can be done. */
  readonly message: string;
  /** The input field at fault, dotted from the input's root (`successors.0.userId`), when there is one. */
  readonly field?: string;
  /** The permission atom or role that would have allowed it (PERMISSION_DENIED). */
  readonly permission?: string;
  /** Duties that still need a successor (REASSIGNMENT_REQUIRED, CONTACT_WOULD_BE_VACANT). */
  readonly responsibilities?: readonly Responsibility[];
  /** What would have to be sent along (CONFIRMATION_REQUIRED). */
  readonly confirmation?: Confirmation;
  /** The directory that owns the member’s state (MANAGED_EXTERNALLY). */
  readonly directory?: string;
  /** The highest role that may be granted (ROLE_NOT_GRANTABLE). */
  readonly highestRole?: Role;
  /** The mutation to use instead (OPERATION_NOT_OFFERED, ALREADY_MEMBER …). */
  readonly useInstead?: string;
  /** The numbers behind SEAT_LIMIT_EXCEEDED, and what would help (D3-25). */
  readonly seats?: SeatNumbers;
  /** Most items allowed, and how many were sent (BULK_LIMIT_EXCEEDED). */
  readonly bulk?: { readonly limit: number; readonly requested: number };
  /** Holds that forbid the erasure (LEGAL_HOLD). */
  readonly holdIds?: readonly string[];
  /** Where the person is still in, as far as the caller may see it, and how many accounts there are beside (STILL_A_MEMBER). */
  readonly memberIn?: { readonly accountIds: readonly string[]; readonly others: number };
  /** From when on it would be taken, ms (TOO_SOON). */
  readonly availableAt?: number;
  /** The people at fault (BULK_MIXED_SELECTION). */
  readonly userIds?: readonly string[];
  /** The rule that refused, under which version of the policy, and the facts it looked at; filled in by `decide`. */
  readonly rule?: AppliedRule;
  readonly policyVersion?: number;
  /** In a bulk selection under SKIP_INAPPLICABLE it does not apply to this one: a reason, and no refusal of the others. */
  readonly passedOver?: true;
}

export interface SeatNumbers {
  readonly limit: number;
  readonly inUse: number;
  /** Held for open invitations. */
  readonly reserved: number;
  readonly requested: number;
  readonly remedies: readonly SeatRemedy[];
}

export const seatRemedies = ['END_MEMBERSHIPS', 'REVOKE_INVITATIONS', 'ADD_SEATS'] as const;
export type SeatRemedy = (typeof seatRemedies)[number];

/** The contract with callers: codes may be added, never changed. */
export const rejectionCodes = [
  'NOT_FOUND',
  'PERMISSION_DENIED',
  'OPERATION_NOT_OFFERED',
  'SELF_REMOVAL_FORBIDDEN',
  'TARGET_OUTRANKS_ACTOR',
  'ROLE_NOT_GRANTABLE',
  'PERMISSION_NOT_GRANTABLE',
  'LAST_OWNER',
  'ALREADY_MEMBER',
  'NOT_A_MEMBER',
  'MEMBERSHIP_ENDED',
  'MEMBERSHIP_NOT_ACTIVE',
  'MEMBERSHIP_FROZEN',
  'MANAGED_EXTERNALLY',
  'SEAT_LIMIT_EXCEEDED',
  'ALREADY_INVITED',
  'INVITATION_PENDING',
  'INVITATION_EXPIRED',
  'INVITATION_SUPERSEDED',
  'INVITATION_ENDED',
  'INVITATION_FOR_ANOTHER_ADDRESS',
  'TOO_SOON',
  'NOTHING_TO_REINSTATE',
  'ALREADY_SCHEDULED',
  'NOT_SCHEDULED',
  'BULK_LIMIT_EXCEEDED',
  'BULK_MIXED_SELECTION',
  'UNDO_IMPOSSIBLE',
  'ALREADY_DONE',
  'DELETE_REQUIRES_INACTIVE',
  'CONFIRMATION_REQUIRED',
  'STALE_PREVIEW',
  'REASSIGNMENT_REQUIRED',
  'INVALID_SUCCESSOR',
  'RESPONSIBILITY_NOT_HELD',
  'CONTACT_REQUIRED',
  'CONTACT_ALREADY_ASSIGNED',
  'CONTACT_WOULD_BE_VACANT',
  'GROUP_REQUIRED',
  'GROUP_NAME_TAKEN',
  'GROUP_HAS_CHILDREN',
  'GROUP_CYCLE',
  'GROUP_TOO_DEEP',
  'APPLICATION_NAME_TAKEN',
  'OPERATOR_LINK_INVALID',
  'WEBHOOK_LIMIT_EXCEEDED',
  'STALE_VALUE',
  'IDEMPOTENCY_KEY_REUSED',
  'OCCURRED_OUT_OF_ORDER',
  'CORRECTION_OUT_OF_BOUNDS',
  'IMPORT_OUT_OF_SEQUENCE',
  'LEGAL_HOLD',
  'STILL_A_MEMBER',
  'PERSON_ERASED',
  'INVALID_INPUT',
] as const;

export type RejectionCode = (typeof rejectionCodes)[number];

export const reject = (
  code: RejectionCode,
  message: string,
  facts: Omit<Rejection, 'rejected' | 'code' | 'message'> = {},
): Rejection => ({ rejected: true, code, message, ...facts });

export const isRejection = (value: unknown): value is Rejection =>
  typeof value === 'object' && value !== null && (value as { rejected?: unknown }).rejected === true;
