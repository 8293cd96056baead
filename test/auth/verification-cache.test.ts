import { expect } from 'chai';
import type { TokenVerifier, VerifiedToken } from '../../src/auth/token-verifier.js';
import { rememberVerified, VERIFIED_FOR_MS } from '../../src/auth/verification-cache.js';

describe('remembering verified tokens', () => {
  const hour = 3_600_000;
  let nowMs = 0;
  let verifications = 0;
  const verifierUntil = (expiresAtMs: number): Pick<TokenVerifier, 'verify'> => ({
    verify: async () => {
      verifications += 1;
      return { issuer: 'i', subject: 's', verifiedEmail: null, expiresAtMs } satisfies VerifiedToken;
    },
  });

  beforeEach(() => {
    nowMs = 1_000_000;
    verifications = 0;
  });

  it('verifies a token once a minute at most', async () => {
    const verifier = rememberVerified(verifierUntil(nowMs + hour), () => nowMs);
    for (let i = 0; i < 10; i += 1) await verifier.verify('token');
    nowMs += VERIFIED_FOR_MS - 1;
    await verifier.verify('token');
    expect(verifications).to.equal(1);
    nowMs += 1;
    await verifier.verify('token');
    expect(verifications).to.equal(2);
  });

  it('asks again from the moment the token expires', async () => {
    const verifier = rememberVerified(verifierUntil(nowMs + 5_000), () => nowMs);
    await verifier.verify('token');
    nowMs += 5_000;
    await verifier.verify('token');
    expect(verifications).to.equal(2);
  });

  it('asks again when the clock was set back', async () => {
    const verifier = rememberVerified(verifierUntil(nowMs + hour), () => nowMs);
    await verifier.verify('token');
    nowMs -= 10 * 60_000;
    await verifier.verify('token');
    expect(verifications).to.equal(2);
  });

  it('takes a token that differs in one letter for another one', async () => {
    const verifier = rememberVerified(verifierUntil(nowMs + hour), () => nowMs);
    await verifier.verify('token');
    await verifier.verify('tokeN');
    expect(verifications).to.equal(2);
  });
});
