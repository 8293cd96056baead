import { join } from 'node:path';
import { type MusterChild, startMusterChild } from '../../scripts/child/muster-child.js';
import { commandLineCore } from '../../scripts/cli/environment.js';
import { type Core, openCore } from '../../src/core.js';
import { type DataFolder, openDataFolder } from '../../src/data-folder.js';
import { type GraphqlClient, graphqlClient } from '../support/graphql-client.js';
import type { TestPerson } from '../support/start-muster.js';
import { TestIssuer } from '../support/test-issuer.js';
import { vaultFileUrl } from './cluster-vault.js';

export const ROOT: TestPerson = { subject: 'cluster-root' };

/** One Muster process, with a data folder of its own. */
export interface ClusterNode {
  readonly url: string;
  readonly dataDir: string;
  client(person?: TestPerson): Promise<GraphqlClient>;
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface SharedByNodes {
  readonly eventStoreUrl: string;
  /** Default: a file in the cluster's folder. */
  readonly keyVaultUrl?: string;
  /** Of each process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Several Muster processes, as people run them, on one log and one vault. */
export class MusterCluster {
  readonly issuer = new TestIssuer();
  readonly nodes: ClusterNode[] = [];
  readonly eventStoreUrl: string;
  readonly keyVaultUrl: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(
    private readonly dir: string,
    { eventStoreUrl, keyVaultUrl = vaultFileUrl(dir), env = {} }: SharedByNodes,
  ) {
    this.eventStoreUrl = eventStoreUrl;
    this.keyVaultUrl = keyVaultUrl;
    this.#env = env;
  }

  /** The writing side in this process, on the first node's folder before its server starts. */
  async prepare<T>(use: (core: Core) => Promise<T>): Promise<T> {
    const core = await openCore({
      ...commandLineCore(this.#folderOf(0)),
      eventStoreUrl: this.eventStoreUrl,
      keyVaultUrl: this.keyVaultUrl,
    });
    try {
      return await use(core);
    } finally {
      await core.close();
    }
  }

  /** One after the other: several at once would make each other late. */
  async start(nodes: number): Promise<void> {
    while (this.nodes.length < nodes) this.nodes.push(await this.startNode(this.nodes.length));
  }

  async startNode(index: number): Promise<ClusterNode> {
    const dataDir = this.#folderOf(index);
    const child: MusterChild = await startMusterChild({ dataDir, env: this.#environment() });
    return {
      url: child.url,
      dataDir,
      client: async (person = ROOT) => graphqlClient(child.url, await this.tokenOf(person)),
      end: (signal) => child.end(signal),
    };
  }

  tokenOf({ subject, email }: TestPerson): Promise<string> {
    return this.issuer.token(
      email === undefined ? { sub: subject } : { sub: subject, email, email_verified: true },
    );
  }

  /** Of a node that has ended. */
  folder(index: number): DataFolder {
    return openDataFolder({ path: this.#folderOf(index), mode: 'read', eventStoreUrl: this.eventStoreUrl });
  }

  async end(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.end('SIGTERM')));
  }

  #folderOf(index: number): string {
    return join(this.dir, `node-${index + 1}`);
  }

  #environment(): Readonly<Record<string, string>> {
    return {
      EVENT_STORE_URL: this.eventStoreUrl,
      MUSTER_KEY_VAULT_URL: this.keyVaultUrl,
      MUSTER_ISSUER: this.issuer.issuer,
      MUSTER_AUDIENCE: this.issuer.audience,
      MUSTER_PUBLIC_KEY: this.issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ...this.#env,
    };
  }
}
