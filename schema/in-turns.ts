import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long one request computes before others have their turn. */
const TURN_MS = 8;

/** Does the work on every piece, in several turns of the event loop. */
export async function inTurns<T>(pieces: Iterable<T>, work: (piece: T) => void): Promise<void> {
  let began = performance.now();
  for (const piece of pieces) {
    work(piece);
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
}

/** The result of work that yields wherever it may be interrupted. */
export async function resultInTurns<T>(work: Generator<void, T>): Promise<T> {
  for (let began = performance.now(); ; ) {
    const { done, value } = work.next();
    if (done === true) return value;
    if (performance.now() - began < TURN_MS) continue;
    await nextTurn();
    began = performance.now();
  }
}
