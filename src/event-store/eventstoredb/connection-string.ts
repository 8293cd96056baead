import { readFileSync } from 'node:fs';
import { EventStoreDbError } from './eventstoredb-error.js';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

export interface ClusterAddress {
  /** At least one. */
  readonly hosts: readonly Endpoint[];
  /** The one host is a DNS name that stands for all nodes. */
  readonly discover: boolean;
  readonly tls: boolean;
  /** PEM of the authority that signed the nodes' certificates; null: those that Node.js trusts. */
  readonly tlsAuthority: Buffer | null;
  readonly credentials: { readonly username: string; readonly password: string } | null;
  /** Handed to the client as they are. */
  readonly tuning: Readonly<Partial<Record<Tuning, number>>>;
}

type Tuning = (typeof TUNING)[number];

const TUNING = [
  'maxDiscoverAttempts',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
] as const;

const SHAPE =
  /^(?:esdb|kurrentdb)(?<discover>\+discover)?:\/\/(?:(?<user>[^:@/?]+):(?<password>[^@/?]+)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>.*))?$/;
const HOST = /^(?<address>\[[^\]]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/;

const DEFAULT_PORT = 2113;

/**
 * Not the client's own parser: that one ignores what it does not know, and prints the whole string, password and all.
 * @throws EventStoreDbError BAD_URL
 */
export function parseConnectionString(url: string): ClusterAddress {
  const parts = SHAPE.exec(url.trim())?.groups;
  if (parts === undefined)
    throw badUrl('must look like esdb://user:password@host:2113,host:2113?tlsCAFile=ca.crt');
  const hosts = (parts.hosts ?? '').split(',').map(endpointOf);
  const discover = parts.discover !== undefined;
  if (discover && hosts.length > 1) throw badUrl('must have one host only after esdb+discover://');
  const options = optionsOf(parts.query ?? '');
  const credentials =
    parts.user === undefined || parts.password === undefined
      ? null
      : { username: decoded(parts.user), password: decoded(parts.password) };
  if (options.tls && credentials === null)
    throw badUrl('must have user:password@ before the host; a server without TLS and users needs ?tls=false');
  return { hosts, discover, credentials, ...options };
}

function endpointOf(host: string): Endpoint {
  const { address, port } = HOST.exec(host)?.groups ?? {};
  if (address === undefined) throw badUrl(`must name hosts as host:port, not "${host}"`);
  return { address, port: port === undefined ? DEFAULT_PORT : Number(port) };
}

function optionsOf(query: string): Pick<ClusterAddress, 'tls' | 'tlsAuthority' | 'tuning'> {
  let tls = true;
  let tlsCaFile: string | null = null;
  const tuning: Partial<Record<Tuning, number>> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const name = key.toLowerCase();
    const tuned = TUNING.find((known) => known.toLowerCase() === name);
    if (tuned !== undefined) tuning[tuned] = wholeNumber(key, value);
    else if (name === 'tls') tls = trueOrFalse(key, value);
    else if (name === 'tlscafile') tlsCaFile = value;
    else if (name !== 'nodepreference' || value.toLowerCase() !== 'leader') throw unsupported(key);
  }
  return { tls, tlsAuthority: tls && tlsCaFile !== null ? authorityIn(tlsCaFile) : null, tuning };
}

function authorityIn(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : 'unreadable';
    throw badUrl(`names the file ${path} as tlsCAFile, which cannot be read (${why})`);
  }
}

function wholeNumber(key: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw badUrl(`must give ${key} as a whole number`);
  return Number(value);
}

function trueOrFalse(key: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw badUrl(`must give ${key} as true or false`);
  return value === 'true';
}

function unsupported(key: string): EventStoreDbError {
  const known = ['tls', 'tlsCAFile', 'nodePreference=leader', ...TUNING].join(', ');
  return badUrl(`has an option that Muster does not take: "${key}"; it takes ${known}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badUrl('must have user and password percent-encoded');
  }
}

const badUrl = (problem: string): EventStoreDbError =>
  new EventStoreDbError('BAD_URL', `the connection string of the event store ${problem}`);
