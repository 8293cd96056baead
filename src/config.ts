import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type ConfigVariable,
  type EnvironmentVariables,
  readText,
  unknownVariables,
} from './config-variables.js';
import { parseConnectionString } from './event-store/eventstoredb/connection-string.js';
import { EventStoreDbError } from './event-store/eventstoredb/eventstoredb-error.js';
import { BadPostgresUrl, parsePostgresUrl } from './key-vault/postgres-address.js';
import { type MailConfig, readMailConfig } from './mail-config.js';
import { vaultFileOf } from './open-key-vault.js';
import { type OperationsConfig, readOperations } from './operations-config.js';
import { isSecureUrl } from './secure-url.js';

/** What Muster is told from outside; everything that can be wrong is refused before anything starts. */
export interface Config {
  readonly auth: AuthConfig;
  readonly mail: MailConfig;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  /** The cluster that has the log, with a password in it; null: the log is a file in the data folder. */
  readonly eventStoreUrl: string | null;
  /** Where the erasure ledger is kept; null: in the data folder. */
  readonly erasureLedger: string | null;
  /** The PostgreSQL database (with a password in it) or shared file that keeps the keys; null: a file in the data folder. */
  readonly keyVaultUrl: string | null;
  /** Between two signed checkpoints, ms; null = only on demand. */
  readonly checkpointIntervalMs: number | null;
  readonly operations: OperationsConfig;
}

export interface AuthConfig {
  /** The only `iss` accepted. */
  readonly issuer: string;
  /** Must be among a token's `aud`. */
  readonly audience: string;
  readonly keys: TokenKeys;
  /** JWS algorithms accepted; never a symmetric one. */
  readonly algorithms: readonly string[];
  /** Values of the header `typ` accepted. */
  readonly tokenTypes: readonly string[];
}

export type TokenKeys =
  | { readonly from: 'JWKS_URL'; readonly url: URL }
  | { readonly from: 'PUBLIC_KEY'; readonly key: KeyObject };

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The environment does not make a configuration; `problems` has one sentence for each thing to mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`Muster cannot start with this configuration:\n${problems.map((p) => `  - ${p}`).join('\n')}`);
  }
}

const asymmetricAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const defaultTokenTypes = ['at+jwt', 'JWT'];

/** @throws ConfigError naming every variable that is missing, wrong or unknown, all at once */
export function readConfig(env: EnvironmentVariables): Config {
  const problems: string[] = [...unknownVariables(env)];
  const auth = readAuth(env, problems);
  const mail = readMail(env, problems);
  const host = readText(env, 'MUSTER_HOST') ?? '0.0.0.0';
  const port = readPort(env, problems);
  const logLevel = readLogLevel(env, problems);
  const checkpointIntervalMs = readCheckpointInterval(env, problems);
  const operations = readOperations(env, problems);
  const eventStoreUrl = readClusterUrl(env, problems);
  const keyVaultUrl = readVaultUrl(env, problems);
  if (auth === null || mail === null || problems.length > 0) throw new ConfigError(problems);
  const erasureLedger = readErasureLedger(env);
  return {
    auth,
    mail,
    host,
    port,
    logLevel,
    eventStoreUrl,
    erasureLedger,
    keyVaultUrl,
    checkpointIntervalMs,
    operations,
  };
}

/** For `--dev`, which brings its own keys: only what does not concern tokens is read. */
export function readDevelopmentConfig(env: EnvironmentVariables): Omit<Config, 'auth' | 'host'> {
  const problems: string[] = [...unknownVariables(env)];
  const mail = readMail(env, problems);
  const port = readPort(env, problems);
  const logLevel = readLogLevel(env, problems, 'warn');
  const checkpointIntervalMs = readCheckpointInterval(env, problems);
  const operations = readOperations(env, problems);
  if (readText(env, 'EVENT_STORE_URL') !== null)
    problems.push('EVENT_STORE_URL is not for --dev, which fills a log with a demo world: unset it');
  const keyVaultUrl = readVaultUrl(env, problems);
  if (mail === null || problems.length > 0) throw new ConfigError(problems);
  const erasureLedger = readErasureLedger(env);
  return {
    mail,
    port,
    logLevel,
    eventStoreUrl: null,
    erasureLedger,
    keyVaultUrl,
    checkpointIntervalMs,
    operations,
  };
}

