import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { findPostgres, type RunAs, unprivilegedUser } from './find-postgres.js';
import { notRun } from './not-run.js';

/** The role that Muster signs in as in tests: no superuser, owner of its databases. */
const ROLE = 'muster';
export const PASSWORD = 'pass-word-of-muster';
const START_PATIENCE_MS = 30_000;

/** A real PostgreSQL of its own, in a temporary folder, on a free port of this machine. */
export class PostgresServer {
  readonly port: number;
  readonly dataDir: string;
  readonly #folder: string;
  readonly #bin: string;
  readonly #runAs: RunAs | null;
  #process: ChildProcess | null = null;

  /** Null where no PostgreSQL is installed, which the end of the run then tells. */
  static async start(what: string, settings: readonly string[] = []): Promise<PostgresServer | null> {
    const bin = findPostgres();
    if (bin === null) {
      notRun(`${what}: no PostgreSQL on this machine (Debian: apt-get install -y postgresql)`);
      return null;
    }
    const server = new PostgresServer(bin, await freePort());
    server.#initialise(settings);
    await server.start();
    await server.asSuperuser((client) => client.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD '${PASSWORD}'`));
    return server;
  }

  private constructor(bin: string, port: number) {
    this.#bin = bin;
    this.port = port;
    this.#folder = mkdtempSync(join(tmpdir(), 'muster-postgres-'));
    this.dataDir = join(this.#folder, 'data');
    this.#runAs = unprivilegedUser();
    if (this.#runAs !== null) chownSync(this.#folder, this.#runAs.uid, this.#runAs.gid);
  }

  /** The address of a new, empty database that belongs to the role of Muster. */
  async createDatabase(): Promise<string> {
    const name = `muster_${randomUUID().replaceAll('-', '')}`;
    await this.asSuperuser((client) => client.query(`CREATE DATABASE ${name} OWNER ${ROLE}`));
    return this.url(name);
  }

  async dropDatabase(url: string): Promise<void> {
    await this.asSuperuser((client) =>
      client.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`),
    );
  }

  /** Gives the server a certificate for one name, signed by itself, and tells where; null without openssl. */
  makeCertificate(name: string): string | null {
    const [key, certificate] = ['server.key', 'server.crt'].map((file) => join(this.dataDir, file));
    const asked = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '2',
    ];
    const about = ['-subj', '/CN=muster-test', '-addext', `subjectAltName=${name}`];
    const { status, error } = spawnSync(
      'openssl',
      [...asked, ...about, '-keyout', key ?? '', '-out', certificate ?? ''],
      this.#as(),
    );
    if (error !== undefined) return null;
    if (status !== 0) throw new Error(`openssl ended with ${status}`);
    return certificate ?? null;
  }

  url(database: string): string {
    return `postgres://${ROLE}:${PASSWORD}@127.0.0.1:${this.port}/${database}`;
  }

  async asSuperuser<T>(work: (client: pg.Client) => Promise<T>, database = 'postgres'): Promise<T> {
    const client = new pg.Client({ host: this.#folder, port: this.port, user: 'postgres', database });
    // The server may be stopped meanwhile.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Again, after `stop`: on the same port, with the same data. */
  async start(): Promise<void> {
    const args = ['-D', this.dataDir, '-p', `${this.port}`, '-k', this.#folder];
    const server = spawn(join(this.#bin, 'postgres'), args, { ...this.#as(), stdio: 'ignore' });
    this.#process = server;
    process.once('exit', () => server.kill('SIGQUIT'));
    const until = performance.now() + START_PATIENCE_MS;
    for (;;) {
      if (server.exitCode !== null)
        throw new Error(`PostgreSQL ended with ${server.exitCode}; its folder: ${this.dataDir}`);
      const answers = await this.asSuperuser((client) => client.query('SELECT 1')).then(
        () => true,
        () => false,
      );
      if (answers) return;
      if (performance.now() > until) throw new Error('PostgreSQL did not start in time');
      await pause(50);
    }
  }

  /** SIGINT shuts down in order and cuts connections off; SIGQUIT is as good as a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    const server = this.#process;
    this.#process = null;
    if (server === null || server.exitCode !== null) return;
    const ended = once(server, 'exit');
    server.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop('SIGQUIT');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #initialise(settings: readonly string[]): void {
    const made = spawnSync(
      join(this.#bin, 'initdb'),
      [
        '-D',
        this.dataDir,
        '-U',
        'postgres',
        '-E',
        'UTF8',
        '--no-locale',
        '--auth-local=trust',
        '--auth-host=scram-sha-256',
        '--no-sync',
        '--no-instructions',
      ],
      { ...this.#as(), encoding: 'utf8' },
    );
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    const lines = ["listen_addresses = '127.0.0.1'", 'max_connections = 60', ...settings];
    writeFileSync(join(this.dataDir, 'postgresql.auto.conf'), `${lines.join('\n')}\n`);
  }

  /** In a folder that the server's user may enter. */
  #as() {
    return { cwd: this.#folder, ...(this.#runAs ?? {}) };
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
