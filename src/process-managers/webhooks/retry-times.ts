const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** After the first failed attempt, the second …; every hour from then on. */
const PAUSES_MS = [5 * SECOND_MS, 30 * SECOND_MS, 2 * MINUTE_MS, 10 * MINUTE_MS, 30 * MINUTE_MS];
const LAST_PAUSE_MS = HOUR_MS;

/** About 43 minutes: so long one event can hold up those after it. */
const ATTEMPTS = 6;
/** About a day: nothing is taken after the event that was given up either, so it is the receiver and not the event. */
const PATIENT_ATTEMPTS = 28;

/** A receiver that has taken nothing for so long is not tried any more. */
export const DISABLE_AFTER_MS = 5 * 24 * HOUR_MS;

export const attemptsOf = ({ isGivingUp }: { readonly isGivingUp: boolean }): number =>
  isGivingUp ? PATIENT_ATTEMPTS : ATTEMPTS;

/**
 * How long to wait after so many failures (ms); a fifth more or less, so that receivers that went down together do not
 * meet all their senders at once. What the receiver asks for counts up to an hour.
 * @param chance from 0 to 1
 */
export const pauseAfter = (failures: number, chance: number, retryAfterMs: number | null): number => {
  const pause = PAUSES_MS[failures - 1] ?? LAST_PAUSE_MS;
  const asked = Math.min(retryAfterMs ?? 0, LAST_PAUSE_MS);
  return Math.max(Math.round(pause * (0.8 + 0.4 * chance)), asked);
};
