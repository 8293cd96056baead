import { statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EventStore } from '../event-store/event-store.js';
import type { ProjectionProgress } from './projection-progress.js';
import type { ReadinessCheck } from './readiness.js';

/** A disk with less is as good as full: log, read model and their temporary files all grow. */
const LEAST_FREE_BYTES = 32_000_000;
export const KEYS_CHECK = 'keys';
const PROBE_FILE = 'writable.probe';

/** The log answers, and says itself that it takes writes. */
export const logCheck = (store: Pick<EventStore, 'head'>, trouble: () => string | null): ReadinessCheck => ({
  name: 'log',
  look: async () => {
    await store.head();
    return trouble();
  },
});

/** Without the keys nobody new is signed in, and nothing is decided that names somebody. */
export const keysCheck = (lookAtKeys: () => Promise<void>): ReadinessCheck => ({
  name: KEYS_CHECK,
  look: async () => {
    try {
      await lookAtKeys();
      return null;
    } catch (error) {
      if (error instanceof Error && error.name === 'KeyVaultUnavailable')
        return 'the key vault is not to be had';
      throw error;
    }
  },
});

export const readModelCheck = (progress: ProjectionProgress, mostMs: number): ReadinessCheck => ({
  name: 'readModel',
  look: async () => {
    const { failure, lagMs, lagEvents } = await progress.look();
    if (failure !== null)
      return failure.event === null
        ? "it has stopped; Muster's log knows more"
        : `it has stopped at ${failure.event.type}, position ${failure.event.position}`;
    return lagMs <= mostMs
      ? null
      : `it is ${Math.round(lagMs / 1_000)} s and ${lagEvents} events behind the log`;
  },
});

/** The folder takes a file, and the disk has room for more. */
export const diskCheck = (folder: string): ReadinessCheck => ({
  name: 'disk',
  look: async () => {
    try {
      await writeFile(join(folder, PROBE_FILE), 'written by the readiness check\n', { mode: 0o600 });
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return `the data folder cannot be written (${code})`;
    }
    const { bavail, bsize } = await statfs(folder);
    const free = bavail * bsize;
    return free >= LEAST_FREE_BYTES ? null : `only ${Math.floor(free / 1_000_000)} MB of disk are left`;
  },
});
