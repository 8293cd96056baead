import { type AppendRequest, AppendTooLarge, MAX_APPEND_BYTES } from './event-store.js';

/**
 * Bytes of the bodies of an append that may be tried.
 * @throws RangeError, AppendTooLarge
 */
export function bytesOf({ expectedRevision, events }: AppendRequest): number {
  if (events.length === 0) throw new RangeError('an append must hold at least one event');
  if (expectedRevision !== 'NO_STREAM' && !(Number.isSafeInteger(expectedRevision) && expectedRevision >= 0))
    throw new RangeError(
      `an expected revision is NO_STREAM or a whole number from 0, not ${expectedRevision}`,
    );
  let bytes = 0;
  for (const { body } of events) bytes += Buffer.byteLength(body);
  if (bytes > MAX_APPEND_BYTES) throw new AppendTooLarge(bytes);
  return bytes;
}

/** @throws RangeError */
export function assertCount(maxCount: number): void {
  if (!Number.isSafeInteger(maxCount) || maxCount < 1)
    throw new RangeError(`maxCount must be a whole number from 1, not ${maxCount}`);
}
