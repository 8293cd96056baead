import { readStoredEvent } from '../domain/stored-event.js';
import type { RecordedEvent } from '../event-store/event-store.js';

/**
 * Whoever has claimed an effect has this long to carry it out and to say what came of it; then another node may claim
 * it. Far more than an attempt takes and than the clocks of two nodes may differ by.
 */
export const LEASE_MS = 10 * 60_000;

/** A holder that was held up for this long (a process that was stopped, a machine that slept) begins nothing any more. */
const BEGIN_WITHIN_MS = LEASE_MS / 2;

/** How long (ms, from a moment on) until somebody else's claim may follow; 0 or less: it may. */
export const leaseLeft = (claim: RecordedEvent, now: number): number => claimedAt(claim) + LEASE_MS - now;

/** Whether its holder may still begin, at a moment (ms). */
export const mayBegin = (claim: RecordedEvent, now: number): boolean =>
  now < claimedAt(claim) + BEGIN_WITHIN_MS;

const claimedAt = ({ body }: RecordedEvent): number => Date.parse(readStoredEvent(body).recordedAt);
