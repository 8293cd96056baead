import type { AuditReadings } from '../application/audit-readings.js';
import { type ReadingSpool, takeUpReading } from '../application/reading-spool.js';
import type { Work } from './work-loop.js';

export interface SpooledReadingsParts {
  readonly spool: ReadingSpool;
  readonly readings: Pick<AuditReadings, 'record'>;
}

/** Takes up what the command line has read beside this server. */
export const spooledReadings = (parts: SpooledReadingsParts): Work<string> => ({
  name: 'readings by the command line',
  parallel: 1,
  list: (limit) => parts.spool.names(limit),
  keyOf: (name) => name,
  async do(name) {
    await takeUpReading(parts, name);
    return null;
  },
});
