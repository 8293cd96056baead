/**
 * The stored contract of the streams about people, for ever.
 *
 * `user-<id>` is the person, across accounts. `email-<HMAC>` and `identity-<HMAC>` each name one person: whoever
 * appends first with NO_STREAM owns the address or the sign-in identity.
 */
export type UserEvent = UserRegistered | ProfileRecorded | IdentityLinked;
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

/** The erasable part of a person; never stored but sealed. */
export interface Profile {
  readonly name: string | null;
  readonly email: string | null;
}
