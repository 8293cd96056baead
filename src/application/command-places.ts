import { Overloaded } from './account-errors.js';

export interface PlaceLimits {
  /** Commands without an outcome yet, of all accounts of this node. */
  readonly waiting: number;
  readonly waitingPerAccount: number;
}

export const defaultPlaces: PlaceLimits = { waiting: 10_000, waitingPerAccount: 2_000 };

/** How many commands may wait in all; one more is refused before anything is done for it. */
export class CommandPlaces {
  #taken = 0;

  constructor(readonly limits: PlaceLimits) {}

  get taken(): number {
    return this.#taken;
  }

  /** @throws Overloaded */
  async during<T>(run: () => Promise<T>): Promise<T> {
    if (this.#taken >= this.limits.waiting) throw new Overloaded('commands', 'Muster');
    this.#taken += 1;
    try {
      return await run();
    } finally {
      this.#taken -= 1;
    }
  }
}
