import type { AuditReading, AuditReadings } from './audit-readings.js';

/**
 * The port to readings that were written down where nobody could append: the command line reads beside a running server,
 * which alone may write the log.
 */
export interface ReadingSpool {
  /** Names of those that wait, the oldest first. */
  names(limit: number): readonly string[];
  /** Null: it is gone, or no reading at all and laid aside. */
  reading(name: string): AuditReading | null;
  remove(name: string): void;
}

/** Records a reading of the spool; after a crash it is recorded again under the same name, which changes nothing. */
export const takeUpReading = async (
  { spool, readings }: { readonly spool: ReadingSpool; readonly readings: Pick<AuditReadings, 'record'> },
  name: string,
): Promise<void> => {
  const reading = spool.reading(name);
  if (reading === null) return;
  await readings.record(reading);
  spool.remove(name);
};
