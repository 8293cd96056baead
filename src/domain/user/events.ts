/**
 * The stored contract of the streams about people, for ever.
 *
 * `user-<id>` is the person, across accounts. `email-<HMAC>` and `identity-<HMAC>` each name one person: whoever
 * claims first owns the address or the sign-in identity. The claim of a person whose erasure was requested is void: the
 * next one follows it in the same stream.
 */
export type UserEvent =
  | UserRegistered
  | ProfileRecorded
  | IdentityLinked
  | LegalHoldPlaced
  | LegalHoldReleased
  | ErasureRequested
  | PersonalDataErased;
export type LinkEvent = EmailClaimed | IdentityClaimed;

export type UserRegistered = {
  readonly type: 'UserRegistered';
  readonly data: {
    readonly userId: string;
    /** Name and e-mail, encrypted under the person's key; null when nothing is known of the person. */
    readonly sealedProfile: string | null;
  };
};

/** Replaces the profile as a whole. */
export type ProfileRecorded = {
  readonly type: 'ProfileRecorded';
  readonly data: { readonly userId: string; readonly sealedProfile: string };
};

export type IdentityLinked = {
  readonly type: 'IdentityLinked';
  readonly data: {
    readonly userId: string;
    /** HMAC of issuer and subject, as in the name of the `identity-` stream. */
    readonly identity: string;
    /** HMAC of the issuer alone: a second identity of one issuer is not linked by address. */
    readonly issuer: string;
  };
};

export type EmailClaimed = { readonly type: 'EmailClaimed'; readonly data: { readonly userId: string } };
export type IdentityClaimed = {
  readonly type: 'IdentityClaimed';
  readonly data: { readonly userId: string };
};

/** The person must not be erased; why stands in the event's reason. */
export type LegalHoldPlaced = {
  readonly type: 'LegalHoldPlaced';
  readonly data: { readonly userId: string; readonly holdId: string };
};

export type LegalHoldReleased = {
  readonly type: 'LegalHoldReleased';
  readonly data: { readonly userId: string; readonly holdId: string };
};

/** Decided for good: what follows in the stream is PersonalDataErased and nothing else. */
export type ErasureRequested = {
  readonly type: 'ErasureRequested';
  readonly data: { readonly userId: string };
};

export type PersonalDataErased = {
  readonly type: 'PersonalDataErased';
  readonly data: { readonly userId: string; readonly receipt: ErasureReceipt };
};

/** What was destroyed; no personal data, so that it can be shown for ever. */
export interface ErasureReceipt {
  /** The ErasureRequested it answers; the same id stands in the erasure ledger. */
  readonly requestEventId: string;
  readonly destroyed: readonly DestroyedThing[];
}

export const destroyedThings = ['KEY', 'NAMES', 'MAILS'] as const;

export interface DestroyedThing {
  /**
   * KEY: the person's key · NAMES: the row of names and its search entries, on this node · MAILS: files in the mail folder.
   */
  readonly what: (typeof destroyedThings)[number];
  readonly count: number;
  /** When it was certain to be gone, ISO 8601. */
  readonly at: string;
  /** What did it and in which version, like `key vault 1`. */
  readonly by: string;
}

/** The erasable part of a person; never stored but sealed. */
export interface Profile {
  readonly name: string | null;
  readonly email: string | null;
}