const readMail = (env: EnvironmentVariables, problems: string[]): MailConfig | null =>
  readMailConfig((name) => readText(env, name), problems);

/**
 * Also for the command line.
 * @throws ConfigError
 */
export function readEventStoreUrl(env: EnvironmentVariables): string | null {
  const problems: string[] = [];
  const url = readClusterUrl(env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return url;
}

/**
 * Also for the command line.
 * @throws ConfigError
 */
export function readKeyVaultUrl(env: EnvironmentVariables): string | null {
  const problems: string[] = [];
  const url = readVaultUrl(env, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  return url;
}

function readVaultUrl(env: EnvironmentVariables, problems: string[]): string | null {
  const url = readText(env, 'MUSTER_KEY_VAULT_URL');
  if (url === null) {
    if (readText(env, 'EVENT_STORE_URL') !== null)
      problems.push(
        'MUSTER_KEY_VAULT_URL is not set, but EVENT_STORE_URL is: the nodes of one log share one vault; name it, like ' +
          'postgres://user:password@host:5432/database',
      );
    return null;
  }
  try {
    if (vaultFileOf(url) === null) parsePostgresUrl(url);
    return url;
  } catch (error) {
    if (!(error instanceof BadPostgresUrl)) throw error;
    problems.push(`MUSTER_KEY_VAULT_URL ${error.message}`);
    return null;
  }
}

function readClusterUrl(env: EnvironmentVariables, problems: string[]): string | null {
  const url = readText(env, 'EVENT_STORE_URL');
  if (url === null) return null;
  try {
    parseConnectionString(url);
    return url;
  } catch (error) {
    if (!(error instanceof EventStoreDbError)) throw error;
    problems.push(`EVENT_STORE_URL: ${error.message}`);
    return null;
  }
}

/** Also for the command line, which needs no other configuration. */
export const readErasureLedger = (env: EnvironmentVariables): string | null =>
  readText(env, 'MUSTER_ERASURE_LEDGER');

function readAuth(env: EnvironmentVariables, problems: string[]): AuthConfig | null {
  const issuer = readText(env, 'MUSTER_ISSUER');
  if (issuer === null)
    problems.push(
      'MUSTER_ISSUER is not set: give the `iss` of the tokens to accept, like https://id.example.com/',
    );
  const audience = readText(env, 'MUSTER_AUDIENCE');
  if (audience === null)
    problems.push(
      'MUSTER_AUDIENCE is not set: give the `aud` that tokens for this Muster carry, like muster',
    );
  const keys = readKeys(env, problems);
  const algorithms = readAlgorithms(env, keys, problems);
  const tokenTypes = readList(env, 'MUSTER_TOKEN_TYPES') ?? defaultTokenTypes;
  if (issuer === null || audience === null || keys === null || algorithms === null) return null;
  return { issuer, audience, keys, algorithms, tokenTypes };
}

function readKeys(env: EnvironmentVariables, problems: string[]): TokenKeys | null {
  const sources: readonly ConfigVariable[] = [
    'MUSTER_JWKS_URL',
    'MUSTER_PUBLIC_KEY',
    'MUSTER_PUBLIC_KEY_FILE',
  ];
  const given = sources.filter((name) => readText(env, name) !== null);
  const [name] = given;
  if (name === undefined || given.length > 1) {
    problems.push(
      name === undefined
        ? `no key to verify tokens with: set one of ${sources.join(', ')} (for a try-out without an identity provider: npm start)`
        : `${given.join(' and ')} are both set: keep one`,
    );
    return null;
  }
  const value = readText(env, name) as string;
  if (name === 'MUSTER_JWKS_URL') return readJwksUrl(value, problems);
  const text =
    name === 'MUSTER_PUBLIC_KEY_FILE' ? readKeyFile(value, problems) : value.replaceAll('\\n', '\n');
  return text === null ? null : readPublicKey(name, text, problems);
}

function readJwksUrl(value: string, problems: string[]): TokenKeys | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url !== null && isSecureUrl(url)) return { from: 'JWKS_URL', url };
  problems.push('MUSTER_JWKS_URL must be an https:// address (http:// only for this machine itself)');
  return null;
}

