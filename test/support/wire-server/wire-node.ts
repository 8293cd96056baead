/**
 * A server for tests that speaks the gRPC protocol of EventStoreDB / KurrentDB to the real client.
 *
 * It proves our adapter (calls, mapping of errors, retries, failover, paging) and nothing about the durability, the
 * speed or the elections of a real server: its log is memory or a plain file, its cluster shares that one log. It has
 * no deletion, no truncation, no links and no persistent subscriptions, because the adapter uses none.
 */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { type AddressInfo, createServer, type Server as Listener, type Socket } from 'node:net';
import gossipServices from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import serverFeaturesServices from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsServices from '@eventstore/db-client/generated/streams_grpc_pb.js';
import grpc from '@grpc/grpc-js';
import type { WireUsers } from './access.js';
import { appendService } from './append-service.js';
import { batchAppendService } from './batch-append-service.js';
import { gossipService, serverFeaturesService } from './cluster-services.js';
import { type FaultPlan, NO_FAULTS, type WireMethod } from './faults.js';
import { newWireLog } from './new-wire-log.js';
import { readService } from './read-service.js';
import type { Endpoint } from './rpc-errors.js';
import { RunningCall } from './running-call.js';
import type { AnyCall, Membership, ServingNode } from './serving-node.js';
import type { WireLog } from './wire-log.js';

export interface WireNodeOptions {
  /** Default: a new log in memory. */
  readonly log?: WireLog;
  /** Default: one that is free. */
  readonly port?: number;
  /** Without users the node is insecure: no credentials are looked at, everybody may do everything. */
  readonly users?: WireUsers;
  /** PEM texts; without them connections are not encrypted. */
  readonly tls?: { readonly key: string; readonly certificate: string };
  /** null: like a server that does not have the call for it. */
  readonly serverVersion?: string | null;
  /** Default 1 MiB, as servers up to 25.0 have it. */
  readonly maxAppendBytes?: number;
  readonly faults?: FaultPlan;
  /** Default: a cluster of this node alone. */
  readonly membership?: (self: Endpoint) => Membership;
  readonly now?: () => Date;
  /** Called once, when the node was stopped or died. */
  readonly onStopped?: () => void;
}

const HOST = '127.0.0.1';
const MAX_MESSAGE_BYTES = 17 * 1024 * 1024;

export class WireNode implements ServingNode {
  readonly log: WireLog;
  readonly users: WireUsers | undefined;
  readonly maxAppendBytes: number;
  readonly serverVersion: string | null;
  readonly #options: WireNodeOptions;
  readonly #calls = new Map<WireMethod, number>();
  readonly #sockets = new Map<string, Socket>();
  readonly #gone = new AbortController();
  readonly #grpc: grpc.Server;
  readonly #listener: Listener;
  #faults: FaultPlan;
  #membership: Membership = noMembers;
  #port = 0;

  /** Listening on loopback when it resolves. */
  static async start(options: WireNodeOptions = {}): Promise<WireNode> {
    const node = new WireNode(options);
    await node.#listen();
    return node;
  }

  private constructor(options: WireNodeOptions) {
    this.#options = options;
    // Every delayed call listens; Node would take more than ten for a leak, and say so.
    setMaxListeners(0, this.#gone.signal);
    this.log = options.log ?? newWireLog({ now: options.now ?? (() => new Date()) });
    this.users = options.users;
    this.maxAppendBytes = options.maxAppendBytes ?? 1024 * 1024;
    this.serverVersion = options.serverVersion === undefined ? '24.10.0.0' : options.serverVersion;
    this.#faults = options.faults ?? NO_FAULTS;
    this.#grpc = this.#services();
    const injector = this.#grpc.createConnectionInjector(credentialsOf(options));
    this.#listener = createServer((socket) => {
      const name = `${socket.remoteAddress}:${socket.remotePort}`;
      this.#sockets.set(name, socket);
      socket.on('close', () => this.#sockets.delete(name));
      socket.on('error', () => {});
      injector.injectConnection(socket);
    });
  }

  get port(): number {
    return this.#port;
  }

  get endpoint(): Endpoint {
    return { host: HOST, port: this.#port };
  }

  get membership(): Membership {
    return this.#membership;
  }

  get isAlive(): boolean {
    return !this.#gone.signal.aborted;
  }

  /** For the client; `parameters` such as `defaultDeadline=2000` come on top. */
  connectionString(parameters: readonly string[] = []): string {
    const all = [`tls=${this.#options.tls !== undefined}`, ...parameters];
    return `esdb://${HOST}:${this.#port}?${all.join('&')}`;
  }

  setFaults(faults: FaultPlan): void {
    this.#faults = faults;
  }

  /** Calls begun so far, by method. */
  calls(): { readonly [method in WireMethod]?: number } {
    return Object.fromEntries(this.#calls);
  }

  dropConnections(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  /** Ends like a process that is killed: connections break, nothing that is under way is finished or answered. */
  async stop(): Promise<void> {
    if (!this.isAlive) return;
    this.#gone.abort();
    this.#options.onStopped?.();
    this.dropConnections();
    this.#grpc.forceShutdown();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  begin(method: WireMethod, call: AnyCall, stream?: string): RunningCall {
    const number = (this.#calls.get(method) ?? 0) + 1;
    this.#calls.set(method, number);
    const wireCall = stream === undefined ? { method, number } : { method, number, stream };
    const peer = call.getPeer();
    return new RunningCall(wireCall, {
      faults: this.#faults(wireCall),
      leader: () => this.#membership.leader(),
      nodeGone: this.#gone.signal,
      dropConnection: () => this.#sockets.get(peer)?.destroy(),
      die: () => void this.stop(),
    });
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen(this.#options.port ?? 0, HOST, resolve);
    });
    this.#port = (this.#listener.address() as AddressInfo).port;
    this.#membership = (this.#options.membership ?? alone)(this.endpoint);
  }

  #services(): grpc.Server {
    const server = new grpc.Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.enable_channelz': 0,
    });
    server.addService(streamsServices.StreamsService, {
      append: appendService(this),
      batchAppend: batchAppendService(this),
      read: readService(this),
    });
    server.addService(gossipServices.GossipService, { read: gossipService(this) });
    server.addService(serverFeaturesServices.ServerFeaturesService, {
      getSupportedMethods: serverFeaturesService(this),
    });
    return server;
  }
}

const noMembers: Membership = {
  members: () => [],
  isLeader: () => false,
  leader: () => undefined,
  leaderLog: () => undefined,
};

function alone(self: Endpoint): Membership {
  const instanceId = randomUUID();
  return {
    members: () => [{ instanceId, endpoint: self, state: 'LEADER', isAlive: true }],
    isLeader: () => true,
    leader: () => self,
    leaderLog: () => undefined,
  };
}

function credentialsOf({ tls }: WireNodeOptions): grpc.ServerCredentials {
  if (!tls) return grpc.ServerCredentials.createInsecure();
  const pair = { private_key: Buffer.from(tls.key), cert_chain: Buffer.from(tls.certificate) };
  return grpc.ServerCredentials.createSsl(null, [pair]);
}
