import type { MailCause } from './mail-cause.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** After the first failed attempt, the second …; the last one from then on. */
const PAUSES_MS = [1 * MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS];

/** News of three days ago confuses more than it tells. */
const MAX_AGE_MS = 72 * HOUR_MS;

/** From this moment (ms) on the mail would come too late; an invitation's lasts as long as its link. */
export const deadlineOf = (cause: MailCause): number =>
  cause.type === 'UserInvited' || cause.type === 'InvitationResent'
    ? Date.parse(cause.data.expiresAt)
    : Date.parse(cause.recordedAt) + MAX_AGE_MS;

/** When a mail is tried again (ms) that has just failed for the n-th time; at its deadline it is given up. */
export const nextAttemptAt = (cause: MailCause, failures: number, now: number): number => {
  const pause = PAUSES_MS[Math.min(failures, PAUSES_MS.length) - 1] ?? MINUTE_MS;
  return Math.min(now + pause, deadlineOf(cause));
};
