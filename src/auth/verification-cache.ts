import { LRUCache } from 'lru-cache';
import type { TokenVerifier, VerifiedToken } from './token-verifier.js';

/** A token once verified is believed this long, and never beyond its own expiry. */
export const VERIFIED_FOR_MS = 60_000;
const MAX_TOKENS = 10_000;
const MAX_CHARS = 16_000_000;

/** Checking a signature costs more than answering a query: good tokens are remembered, bad ones never. */
export function rememberVerified(
  verifier: Pick<TokenVerifier, 'verify'>,
  clock: () => number,
): Pick<TokenVerifier, 'verify'> {
  const verified = new LRUCache<string, { readonly token: VerifiedToken; readonly untilMs: number }>({
    max: MAX_TOKENS,
    maxSize: MAX_CHARS,
    sizeCalculation: (_, raw) => raw.length,
  });
  return {
    verify: async (raw) => {
      const known = verified.get(raw);
      const now = clock();
      if (known !== undefined && now < known.untilMs && now >= known.untilMs - VERIFIED_FOR_MS)
        return known.token;
      verified.delete(raw);
      const token = await verifier.verify(raw);
      verified.set(raw, { token, untilMs: Math.min(now + VERIFIED_FOR_MS, token.expiresAtMs) });
      return token;
    },
  };
}
