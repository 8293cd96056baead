import type { EventStore } from '../../src/event-store/event-store.js';
import { type SpooledReading, spoolReading } from '../../src/reading-spool-files.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

/**
 * Before anything is shown: the server, running or started next, writes it into the audit log.
 * @throws CommandError it cannot be written down, so nothing may be shown
 */
export function recordReading(readingsPath: string, reading: Omit<SpooledReading, 'at'>): void {
  try {
    spoolReading(readingsPath, { ...reading, at: Date.now() });
  } catch (error) {
    throw new CommandError(
      `nothing was shown, because the reading cannot be recorded in ${readingsPath} ` +
        `(${error instanceof Error ? error.message : String(error)}): run it as who runs the server`,
      exitCodes.dataFolder,
    );
  }
}

/** Whether there is such an account; a made-up id is no matter of the audit log. */
export const isAccount = (store: Pick<EventStore, 'readStream'>, accountId: string): Promise<boolean> =>
  isThere(store, `account-${accountId}`);

export const isPerson = (store: Pick<EventStore, 'readStream'>, userId: string): Promise<boolean> =>
  isThere(store, `user-${userId}`);

async function isThere(store: Pick<EventStore, 'readStream'>, stream: string): Promise<boolean> {
  return (await store.readStream(stream, { maxCount: 1 })).length > 0;
}
