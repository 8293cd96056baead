import type { Successors } from '../account/commands.js';
import type { ConfirmedOperation } from '../account/policy.js';

/**
 * The stored contract of a `bulk-<id>` stream, for ever: what was asked of many people at once, and what became of each.
 * The members themselves change in their accounts' own streams, under the same correlation id.
 */
export type BulkEvent = BulkOperationStarted | BulkPartDone | BulkOperationFinished;

export const bulkErrorPolicies = ['REJECT_EVERYTHING', 'REJECT_FAILED_ITEMS'] as const;
export type BulkErrorPolicy = (typeof bulkErrorPolicies)[number];

/**
 * What is done in one account; REINSTATE comes only as the undoing of REMOVE, REVOKE_INVITATION only where somebody who
 * is to be gone everywhere has just been invited.
 */
export type BulkOperationKind = ConfirmedOperation | 'REINSTATE' | 'REVOKE_INVITATION';

/** BY_ACCOUNT: not the same in every account; the selection says what. */
export type BulkOrderKind = BulkOperationKind | 'BY_ACCOUNT';

/** NOT_ATTEMPTED: something before it was refused under REJECT_EVERYTHING, so that it was left as it was. */
export const bulkItemOutcomes = ['APPLIED', 'UNCHANGED', 'REJECTED', 'NOT_ATTEMPTED'] as const;
export type BulkItemOutcome = (typeof bulkItemOutcomes)[number];

export type BulkOperationStarted = {
  readonly type: 'BulkOperationStarted';
  readonly data: {
    readonly bulkOperationId: string;
    readonly operation: BulkOrderKind;
    readonly errorPolicy: BulkErrorPolicy;
    readonly selection: readonly BulkSelection[];
    readonly confirmed: boolean;
    readonly phrase: string | null;
    /** The operation this one takes back. */
    readonly undoes: string | null;
  };
};

/** People of one account; an account comes once. */
export interface BulkSelection {
  readonly accountId: string;
  readonly operation: BulkOperationKind;
  readonly items: readonly BulkItem[];
  readonly successors: Successors;
}

export interface BulkItem {
  readonly userId: string;
  readonly previewToken: string | null;
  /** For an undo: revision of the event it takes back; when the status has changed again since, it is left alone. */
  readonly undoesRevision: number | null;
}

export interface BulkItemResult {
  readonly userId: string;
  readonly outcome: BulkItemOutcome;
  /** Why, when REJECTED, or UNCHANGED because it was passed over; null when a crash has swallowed the reason. */
  readonly code: string | null;
  /** Revision of the event that ended or gave back the membership, or revoked the invitation, when APPLIED. */
  readonly revision: number | null;
}

/**
 * The next of one account's items, in the order of the selection, have been decided: in one append of that account's
 * stream, or without any.
 */
export type BulkPartDone = {
  readonly type: 'BulkPartDone';
  readonly data: {
    readonly bulkOperationId: string;
    readonly accountId: string;
    readonly results: readonly BulkItemResult[];
  };
};

export type BulkOperationFinished = {
  readonly type: 'BulkOperationFinished';
  readonly data: {
    readonly bulkOperationId: string;
    readonly counts: Readonly<Record<BulkItemOutcome, number>>;
  };
};
