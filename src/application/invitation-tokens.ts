import type { Accounts } from './accounts.js';

/**
 * The port to what makes an invitation's links unforgeable. A link's token is an HMAC under a key of the invitation's
 * own: mail and copy make it again whenever they need it, and the log holds only its hash.
 */
export interface InvitationTokens {
  /** Makes the invitation's key when there is none; durable when it resolves. */
  ensureKey(invitationId: string): Promise<void>;

  /** The same for the same link; null when the invitation has no key, or none any more. */
  tokenOf(link: InvitationLink): Promise<InvitationToken | null>;

  /** What a token says, or null when Muster did not make it. Whether it still counts is not asked here. */
  verify(token: string): Promise<VerifiedInvitationToken | null>;
}

export interface InvitationLink {
  readonly accountId: string;
  readonly invitationId: string;
  /** From 1. */
  readonly generation: number;
}

export interface InvitationToken {
  /** Safe in every part of a URL. */
  readonly token: string;
  /** SHA-256 of the token, 64 hex digits. */
  readonly tokenHash: string;
}

export interface VerifiedInvitationToken extends InvitationLink {
  readonly tokenHash: string;
}

/** The address with the token in the place of `{token}`. */
export const invitationLink = (template: string, token: string): string =>
  template.replaceAll('{token}', () => token);

interface WhereLinksAre {
  readonly accounts: Accounts;
  readonly tokens: InvitationTokens;
}

/** The person's invitation, when its key was destroyed so that none of its links can be made; null otherwise. */
export const destroyedInvitation = async (
  { accounts, tokens }: WhereLinksAre,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
): Promise<string | null> => {
  const invitation = await accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.invitation);
  if (invitation == null) return null;
  const { invitationId, generation } = invitation;
  return (await tokens.tokenOf({ accountId, invitationId, generation })) === null ? invitationId : null;
};
