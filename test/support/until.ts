import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** Resolves as soon as it is so; looks again every few milliseconds. */
export async function until(isSo: () => boolean | Promise<boolean>, everyMs = 10): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadline)
      throw new Error(`it did not become so within ${PATIENCE_MS} ms: ${isSo}`);
    await delay(everyMs);
  }
}
