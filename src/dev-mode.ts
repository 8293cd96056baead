import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { type RunningMuster, type StartOptions, start } from './app.js';
import { readDevelopmentConfig } from './config.js';
import { DataFolderError } from './data-folder.js';
import { type DemoWorld, loadDemoWorld } from './demo-world.js';

const ISSUER = 'https://muster.invalid/dev';
const AUDIENCE = 'muster-dev';
/** Whose token is printed: the owner of the root operator account. */
export const DEV_SUBJECT = 'root';
const TOKEN_DAYS = 30;
const ALGORITHM = 'EdDSA';
const KEY_FILE = 'dev-key.pem';
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

export interface DevelopmentPerson {
  readonly subject: string;
  /** Held to be verified. */
  readonly email?: string;
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
        issuer: ISSUER,
        audience: AUDIENCE,
        keys: { from: 'PUBLIC_KEY', key: createPublicKey(privateKey) },
        algorithms: [ALGORITHM],
        tokenTypes: ['JWT'],
      },
      ...config,
      host: '127.0.0.1',
      port: options.port ?? config.port,
    },
  });
  // Only now: a start that fails, for its port is taken, leaves no folder behind.
  if (kept === null) keepKey(options.dataDir, privateKey);
  const tokenFor = (person: DevelopmentPerson) => sign(privateKey, person);
  const owner = { issuer: ISSUER, subject: DEV_SUBJECT, name: 'Root Owner' };
  const { application, store } = muster.core;
  const { rootAccountId } = await application.initialise({ owner });
  const demoWorld = await loadDemoWorld({ application, clock: options.environment?.now ?? Date.now });
  const isReadable = await muster.readModel.waitFor(await store.head(), READABLE_WAIT_MS);
  // So that the first look into the folder finds the demo's mails; a mail server may take its time.
  if (isReadable && config.mail.via === 'FOLDER') await muster.processManagers.settled();
  return { ...muster, token: await tokenFor({ subject: DEV_SUBJECT }), tokenFor, rootAccountId, demoWorld };
}

/** A token for the root owner, or for somebody of the demo world; null where no development server has run. */
export async function developmentToken(dataDir: string, subject: string): Promise<string | null> {
  const key = keptKey(dataDir);
  if (key === null) return null;
  const person = subject === DEV_SUBJECT ? { subject } : { subject, email: `${subject}@example.com` };
  return sign(key, person);
}

/** Kept in the data folder, so that a token printed yesterday is good today; null: there is none yet. */
function keptKey(dataDir: string): KeyObject | null {
  if (existsSync(dataDir) && !statSync(dataDir).isDirectory())
    throw new DataFolderError('NOT_A_FOLDER', `${dataDir} is not a folder: choose another path`);
  const path = join(dataDir, KEY_FILE);
  return existsSync(path) ? createPrivateKey(readFileSync(path)) : null;
}

function keepKey(dataDir: string, key: KeyObject): void {
  const pem = key.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(join(dataDir, KEY_FILE), pem, { mode: 0o600, flag: 'wx' });
}

function sign(key: KeyObject, { subject, email }: DevelopmentPerson): Promise<string> {
  return new SignJWT(email === undefined ? {} : { email, email_verified: true })
    .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(`${TOKEN_DAYS}d`)
    .sign(key);
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
