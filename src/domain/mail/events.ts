/**
 * The stored contract of an `effect-<event id>` stream, for ever: what became of the mail that an event asked for.
 * Whoever appends MailRequested sends it, and nobody else while the lease lasts: the first with NO_STREAM; where several
 * nodes share the log, each later attempt begins with another one. So no rebuild and no second node sends it again.
 */
export type MailEvent = MailRequested | MailSent | MailSuppressed | MailFailed;

/** REMOVAL: the person is told of the removal (SW-11) · INVITATION: the link · NOTIFICATION: what a portal asked for. */
export const mailKinds = ['REMOVAL', 'INVITATION', 'NOTIFICATION'] as const;
export type MailKind = (typeof mailKinds)[number];

/**
 * NOT_ENTITLED: the person is inactive, frozen or out of the account (PP-3) · SUPERSEDED: a newer link was sent, or the
 * invitation is over · EXPIRED: it would come too late · NO_ADDRESS: none is known, or it was erased.
 */
export const suppressionReasons = ['NOT_ENTITLED', 'SUPERSEDED', 'EXPIRED', 'NO_ADDRESS'] as const;
export type SuppressionReason = (typeof suppressionReasons)[number];

interface MailData {
  /** The event that asked for it; also the local part of its Message-ID. */
  readonly causeEventId: string;
  readonly kind: MailKind;
  readonly accountId: string;
  readonly userId: string;
}

export type MailRequested = { readonly type: 'MailRequested'; readonly data: MailData };
/** The receiving server has taken it. At least once: a crash before this was written sends it again under the same Message-ID. */
export type MailSent = {
  readonly type: 'MailSent';
  readonly data: MailData & { readonly attempts: number };
};
export type MailSuppressed = {
  readonly type: 'MailSuppressed';
  readonly data: MailData & { readonly reason: SuppressionReason };
};
export type MailFailed = {
  readonly type: 'MailFailed';
  readonly data: MailData & {
    /** From 1. */
    readonly attempt: number;
    /** SMTP reply code or the kind of network fault; no text of the server. */
    readonly code: string;
    /** When it is tried again, ISO 8601; null = given up. */
    readonly nextAttemptAt: string | null;
  };
};
