import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { inTime, NoAnswer } from './call.js';
import type { ClusterAddress } from './connection-string.js';

type OnFailedCall = EventStoreDBClient['handleError'];
type GetChannel = EventStoreDBClient['getChannel'];
type Channel = Awaited<ReturnType<GetChannel>>;

/** Streams that were cancelled end at once; of one that does not, nothing is wanted any more. */
const STREAMS_END_MS = 1_000;

/** What gRPC says of a server that does not have a call, as a number. */
const UNIMPLEMENTED = 12;

/** The package's client, without what ends the process when a node dies under load, or keeps it when a node is silent. */
export class LeaderClient extends EventStoreDBClient {
  readonly #reconnect: OnFailedCall = this.handleError;
  readonly #openChannel: GetChannel = this.getChannel;
  readonly #endStreams = this.dispose;
  #channel: Channel | null = null;
  #isDisposed = false;

  /**
   * The client calls this for every failed call and never waits for it. It closes the channel: not at once, or a call that
   * has just taken the channel would throw where nobody catches. And it waits for whoever is looking for a node: when
   * that fails, he is told; here it shall not become an unhandled rejection.
   */
  protected override handleError: OnFailedCall = async (...failed) => {
    await nextTurn();
    await this.#reconnect(...failed).catch(() => undefined);
  };

  protected override getChannel: GetChannel = async () => {
    const channel = await this.#openChannel();
    if (this.#isDisposed) channel.close();
    this.#channel = channel;
    return channel;
  };

  /**
   * The package's own leaves the channel open, and what waits for a node that accepts connections and then is silent
   * would keep the process.
   */
  override dispose = async (): Promise<void> => {
    this.#isDisposed = true;
    try {
      await inTime(this.#endStreams(), { what: 'the end of the streams', ms: STREAMS_END_MS });
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
    } finally {
      this.#channel?.close();
    }
  };

  /** `null` for servers that do not tell. The package's own call for it has no deadline. */
  async serverVersion(timeoutMs: number): Promise<string | null> {
    return this.execute(
      features.ServerFeaturesClient,
      'getSupportedMethods',
      (client) =>
        new Promise((resolve, reject) => {
          const [metadata, options] = this.callArguments({ deadline: timeoutMs });
          client.getSupportedMethods(new shared.Empty(), metadata, options, (error, supported) => {
            if (error?.code === UNIMPLEMENTED) resolve(null);
            else if (error !== null) reject(error);
            else resolve(supported.getEventStoreServerVersion());
          });
        }),
    );
  }
}

/** Few and short: whoever finds no node tries again, with pauses. */
const SEARCH = { maxDiscoverAttempts: 3, discoveryInterval: 100, gossipTimeout: 2 };

export function connect({
  hosts,
  discover,
  tls,
  tlsAuthority,
  tuning,
  ...address
}: ClusterAddress): LeaderClient {
  const channel = {
    insecure: !tls,
    ...(tlsAuthority === null ? {} : { rootCertificate: tlsAuthority }),
  };
  const credentials = address.credentials ?? undefined;
  const [first, ...others] = hosts.map(({ address, port }) => ({ address, port }));
  if (first === undefined) throw new RangeError('a cluster has at least one host');
  if (discover) return new LeaderClient({ discover: first, ...SEARCH, ...tuning }, channel, credentials);
  if (others.length === 0) return new LeaderClient({ endpoint: first, ...tuning }, channel, credentials);
  return new LeaderClient({ endpoints: [first, ...others], ...SEARCH, ...tuning }, channel, credentials);
}
