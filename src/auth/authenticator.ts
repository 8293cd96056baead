import { LRUCache } from 'lru-cache';
import type { SignInClaims } from '../application/application.js';
import type { AuthConfig } from '../config.js';
import { createTokenVerifier, InvalidToken, type VerifiedToken } from './token-verifier.js';
import { rememberVerified } from './verification-cache.js';

/** Who calls, as far as the token and the log can tell. */
export interface Caller {
  readonly issuer: string;
  readonly subject: string;
  /** Null: the token is good, but Muster knows no such person; such a caller sees nothing. */
  readonly userId: string | null;
  /** When the token ends, ms since the epoch. */
  readonly expiresAtMs: number;
}

export interface Authenticator {
  /**
   * @throws MissingToken, InvalidToken, KeysUnavailable
   */
  authenticate(authorizationHeader: string | undefined): Promise<Caller>;
  /** As TokenVerifier. */
  fetchKeys(): Promise<void>;
}

export class MissingToken extends Error {
  override readonly name = 'MissingToken';
}

interface AuthenticatorOptions {
  readonly config: AuthConfig;
  readonly signIn: (claims: SignInClaims) => Promise<string | null>;
  readonly clock: () => number;
}

/** How long the person behind an identity is remembered; only people that are known, so that a newcomer is seen at once. */
const PERSON_KNOWN_FOR_MS = 5_000;
const MAX_PEOPLE = 50_000;

export function createAuthenticator({ config, signIn, clock }: AuthenticatorOptions): Authenticator {
  const keys = createTokenVerifier(config, clock);
  const verifier = rememberVerified(keys, clock);
  const people = new LRUCache<string, { readonly userId: string; readonly atMs: number }>({
    max: MAX_PEOPLE,
  });

  async function personBehind(token: VerifiedToken): Promise<string | null> {
    const known = people.get(token.subject);
    const now = clock();
    if (known !== undefined && now - known.atMs < PERSON_KNOWN_FOR_MS && now >= known.atMs)
      return known.userId;
    const { issuer, subject, verifiedEmail } = token;
    const userId = await signIn({ issuer, subject, verifiedEmail });
    if (userId === null) people.delete(subject);
    else people.set(subject, { userId, atMs: now });
    return userId;
  }

  return {
    fetchKeys: () => keys.fetchKeys(),
    authenticate: async (header) => {
      const token = await verifier.verify(bearerTokenOf(header));
      const { issuer, subject, expiresAtMs } = token;
      return { issuer, subject, expiresAtMs, userId: await personBehind(token) };
    },
  };
}

function bearerTokenOf(header: string | undefined): string {
  if (header === undefined || header.trim() === '')
    throw new MissingToken('send a token: Authorization: Bearer <token>');
  const match = /^Bearer +([A-Za-z0-9_.~+/=-]+) *$/i.exec(header);
  if (match?.[1] === undefined) throw new InvalidToken('the header must read Authorization: Bearer <token>');
  return match[1];
}
