import { randomFillSync } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';
import type { Environment } from './application/environment.js';

const BYTES_OF_AN_ID = 16;

/** Drawn in large pieces: one draw from the system costs more than a hundred ids made of it. */
const pool = new Uint8Array(BYTES_OF_AN_ID * 256);
let used = pool.length;

const nextBytes = (): Uint8Array => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES_OF_AN_ID;
  return pool.subarray(used - BYTES_OF_AN_ID, used);
};

/** Time and ids as they are outside tests. */
export const realEnvironment: Environment = { now: Date.now, newId: () => uuidV7({ random: nextBytes() }) };
