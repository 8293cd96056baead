/** Time for mutations in one iteration of the event loop, in milliseconds. */
const TIME_PER_ITERATION_MS = 1;

/**
 * Hands out the event loop in turns, first come first served: in each iteration the waiters run one after the other
 * for a short time, then input and output get their turn again. A mutation takes a turn before it is parsed, so that a
 * flood of writes lets every read through between two of them instead of standing in front of it as one block, and a
 * flood of reads leaves the writes their share. It answers without another turn: those of one append answer together.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  readonly #limit: number;
  #head = 0;
  #isRunning = false;
  #iterationEndsMs = 0;

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
      if (!this.#isRunning) this.#awaitIteration();
    });
  }

  #awaitIteration(): void {
    this.#isRunning = true;
    setImmediate(() => {
      this.#iterationEndsMs = performance.now() + TIME_PER_ITERATION_MS;
      this.#giveTurn();
    });
  }

  #giveTurn(): void {
    this.#waiting[this.#head]?.();
    this.#head += 1;
    if (this.#head === this.#waiting.length || this.#head > 1_000) {
      this.#waiting.splice(0, this.#head);
      this.#head = 0;
    }
    // A tick asked for by a microtask comes when all microtasks are done: when the waiter has run as far as it can.
    queueMicrotask(() => process.nextTick(() => this.#afterTurn()));
  }

  #afterTurn(): void {
    if (this.length === 0) this.#isRunning = false;
    else if (performance.now() < this.#iterationEndsMs) this.#giveTurn();
    else this.#awaitIteration();
  }
}
