import type { Environment } from '../application/environment.js';
import type { Work } from './work-loop.js';

export interface CheckpointScheduleParts {
  readonly checkpoints: {
    signWhenDue(due: {
      readonly intervalMs: number;
      readonly since: number;
    }): Promise<{ readonly position: number | null; readonly next: number }>;
  };
  readonly environment: Environment;
  /** Between two checkpoints; null = only on demand. */
  readonly checkpointIntervalMs: number | null;
}

/** Signs the log from time to time, while it grows. */
export const checkpointSchedule = ({
  checkpoints,
  environment,
  checkpointIntervalMs: intervalMs,
}: CheckpointScheduleParts): Work<number> => {
  const since = environment.now();
  let next = since;
  return {
    name: 'checkpoints',
    parallel: 1,
    list: () => (intervalMs !== null && environment.now() >= next ? [next] : []),
    keyOf: (dueAt) => String(dueAt),
    async do() {
      if (intervalMs === null) return null;
      const signed = await checkpoints.signWhenDue({ intervalMs, since });
      next = signed.next;
      return signed.position;
    },
  };
};
