import { v7 as uuidV7 } from 'uuid';
import { startMuster, type TestMuster } from './start-muster.js';

export const DAY_MS = 86_400_000;

/** A server whose clock moves only when the test moves it. */
export interface ClockedMuster extends TestMuster {
  readonly clock: { nowMs: number };
  /** Lets time pass, and everything that falls due in it be done. */
  pass(ms: number): Promise<void>;
}

export async function startClockedMuster(start = '2030-01-01T00:00:00.000Z'): Promise<ClockedMuster> {
  const clock = { nowMs: Date.parse(start) };
  const muster = await startMuster({ environment: { now: () => clock.nowMs, newId: () => uuidV7() } });
  return {
    ...muster,
    clock,
    pass: async (ms) => {
      clock.nowMs += ms;
      await muster.processManagers.settled();
    },
  };
}
