import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';

/** An identity provider for one run: a fresh key, and tokens for whoever is wanted. */
export interface TokenIssuer {
  readonly issuer: string;
  /** What a server must be configured with to believe these tokens. */
  readonly env: Readonly<Record<string, string>>;
  tokenFor(subject: string): Promise<string>;
}

export function newTokenIssuer(): TokenIssuer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const issuer = 'https://issuer.invalid/';
  const audience = 'muster-run';
  return {
    issuer,
    env: {
      MUSTER_ISSUER: issuer,
      MUSTER_AUDIENCE: audience,
      MUSTER_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    },
    tokenFor: (subject) =>
      new SignJWT()
        .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
        .setExpirationTime('12h')
        .sign(privateKey),
  };
}
