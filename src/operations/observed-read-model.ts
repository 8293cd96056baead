import type { Metrics } from './metrics.js';
import { inSpan } from './tracing.js';

export interface Position {
  readonly position: number;
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
}

/** The same read model, with every wait for it timed and traced. */
export const observedReadModel = (readModel: Position, metrics: Metrics): Position => ({
  get position() {
    return readModel.position;
  },
  async waitFor(position, timeoutMs) {
    if (position <= readModel.position) return true;
    const startedMs = performance.now();
    const isReadable = await inSpan({ name: 'muster.projection' }, () =>
      readModel.waitFor(position, timeoutMs),
    );
    if (isReadable) metrics.becameReadable((performance.now() - startedMs) / 1_000);
    return isReadable;
  },
});
