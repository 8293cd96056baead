import { readFileSync } from 'node:fs';

/** A PostgreSQL database, and how it is spoken to. */
export interface PostgresAddress {
  /** A name, an IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Null: no TLS. */
  readonly tls: { readonly ca: string | null } | null;
}

/** What is wrong with an address; never repeats it, for there is a password in it. */
export class BadPostgresUrl extends Error {
  override readonly name = 'BadPostgresUrl';
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '::1'];
const KNOWN = ['host', 'sslmode', 'sslrootcert'];
/** An @ behind what ends a URL's host: then the host is none, or another one, and the password may seem a parameter. */
const ENDS_IN_PASSWORD = /^[^/?#]*\/\/[^/?#]*[/?#].*@/;

/**
 * `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/path/ca.pem`, or
 * `postgres://user@localhost/database?host=/run/postgresql` for a Unix socket. Of libpq's modes only the two ends are
 * taken: TLS with the server's name verified, or none, which another machine's address must ask for in so many words.
 * @throws BadPostgresUrl
 */
export function parsePostgresUrl(text: string): PostgresAddress {
  if (ENDS_IN_PASSWORD.test(text))
    throw new BadPostgresUrl(
      'has an @ behind a /, ? or #: the characters @ : / # ? % of a password must be percent-encoded, as %40 %3A %2F %23 %3F %25',
    );
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol))
    throw new BadPostgresUrl('must be like postgres://user:password@host:5432/database');
  const unknown = [...url.searchParams.keys()].find((name) => !KNOWN.includes(name));
  if (unknown !== undefined)
    throw new BadPostgresUrl(`has the parameter ${unknown}; known are ${KNOWN.join(', ')}`);
  const socket = url.searchParams.get('host');
  if (socket !== null && !socket.startsWith('/'))
    throw new BadPostgresUrl(
      'has ?host=, which is only for the folder of a Unix socket, like /run/postgresql',
    );
  const host = socket ?? url.hostname.replace(/^\[(.*)\]$/, '$1');
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (host === '' || user === undefined || user === '' || database === undefined || database === '')
    throw new BadPostgresUrl(
      'must name user, host and database: postgres://user:password@host:5432/database',
    );
  return {
    host,
    port: url.port === '' ? 5432 : Number(url.port),
    user,
    password: password ?? '',
    database,
    tls: tlsOf(url, LOCAL_HOSTS.includes(host) || socket !== null),
  };
}

function tlsOf({ searchParams }: URL, isLocal: boolean): PostgresAddress['tls'] {
  const mode = searchParams.get('sslmode');
  const path = searchParams.get('sslrootcert');
  if (mode === 'verify-full') return { ca: path === null ? null : certificatesIn(path) };
  if (mode !== null && mode !== 'disable')
    throw new BadPostgresUrl('must say sslmode=verify-full, or sslmode=disable where nobody can listen');
  if (path !== null) throw new BadPostgresUrl('has sslrootcert, which goes with sslmode=verify-full only');
  if (mode === null && !isLocal)
    throw new BadPostgresUrl(
      'leads to another machine, so the keys would travel in clear: add ?sslmode=verify-full, and ' +
        '&sslrootcert=/path/ca.pem for a CA of your own (or ?sslmode=disable where nobody can listen)',
    );
  return null;
}

function certificatesIn(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : 'unreadable';
    throw new BadPostgresUrl(`names the CA file ${path}, which cannot be read (${why})`);
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BadPostgresUrl('has a % that encodes nothing: write it as %25');
  }
}
