import { setTimeout as delay } from 'node:timers/promises';

/** Time and chance, handed in so that tests decide about them. */
export interface Pacing {
  /** Milliseconds; only differences count. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const REAL_PACING: Pacing = {
  now: () => performance.now(),
  random: Math.random,
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  },
};

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 2_000;

/** How long one thing is tried again: with longer and longer pauses, of random length so that callers do not come in step. */
export class Patience {
  readonly #pacing: Pacing;
  readonly #until: number;
  #pauseMs = FIRST_PAUSE_MS;

  constructor(pacing: Pacing, totalMs: number) {
    this.#pacing = pacing;
    this.#until = pacing.now() + totalMs;
  }

  /** Waits for the next try; false, at once, when there shall be none. */
  async again(signal?: AbortSignal): Promise<boolean> {
    const pause = this.#pauseMs * (0.5 + this.#pacing.random() / 2);
    if (this.#pacing.now() + pause > this.#until) return false;
    this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
    await this.#pacing.sleep(pause, signal);
    return true;
  }

  /** It works again: the next pause is short. */
  refresh(): void {
    this.#pauseMs = FIRST_PAUSE_MS;
  }
}
