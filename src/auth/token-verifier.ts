import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { AuthConfig } from '../config.js';

/** All that a token may say: who it speaks for. Roles, permissions and status in it are not even read. */
export interface VerifiedToken {
  readonly issuer: string;
  readonly subject: string;
  /** Only when the issuer says that it verified the address. */
  readonly verifiedEmail: string | null;
  readonly expiresAtMs: number;
}

export interface TokenVerifier {
  /**
   * @throws InvalidToken with a sentence for the caller
   * @throws KeysUnavailable the issuer's keys cannot be fetched; nothing is known about the token
   */
  verify(token: string): Promise<VerifiedToken>;
  /**
   * Fetches the issuer's keys, where they are fetched, so that it is known before the first token comes.
   * @throws KeysUnavailable
   */
  fetchKeys(): Promise<void>;
}

export class InvalidToken extends Error {
  override readonly name = 'InvalidToken';
}

export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Longer tokens are refused unread: no issuer makes them, and verifying costs time. */
const MAX_TOKEN_CHARS = 8_192;
const MAX_SUBJECT_CHARS = 255;

/** Verifies JWTs; algorithms, issuer, audience and type are pinned by configuration, never taken from the token. */
export function createTokenVerifier(config: AuthConfig, clock: () => number): TokenVerifier {
  const { verify: key, fetchKeys } = verificationKey(config);
  return {
    fetchKeys,
    verify: async (token) => {
      if (token.length > MAX_TOKEN_CHARS) throw new InvalidToken('the token is too long');
      const options: JWTVerifyOptions = {
        algorithms: [...config.algorithms],
        issuer: config.issuer,
        audience: config.audience,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(clock()),
      };
      const { payload, protectedHeader } = await key(token, options).catch((error: unknown) => {
        throw refusalOf(error);
      });
      refuseOtherTypes(protectedHeader.typ, config.tokenTypes);
      return claimsOf(payload, config.issuer);
    },
  };
}

interface VerificationKey {
  readonly verify: (token: string, options: JWTVerifyOptions) => ReturnType<typeof jwtVerify>;
  readonly fetchKeys: TokenVerifier['fetchKeys'];
}

function verificationKey({ keys }: AuthConfig): VerificationKey {
  if (keys.from === 'PUBLIC_KEY')
    return { verify: (token, options) => jwtVerify(token, keys.key, options), fetchKeys: async () => {} };
  const remote = createRemoteJWKSet(keys.url, { timeoutDuration: 5_000, cooldownDuration: 10_000 });
  return {
    verify: (token, options) => jwtVerify(token, remote, options),
    fetchKeys: () =>
      remote.reload().catch((error: unknown) => {
        throw refusalOf(error);
      }),
  };
}

function refuseOtherTypes(typ: string | undefined, accepted: readonly string[]): void {
  const plain = (name: string) => name.toLowerCase().replace(/^application\//, '');
  if (typ !== undefined && accepted.some((name) => plain(name) === plain(typ))) return;
  throw new InvalidToken(`the header "typ" must be ${accepted.join(' or ')}`);
}

function claimsOf(payload: JWTPayload, issuer: string): VerifiedToken {
  const { sub, exp, email, email_verified: isVerified } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT_CHARS)
    throw new InvalidToken(`the claim "sub" must be a text of 1 to ${MAX_SUBJECT_CHARS} characters`);
  if (exp === undefined) throw new InvalidToken('the claim "exp" is missing');
  return {
    issuer,
    subject: sub,
    verifiedEmail: typeof email === 'string' && isVerified === true ? email : null,
    expiresAtMs: exp * 1000,
  };
}

function refusalOf(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new InvalidToken('the token has expired: sign in again');
  if (error instanceof errors.JWTClaimValidationFailed)
    return new InvalidToken(`the claim "${error.claim}" does not fit: ${error.message}`);
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return new InvalidToken('the signature does not fit the token');
  if (error instanceof errors.JOSEAlgNotAllowed) return new InvalidToken('the algorithm is not allowed here');
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return new InvalidToken('the issuer has no such key');
  const isTokenFault =
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSENotSupported;
  if (isTokenFault) return new InvalidToken('the token is malformed');
  // A key of the wrong kind for a pinned algorithm; only a forged header leads here.
  if (error instanceof TypeError && !isNetworkFault(error))
    return new InvalidToken('the key does not fit the algorithm');
  return new KeysUnavailable('the keys of the issuer cannot be fetched', { cause: error });
}

const isNetworkFault = (error: TypeError): boolean =>
  error.message === 'fetch failed' || error.cause !== undefined;
