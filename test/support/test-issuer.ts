import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import type { AuthConfig } from '../../src/config.js';

/** Ten years: longer than any test lets pass. */
const TOKEN_SECONDS = 10 * 365 * 24 * 3600;

/** An identity provider of the tests, and the configuration that trusts it. */
export class TestIssuer {
  readonly issuer = 'https://id.example.test/';
  readonly audience = 'muster-test';
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get publicKey(): KeyObject {
    return this.#keys.publicKey;
  }

  get config(): AuthConfig {
    return {
      issuer: this.issuer,
      audience: this.audience,
      keys: { from: 'PUBLIC_KEY', key: this.publicKey },
      algorithms: ['EdDSA'],
      tokenTypes: ['at+jwt', 'JWT'],
    };
  }

  /** A token good for ten years; `claims` and `header` replace what it says. */
  token(claims: JWTPayload, header: Partial<JWTHeaderParameters> = {}): Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    const payload = { iss: this.issuer, aud: this.audience, iat: now, exp: now + TOKEN_SECONDS, ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...header })
      .sign(this.#keys.privateKey);
  }
}
