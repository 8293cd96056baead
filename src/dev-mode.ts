import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { type RunningMuster, type StartOptions, start } from './app.js';
import { readDevelopmentConfig } from './config.js';
import { type DemoWorld, loadDemoWorld } from './demo-world.js';
import {
  DEV_SUBJECT,
  DEVELOPMENT_ALGORITHM,
  DEVELOPMENT_AUDIENCE,
  DEVELOPMENT_ISSUER,
  type DevelopmentPerson,
  keepKey,
  keptKey,
  signDevelopmentToken,
} from './development-token.js';

const READABLE_WAIT_MS = 10_000;

export interface DevelopmentOptions extends Omit<StartOptions, 'config' | 'explorerPage'> {
  /** 0 = any free one. Default: MUSTER_PORT or 4000. */
  readonly port?: number;
  readonly environmentVariables: Readonly<Record<string, string | undefined>>;
}

export interface DevelopmentMuster extends RunningMuster {
  /** A good token for the owner of the root operator account. */
  readonly token: string;
  readonly rootAccountId: string;
  readonly demoWorld: DemoWorld;
  /** A good token for anybody. */
  tokenFor(person: DevelopmentPerson): Promise<string>;
}

/**
 * Muster for trying out, on this machine only: it makes its own key, and the owner of the root operator account is
 * whoever holds the token it gives.
 */
export async function startDevelopment(options: DevelopmentOptions): Promise<DevelopmentMuster> {
  const config = readDevelopmentConfig(options.environmentVariables);
  const kept = keptKey(options.dataDir);
  const privateKey = kept ?? generateKeyPairSync('ed25519').privateKey;
  const muster = await start({
    ...options,
    explorerPage: await renderExplorer(),
    config: {
      auth: {
        issuer: DEVELOPMENT_ISSUER,
        audience: DEVELOPMENT_AUDIENCE,
        keys: { from: 'PUBLIC_KEY', key: createPublicKey(privateKey) },
        algorithms: [DEVELOPMENT_ALGORITHM],
        tokenTypes: ['JWT'],
      },
      ...config,
      host: '127.0.0.1',
      port: options.port ?? config.port,
    },
  });
  // Only now: a start that fails, for its port is taken, leaves no folder behind.
  if (kept === null) keepKey(options.dataDir, privateKey);
  const tokenFor = (person: DevelopmentPerson) => signDevelopmentToken(privateKey, person);
  const owner = { issuer: DEVELOPMENT_ISSUER, subject: DEV_SUBJECT, name: 'Root Owner' };
  const { application, store } = muster.core;
  const { rootAccountId } = await application.initialise({ owner });
  const demoWorld = await loadDemoWorld({ application, clock: options.environment?.now ?? Date.now });
  const isReadable = await muster.readModel.waitFor(await store.head(), READABLE_WAIT_MS);
  // So that the first look into the folder finds the demo's mails; a mail server may take its time.
  if (isReadable && config.mail.via === 'FOLDER') await muster.processManagers.settled();
  return { ...muster, token: await tokenFor({ subject: DEV_SUBJECT }), tokenFor, rootAccountId, demoWorld };
}

/** GraphiQL in one page without anything to fetch; a package for development only, so it may be absent. */
async function renderExplorer(): Promise<string> {
  try {
    const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
    return renderGraphiQL({ endpoint: '/graphql', title: 'Muster', defaultQuery: SAMPLE_QUERY });
  } catch {
    return '<!doctype html><title>Muster</title><p>The explorer page is a development dependency: npm install.</p>';
  }
}

export const SAMPLE_QUERY = '{ viewer { user { id } accounts { nodes { id name } } } }';
