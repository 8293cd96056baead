import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type MusterChild, startMusterChild } from '../../scripts/child/muster-child.js';
import { commandLineCore } from '../../scripts/cli/environment.js';
import { openCore } from '../../src/core.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { applied } from '../support/account-world.js';
import { type GraphqlClient, graphqlClient } from '../support/graphql-client.js';
import { TestIssuer } from '../support/test-issuer.js';

/** A real server in a process of its own, in a folder that outlives it, and its root owner. */
export class ErasingServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'muster-erasing-'));
  readonly issuer = new TestIssuer();
  /** All that it ever said. */
  readonly said: string[] = [];
  #child: MusterChild | null = null;

  static async start(): Promise<ErasingServer> {
    const server = new ErasingServer();
    const core = await openCore(commandLineCore(server.dataDir));
    const owner = { issuer: server.issuer.issuer, subject: 'root', name: 'Root' };
    await core.application.initialise({ owner });
    await core.close();
    await server.serve();
    return server;
  }

  get dataDir(): string {
    return join(this.folder, 'data');
  }

  async serve({ dataDir = this.dataDir, ledger }: { dataDir?: string; ledger?: string } = {}): Promise<void> {
    this.#child = await startMusterChild({
      dataDir,
      env: {
        MUSTER_ISSUER: this.issuer.issuer,
        MUSTER_AUDIENCE: this.issuer.audience,
        MUSTER_PUBLIC_KEY: this.issuer.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        MUSTER_LOG_LEVEL: 'trace',
        MUSTER_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1',
        ...(ledger === undefined ? {} : { MUSTER_ERASURE_LEDGER: ledger }),
      },
      onSpawn: (child) => {
        for (const stream of [child.stdout, child.stderr])
          stream?.on('data', (chunk: Buffer) => void this.said.push(chunk.toString()));
      },
    });
  }

  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await this.#child?.end(signal);
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async client(subject = 'root', email?: string): Promise<GraphqlClient> {
    if (this.#child === null) throw new Error('the server is stopped');
    const claims = email === undefined ? { sub: subject } : { sub: subject, email, email_verified: true };
    return graphqlClient(this.#child.url, await this.issuer.token(claims));
  }

  async openAccount(name: string): Promise<string> {
    const root = await this.client();
    return applied(await root.mutate('createAccount', { name }, 'account { id }')).account.id;
  }

  async add(accountId: string, person: object, role = 'CONTRIBUTOR'): Promise<string> {
    const root = await this.client();
    const input = { accountId, person, role };
    return applied(await root.mutate('addUser', input, 'membership { userId }')).membership.userId;
  }

  async endEverywhere(userId: string): Promise<void> {
    const { outcome, userErrors } = await (await this.client()).bulk('endEverywhere', {
      userId,
      confirmed: true,
      phrase: 'REMOVE',
    });
    if (outcome !== 'APPLIED') throw new Error(JSON.stringify(userErrors));
  }

  async erase(userId: string): Promise<void> {
    applied(await (await this.client()).mutate('eraseUser', { userId }));
  }

  async statusOf(userId: string): Promise<string | null> {
    const root = await this.client();
    const query = 'query ($id: ID!) { user(id: $id) { erasure { status } } }';
    return (await root.query(query, { id: userId })).user?.erasure?.status ?? null;
  }

  async untilErased(userId: string): Promise<void> {
    for (let look = 1; look <= 300; look += 1) {
      if ((await this.statusOf(userId)) === 'ERASED') return;
      await delay(100);
    }
    throw new Error('the erasure was not carried out');
  }

  /** The 32 bytes, or null; beside whoever has the vault open. */
  async keyOf(userId: string, dataDir = this.dataDir): Promise<Buffer | null> {
    const vault = new SqliteKeyVault({ path: join(dataDir, 'vault.sqlite'), randomBytes, readOnly: true });
    try {
      return await vault.key(`user-${userId}`);
    } finally {
      await vault.close();
    }
  }
}
