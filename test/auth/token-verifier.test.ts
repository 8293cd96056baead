import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import { exportJWK, SignJWT } from 'jose';
import { createTokenVerifier, InvalidToken } from '../../src/auth/token-verifier.js';
import { TestIssuer } from '../support/test-issuer.js';

describe('verifying a token', () => {
  const issuer = new TestIssuer();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const verifier = createTokenVerifier(issuer.config, () => nowSeconds * 1000);
  const good = { sub: 'ann' };

  it('gives issuer and subject, and nothing else that the token says', async () => {
    const token = await issuer.token({
      ...good,
      role: 'OWNER',
      permissions: ['users.manage'],
      groups: ['admins'],
    });
    const verified = await verifier.verify(token);
    expect(verified).to.have.keys('issuer', 'subject', 'verifiedEmail', 'expiresAtMs');
    expect(verified).to.include({ issuer: issuer.issuer, subject: 'ann', verifiedEmail: null });
  });

  it('gives an e-mail address only when the issuer says it is verified', async () => {
    const email = 'ann@example.test';
    const emailOf = async (claims: object) =>
      (await verifier.verify(await issuer.token({ ...good, email, ...claims }))).verifiedEmail;
    expect(await emailOf({ email_verified: true })).to.equal(email);
    expect(await emailOf({})).to.equal(null);
    expect(await emailOf({ email_verified: false })).to.equal(null);
    expect(await emailOf({ email_verified: 'true' })).to.equal(null);
    expect(await emailOf({ email: 5, email_verified: true })).to.equal(null);
  });

  const wrong: readonly (readonly [string, () => Promise<string>])[] = [
    ['of another issuer', () => issuer.token({ ...good, iss: 'https://evil.example.test/' })],
    ['for another audience', () => issuer.token({ ...good, aud: 'another-service' })],
    ['without an audience', () => issuer.token({ ...good, aud: undefined as unknown as string })],
    ['that has expired', () => issuer.token({ ...good, exp: nowSeconds - 1 })],
    ['without an expiry', () => issuer.token({ ...good, exp: undefined as unknown as number })],
    ['that is not valid yet', () => issuer.token({ ...good, nbf: nowSeconds + 60 })],
    ['without a subject', () => issuer.token({})],
    ['with an empty subject', () => issuer.token({ sub: '' })],
    ['with a subject that is no text', () => issuer.token({ sub: 5 as unknown as string })],
    ['of another type', () => issuer.token(good, { typ: 'logout+jwt' })],
    ['without a type', () => issuer.token(good, { typ: undefined as unknown as string })],
    ['with a critical header nobody knows', () => issuer.token(good, { crit: ['exp'], exp: 1 } as never)],
    ['that is no token', async () => 'abc'],
    ['of three empty parts', async () => '..'],
    ['that is endless', async () => 'a'.repeat(9_000)],
  ];
  for (const [what, token] of wrong)
    it(`refuses one ${what}`, async () => {
      const raw = await token().catch(() => 'eyJhbGciOiJFZERTQSJ9.e30.');
      await refusedByVerifier(raw);
    });

  it('refuses alg none, signed or not', async () => {
    const [, payload] = (await issuer.token(good)).split('.');
    for (const alg of ['none', 'None', 'NONE'])
      for (const signature of ['', 'AAAA'])
        await refusedByVerifier(`${header({ alg })}.${payload}.${signature}`);
  });

  it('refuses HMAC with the public key as its secret', async () => {
    const [, payload] = (await issuer.token(good)).split('.');
    for (const secret of publicForms(issuer.publicKey))
      for (const [alg, hash] of [
        ['HS256', 'sha256'],
        ['HS512', 'sha512'],
      ] as const) {
        const signed = `${header({ alg })}.${payload}`;
        const signature = createHmac(hash, secret).update(signed).digest('base64url');
        await refusedByVerifier(`${signed}.${signature}`);
      }
  });

  it('takes no key from the header: jwk, jku, x5u and kid are not listened to', async () => {
    const attacker = generateKeyPairSync('ed25519');
    const jwk = await exportJWK(attacker.publicKey);
    const headers = [
      { jwk },
      { jku: 'https://evil.example.test/jwks.json' },
      { x5u: 'https://evil.example.test/cert.pem' },
      { kid: '../../dev-key.pem' },
    ];
    for (const extra of headers)
      await refusedByVerifier(
        await new SignJWT({ ...good, iss: issuer.issuer, aud: issuer.audience, exp: nowSeconds + 60 })
          .setProtectedHeader({ alg: 'EdDSA', typ: 'JWT', ...extra })
          .sign(attacker.privateKey),
      );
  });

  it('refuses a payload that was changed after signing', async () => {
    const [head, payload, signature] = (await issuer.token(good)).split('.');
    const claims = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
    await refusedByVerifier(`${head}.${forged}.${signature}`);
  });

  async function refusedByVerifier(token: string): Promise<void> {
    const outcome = await verifier.verify(token).catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(InvalidToken);
  }
});

const header = (fields: object): string =>
  Buffer.from(JSON.stringify({ typ: 'JWT', ...fields })).toString('base64url');

const publicForms = (key: KeyObject): readonly (string | Buffer)[] => [
  key.export({ type: 'spki', format: 'pem' }),
  key.export({ type: 'spki', format: 'der' }),
  JSON.stringify(key.export({ format: 'jwk' })),
];