function readKeyFile(path: string, problems: string[]): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : 'unreadable';
    problems.push(
      `MUSTER_PUBLIC_KEY_FILE: cannot read ${path} (${why}); name a file with a PEM public key or a JWK`,
    );
    return null;
  }
}

function readPublicKey(name: string, text: string, problems: string[]): TokenKeys | null {
  const trimmed = text.trim();
  const key = parsePublicKey(trimmed);
  if (key !== null && key.asymmetricKeyType !== undefined) return { from: 'PUBLIC_KEY', key };
  problems.push(
    isPrivate(trimmed)
      ? `${name} holds a private key: give Muster the public half only, and treat the private one as exposed`
      : `${name} is neither a PEM public key (-----BEGIN PUBLIC KEY-----) nor a public JWK ({"kty": …})`,
  );
  return null;
}

function parsePublicKey(text: string): KeyObject | null {
  if (isPrivate(text)) return null;
  try {
    if (!text.startsWith('{')) return createPublicKey(text);
    return createPublicKey({ key: JSON.parse(text) as Record<string, string>, format: 'jwk' });
  } catch {
    return null;
  }
}

const isPrivate = (text: string): boolean => text.includes('PRIVATE KEY') || /"(d|k)"\s*:/.test(text);

function readAlgorithms(
  env: EnvironmentVariables,
  keys: TokenKeys | null,
  problems: string[],
): readonly string[] | null {
  const given = readList(env, 'MUSTER_ALGORITHMS');
  if (given === null) return keys === null ? null : algorithmsFor(keys);
  const wrong = given.filter((name) => !asymmetricAlgorithms.includes(name));
  if (wrong.length === 0) return given;
  problems.push(
    `MUSTER_ALGORITHMS: ${wrong.join(', ')} cannot be used; choose among ${asymmetricAlgorithms.join(', ')}`,
  );
  return null;
}

/** Pinned to what the key can do, so that a token's header has no say. */
function algorithmsFor(keys: TokenKeys): readonly string[] {
  if (keys.from === 'JWKS_URL') return asymmetricAlgorithms;
  switch (keys.key.asymmetricKeyType) {
    case 'ec':
      return [ecAlgorithms[keys.key.asymmetricKeyDetails?.namedCurve ?? ''] ?? 'ES256'];
    case 'ed25519':
      return ['EdDSA', 'Ed25519'];
    default:
      return asymmetricAlgorithms.filter((name) => name.startsWith('RS') || name.startsWith('PS'));
  }
}

const ecAlgorithms: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

function readPort(env: EnvironmentVariables, problems: string[]): number {
  const text = readText(env, 'MUSTER_PORT') ?? '4000';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  problems.push(`MUSTER_PORT must be a number from 0 to 65535 (0 = any free port), not "${text}"`);
  return 0;
}

function readLogLevel(env: EnvironmentVariables, problems: string[], otherwise: LogLevel = 'info'): LogLevel {
  const text = readText(env, 'MUSTER_LOG_LEVEL') ?? otherwise;
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  problems.push(`MUSTER_LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}"`);
  return otherwise;
}

function readCheckpointInterval(env: EnvironmentVariables, problems: string[]): number | null {
  const text = readText(env, 'MUSTER_CHECKPOINT_MINUTES') ?? '60';
  const minutes = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(minutes))
    problems.push(
      `MUSTER_CHECKPOINT_MINUTES must be a number of minutes up to 99999, or 0 for none, not "${text}"`,
    );
  return minutes === 0 ? null : minutes * 60_000;
}

function readList(env: EnvironmentVariables, name: ConfigVariable): readonly string[] | null {
  const items = readText(env, name)
    ?.split(',')
    .map((item) => item.trim());
  return items?.filter((item) => item !== '') ?? null;
}
