import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningMuster, type StartOptions, start } from '../../src/app.js';
import type { AuthConfig } from '../../src/config.js';
import { createLog } from '../../src/http/log.js';
import { type MailConfig, madeUpSender } from '../../src/mail-config.js';
import { defaultOperations, type OperationsConfig } from '../../src/operations-config.js';
import { type AllowedPrivate, nothingPrivate } from '../../src/webhooks/addresses.js';
import { type GraphqlClient, graphqlClient } from './graphql-client.js';
import { TestIssuer } from './test-issuer.js';

/** A real server on a free port, with a data folder of its own and an owner of the root operator account. */
export interface TestMuster extends RunningMuster {
  readonly issuer: TestIssuer;
  readonly dataDir: string;
  readonly rootAccountId: string;
  readonly rootUserId: string;
  /** What was logged, as text. */
  readonly logged: () => string;
  /** Speaks as the owner of the root operator account. */
  readonly root: GraphqlClient;
  /** Speaks as somebody: the subject of a token, with a verified address where one is given. */
  client(person: TestPerson): Promise<GraphqlClient>;
}

export interface TestPerson {
  readonly subject: string;
  readonly email?: string;
}

export const ROOT_SUBJECT = 'root-owner';

/** Where mail goes; default: a folder. */
export interface TestStartOptions extends Partial<StartOptions> {
  /** Default: the key of the issuer of the tests is known. */
  readonly auth?: AuthConfig;
  readonly mail?: MailConfig;
  /** The cluster that has the log. Default: a file in the data folder. */
  readonly eventStoreUrl?: string;
  /** Default: checkpoints are signed only on demand. */
  readonly checkpointIntervalMs?: number | null;
  /** Default: as when nothing is configured. */
  readonly operations?: Partial<OperationsConfig>;
  /** Default: keys in a file. */
  readonly keyVaultUrl?: string;
  /** Default: webhooks go to public addresses only. */
  readonly webhookAllowPrivate?: AllowedPrivate;
}

const mailFolder: MailConfig = { via: 'FOLDER', from: madeUpSender, invitationUrl: null };

export async function startMuster(options: TestStartOptions = {}): Promise<TestMuster> {
  const issuer = new TestIssuer(options.environment?.now);
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'muster-test-'));
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  const { mail = mailFolder } = options;
  const { checkpointIntervalMs = null } = options;
  const config = {
    auth: options.auth ?? issuer.config,
    mail,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'warn' as const,
    eventStoreUrl: options.eventStoreUrl ?? null,
    erasureLedger: null,
    keyVaultUrl: options.keyVaultUrl ?? null,
    checkpointIntervalMs,
    nodeId: 'node-of-test',
    operations: { ...defaultOperations, ...options.operations },
    webhookAllowPrivate: options.webhookAllowPrivate ?? nothingPrivate,
  };
  const muster = await start({ config, dataDir, log, ...options });
  const owner = { issuer: issuer.issuer, subject: ROOT_SUBJECT, name: 'Root Owner' };
  const { rootAccountId, userId } = await muster.core.application.initialise({ owner });
  await muster.readModel.waitFor(await muster.core.store.head(), 10_000);
  const client = async ({ subject, email }: TestPerson) => {
    const claims = email === undefined ? { sub: subject } : { sub: subject, email, email_verified: true };
    return graphqlClient(muster.url, await issuer.token(claims));
  };
  return {
    ...muster,
    issuer,
    dataDir,
    rootAccountId,
    rootUserId: userId ?? '',
    logged: () => lines.join(''),
    root: await client({ subject: ROOT_SUBJECT }),
    client,
    close: async () => {
      await muster.close();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
