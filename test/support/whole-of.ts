/** What work that may be interrupted comes to, done without a pause. */
export function wholeOf<T>(work: Generator<void, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
