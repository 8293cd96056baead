import { readEventStoreUrl } from '../../src/config.js';
import { parseConnectionString } from '../../src/event-store/eventstoredb/connection-string.js';
import { EventStoreDbError } from '../../src/event-store/eventstoredb/eventstoredb-error.js';
import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { CommandError } from '../cli/command-error.js';
import { exitCodes } from '../cli/exit-codes.js';

export interface NamedCluster {
  /** Hosts, without the password. */
  readonly name: string;
  readonly url: string;
}

/** @throws CommandError, ConfigError */
export function clusterNamed(given: string | true, option: string): NamedCluster {
  const url = given === true ? readEventStoreUrl(process.env) : given;
  if (url === null)
    throw new CommandError(
      `give the cluster with ${option} esdb://…, or in EVENT_STORE_URL`,
      exitCodes.usage,
    );
  try {
    const { hosts } = parseConnectionString(url);
    return { url, name: `esdb://${hosts.map(({ address, port }) => `${address}:${port}`).join(',')}` };
  } catch (error) {
    if (error instanceof EventStoreDbError) throw new CommandError(error.message, exitCodes.usage);
    throw error;
  }
}

/** @throws EventStoreDbError, CommandError */
export async function openCluster(
  { url, name }: NamedCluster,
  { logId, purpose }: Pick<EventStoreDbOptions, 'logId' | 'purpose'>,
): Promise<EventStoreDbEventStore> {
  try {
    return await EventStoreDbEventStore.open({
      url,
      ...(logId === undefined ? {} : { logId }),
      ...(purpose === undefined ? {} : { purpose }),
    });
  } catch (error) {
    if (error instanceof EventStoreDbError && error.code === 'FOREIGN_LOG')
      throw new CommandError(
        `${name} holds another log than the data folder (${error.message}); nothing was carried: name the cluster ` +
          'of this log, or one that no Muster has used',
      );
    throw error;
  }
}
