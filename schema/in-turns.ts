import { setImmediate as nextIteration } from 'node:timers/promises';

/** How long all questions together compute before others have their turn. */
const TURN_MS = 8;

/** The end of the line of all who ask: there is one event loop, so that the time is shared by them. */
let line = Promise.resolve();
let turnEndsMs = 0;

/** Resolves for one after the other; who asks again stands behind those who came meanwhile. */
function nextPiece(): Promise<void> {
  line = line.then(async () => {
    if (performance.now() < turnEndsMs) return;
    await nextIteration();
    turnEndsMs = performance.now() + TURN_MS;
  });
  return line;
}

/** Does the work on every piece, in several turns of the event loop. */
export async function inTurns<T>(pieces: Iterable<T>, work: (piece: T) => void): Promise<void> {
  for (const piece of pieces) {
    await nextPiece();
    work(piece);
  }
}

/** The result of work that yields wherever it may be interrupted. */
export async function resultInTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    await nextPiece();
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** The result of work in one piece. */
export async function inOneTurn<T>(work: () => T): Promise<T> {
  await nextPiece();
  return work();
}
