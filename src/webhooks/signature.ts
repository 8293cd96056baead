import { createHmac } from 'node:crypto';

const SECRET_PREFIX = 'whsec_';

/** How a receiver is given the key, 32 bytes: as Standard Webhooks writes it. */
export const secretText = (key: Buffer): string => `${SECRET_PREFIX}${key.toString('base64')}`;

export interface SignedContent {
  /** Names the event; the same at every attempt. */
  readonly id: string;
  /** Of this attempt, seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The three headers of Standard Webhooks. Several keys give several signatures, so that a receiver can change over to a
 * new secret in his own time.
 */
export function signedHeaders(
  { id, timestamp, body }: SignedContent,
  keys: readonly Uint8Array[],
): Record<string, string> {
  const signed = keys.map((key) =>
    createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64'),
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signed.map((signature) => `v1,${signature}`).join(' '),
  };
}
