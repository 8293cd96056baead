/** What was opened, in that order. */
export class Closing {
  readonly #opened: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#opened.push(close);
  }

  /**
   * Closes the last first, each after the one before has ended. One that fails keeps none of the others open; what the first of them
   * failed with is thrown when all have been closed. Repeating it changes nothing.
   */
  async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let next = this.#opened.pop(); next !== undefined; next = this.#opened.pop())
      try {
        await next();
      } catch (error) {
        failures.push(error);
      }
    if (failures.length > 0) throw failures[0];
  }
}
