import { readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { ClusterAddress } from './connection-string.js';
import { EventStoreDbError } from './eventstoredb-error.js';

type OnFailedCall = EventStoreDBClient['handleError'];

/** The package's client, without what ends the process when a node dies under load. */
export class LeaderClient extends EventStoreDBClient {
  readonly #reconnect: OnFailedCall = this.handleError;

  /**
   * The client calls this for every failed call and never waits for it. It closes the channel: not at once, or a call that
   * has just taken the channel would throw where nobody catches. And it waits for whoever is looking for a node: when
   * that fails, he is told; here it shall not become an unhandled rejection.
   */
  protected override handleError: OnFailedCall = async (...failed) => {
    await nextTurn();
    await this.#reconnect(...failed).catch(() => undefined);
  };

  /** `unknown` for servers that do not tell. */
  async serverVersion(): Promise<string> {
    return (await this.capabilities).serverVersion;
  }
}

/** Few and short: whoever finds no node tries again, with pauses. */
const SEARCH = { maxDiscoverAttempts: 3, discoveryInterval: 100, gossipTimeout: 2 };

/** @throws EventStoreDbError BAD_URL */
export function connect({
  hosts,
  discover,
  tls,
  tlsCaFile,
  tuning,
  ...address
}: ClusterAddress): LeaderClient {
  const channel = {
    insecure: !tls,
    ...(tls && tlsCaFile !== null ? { rootCertificate: authorityIn(tlsCaFile) } : {}),
  };
  const credentials = address.credentials ?? undefined;
  const [first, ...others] = hosts.map(({ address, port }) => ({ address, port }));
  if (first === undefined) throw new RangeError('a cluster has at least one host');
  if (discover) return new LeaderClient({ discover: first, ...SEARCH, ...tuning }, channel, credentials);
  if (others.length === 0) return new LeaderClient({ endpoint: first, ...tuning }, channel, credentials);
  return new LeaderClient({ endpoints: [first, ...others], ...SEARCH, ...tuning }, channel, credentials);
}

function authorityIn(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new EventStoreDbError('BAD_URL', `the file of tlsCAFile cannot be read: ${path}`, { cause: error });
  }
}
