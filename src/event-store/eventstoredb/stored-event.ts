import { type BinaryEventType, binaryEvent, type EventData } from '@eventstore/db-client';
import type { AppendRequest, NewEvent } from '../event-store.js';

/** What a server takes in one append unless it is configured otherwise. */
export const SERVER_APPEND_BYTES = 1024 * 1024;

/** 43 digits of base64url in quotes. */
const METADATA_BYTES = 45;

/** The body as bytes that nobody parses, the hash as metadata: a JSON text of as few bytes as possible. */
export const storedFrom = ({ id, type, body, hash }: NewEvent): EventData<BinaryEventType> =>
  binaryEvent({
    id,
    type,
    data: Buffer.from(body, 'utf8'),
    metadata: Buffer.from(hash, 'hex').toString('base64url'),
  });

/** Null when it is no hash. */
export function hashFrom(metadata: unknown): string | null {
  if (typeof metadata !== 'string') return null;
  const hash = Buffer.from(metadata, 'base64url');
  return hash.length === 32 ? hash.toString('hex') : null;
}

/** As the server counts it: data, metadata, and two bytes for each character of the type. */
export const bytesOnServer = ({ events }: AppendRequest, bodyBytes: number): number =>
  events.reduce((sum, { type }) => sum + METADATA_BYTES + 2 * type.length, bodyBytes);
