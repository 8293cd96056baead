/**
 * Hands out the event loop in turns: at most one waiter a loop iteration, first come first served. A mutation takes a
 * turn before it is parsed and another before it answers, so that a flood of writes lets every read through between
 * two of them instead of standing in front of it as one block.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #limit: number;
  #head = 0;
  #isScheduled = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#waiting.length - this.#head;
  }

  /** Nobody new should be let in. */
  get isFull(): boolean {
    return this.length >= this.#limit;
  }

  /** Resolves when it is the caller's turn. Those already inside are never refused. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#isScheduled) this.#schedule();
    });
  }

  #schedule(): void {
    this.#isScheduled = true;
    setImmediate(() => this.#release());
  }

  #release(): void {
    this.#isScheduled = false;
    this.#waiting[this.#head]?.();
    this.#head += 1;
    if (this.#head === this.#waiting.length) {
      this.#waiting.length = 0;
      this.#head = 0;
      return;
    }
    if (this.#head > 1_000) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    this.#schedule();
  }
}
