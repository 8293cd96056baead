import type { RejectionCode } from '../rejection.js';

/**
 * The stored contract of the streams about what was tried and what was read, for ever: `refusals-<node>` and
 * `audit-read-<hash>`. No account's own stream has them: that one only holds what happened to the account.
 */
export type AuditEvent = AttemptRefused | AuditRead;

/** Somebody tried what he may not do, or to read what he may not. */
export type AttemptRefused = {
  readonly type: 'AttemptRefused';
  readonly data: {
    /** The mutation; or the field that was to be read, like `Account.seats`. */
    readonly command: string;
    readonly code: RejectionCode;
    /** Where; the root operator account for what is asked of none. Null before there is one. */
    readonly accountId: string | null;
    /** Whom it was to be done to, as far as one person was named by id. */
    readonly targetUserId: string | null;
    /** Attempts of the same actor, command, code and account this stands for: those too since the event before. */
    readonly count: number;
    /** Attempts of whatever kind that were too many to be recorded, since the event before of this stream. */
    readonly dropped: number;
  };
};

/** Refusals of a forbidden kind: of a right, a rank or a guard; not of a slip, a race or a missing confirmation. */
export const forbiddenCodes: ReadonlySet<RejectionCode> = new Set([
  'PERMISSION_DENIED',
  'TARGET_OUTRANKS_ACTOR',
  'SELF_REMOVAL_FORBIDDEN',
  'LAST_OWNER',
  'ROLE_NOT_GRANTABLE',
  'PERMISSION_NOT_GRANTABLE',
  'MANAGED_EXTERNALLY',
  'OPERATOR_LINK_INVALID',
  'INVITATION_FOR_ANOTHER_ADDRESS',
]);

export const auditReadKinds = ['QUERY', 'EXPORT', 'REPLAY'] as const;
export type AuditReadKind = (typeof auditReadKinds)[number];

/** Somebody read the audit log: written at most once for each actor, question and hour. */
export type AuditRead = {
  readonly type: 'AuditRead';
  readonly data: {
    readonly kind: AuditReadKind;
    /** Whose records; of many accounts together only in an event of the root operator account. */
    readonly accountIds: readonly string[];
    /**
     * The conditions as asked, without the page; ids, types, codes and times. None where several accounts were asked
     * together, but in an event of the root operator account.
     */
    readonly filter: Readonly<Record<string, unknown>>;
    /** SHA-256 of kind, accounts and filter, hex: the same question again has the same. */
    readonly filterDigest: string;
  };
};
