import { type Rejection, reject } from '../rejection.js';
import type { Case } from './decide.js';
import type { AccountState } from './state.js';

/** Mail that carries an invitation follows the one before no sooner. */
export const INVITATION_PAUSE_MS = 60_000;

/** Most messages that portals may ask for to one person, within any NOTICE_PERIOD_MS. */
export const MAX_NOTICES = 20;
export const NOTICE_PERIOD_MS = 24 * 3_600_000;

/** Nobody is flooded with invitations he never asked for; imports and Muster itself are not held up. */
export const checkInvitationPace = (
  given: Case,
  last: { readonly lastSentAt: number } | null | undefined,
): Rejection | null =>
  last == null
    ? null
    : notBefore(
        given,
        last.lastSentAt + INVITATION_PAUSE_MS,
        'An invitation has just been sent to this user',
      );

/** Nor with messages. */
export const checkNoticePace = (given: Case, userId: string): Rejection | null => {
  const [earliest, ...others] = noticesOfLastDay(given.state, userId, given.context.occurredAt);
  return earliest === undefined || others.length < MAX_NOTICES - 1
    ? null
    : notBefore(given, earliest + NOTICE_PERIOD_MS, `This user got ${MAX_NOTICES} messages within a day`);
};

/** When messages to the person were asked for within the day up to a moment, ms, oldest first; at most MAX_NOTICES. */
export const noticesOfLastDay = (state: AccountState, userId: string, now: number): readonly number[] =>
  (state.notices.get(userId) ?? []).filter((at) => now < at + NOTICE_PERIOD_MS);

/** @param availableAt ms */
const notBefore = ({ authority, context }: Case, availableAt: number, why: string): Rejection | null =>
  authority.via === 'SYSTEM' || context.occurredAt >= availableAt
    ? null
    : reject('TOO_SOON', `${why}; the next can go out at ${new Date(availableAt).toISOString()}.`, {
        field: 'userId',
        availableAt,
      });
