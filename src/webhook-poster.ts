import { PostingClosed, type WebhookPoster } from './application/webhooks/webhook-poster.js';
import type { AllowedPrivate } from './webhooks/addresses.js';
import { DEFAULT_POST_RULES, mayPostTo, type PostRules, post } from './webhooks/post.js';
import { signedHeaders } from './webhooks/signature.js';

/** Signs and posts as Standard Webhooks asks for. */
export const webhookPoster = (allowed: AllowedPrivate, rules: Partial<PostRules> = {}): WebhookPoster => {
  const closing = new AbortController();
  return {
    async post({ url, id, at, body, keys }) {
      const headers = signedHeaders({ id, timestamp: Math.floor(at / 1000), body }, keys);
      const { signal } = closing;
      const result = await post({ url, headers, body, signal }, { ...DEFAULT_POST_RULES, allowed, ...rules });
      if (signal.aborted && result.outcome === 'FAILED') throw new PostingClosed();
      if (result.outcome === 'TAKEN') return { isTaken: true };
      return { isTaken: false, code: result.code, retryAfterMs: result.retryAfterMs };
    },
    mayPostTo: (url) => mayPostTo(url, allowed),
    close: () => closing.abort(),
  };
};
