import { startClusterNode } from './cluster-node.js';
import { MemoryJournal } from './journal.js';
import { SharedElection } from './shared-election.js';
import type { StoredRecord } from './stored-record.js';
import type { WireNode, WireNodeOptions } from './wire-node.js';

export interface WireClusterOptions extends Omit<WireNodeOptions, 'log' | 'membership' | 'port'> {
  /** Default 2. */
  readonly size?: number;
  /** From the end of a leader until the next one leads; nobody takes a write meanwhile. Default 200. */
  readonly electionMs?: number;
  /** How old the reads of a follower may be. Default 10. */
  readonly replicationMs?: number;
}

/** Several nodes in this process, with one journal: what was acknowledged is on all of them. */
export class WireCluster {
  readonly #options: WireClusterOptions;
  readonly #kept: StoredRecord[] = [];
  readonly #election: SharedElection;
  #nodes: readonly WireNode[] = [];

  /** The first node leads. */
  static async start(options: WireClusterOptions = {}): Promise<WireCluster> {
    const cluster = new WireCluster(options);
    for (let count = options.size ?? 2; count > 0; count -= 1) await cluster.addNode();
    return cluster;
  }

  private constructor(options: WireClusterOptions) {
    this.#options = options;
    this.#election = new SharedElection(options.electionMs ?? 200);
  }

  /** Those that live, oldest first. */
  get nodes(): readonly WireNode[] {
    return this.#nodes.filter(({ isAlive }) => isAlive);
  }

  get leader(): WireNode | undefined {
    return this.nodes.find(({ membership }) => membership.isLeader());
  }

  get followers(): readonly WireNode[] {
    return this.nodes.filter(({ membership }) => !membership.isLeader());
  }

  /** Every acknowledged append, and those written whose answer was lost. */
  get kept(): readonly StoredRecord[] {
    return this.#kept;
  }

  /** Names every node that ever was, as a configuration does; `parameters` such as `nodePreference=leader` on top. */
  connectionString(parameters: readonly string[] = []): string {
    const hosts = new Set(this.#nodes.map(({ endpoint }) => `${endpoint.host}:${endpoint.port}`));
    const all = [`tls=${this.#options.tls !== undefined}`, ...parameters];
    return `esdb://${[...hosts].join(',')}?${all.join('&')}`;
  }

  /** A node that died comes back under its port, or a new one joins. */
  async addNode(port = 0): Promise<WireNode> {
    const node = await startClusterNode({
      ...this.#options,
      port,
      journal: new MemoryJournal(this.#kept),
      election: this.#election.join(),
    });
    this.#nodes = [...this.#nodes, node];
    return node;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }
}
