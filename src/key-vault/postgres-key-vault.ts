import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { KeyDestroyed, KeyVaultUnavailable, type PortableKeyVault, type VaultEntry } from './key-vault.js';
import type { PostgresAddress } from './postgres-address.js';
import { isPassing, reasonOf } from './postgres-failure.js';
import { POSTGRES_VAULT_VERSION } from './postgres-vault-format.js';
import { checkPostgresVault, preparePostgresVault } from './postgres-vault-schema.js';

export interface PostgresKeyVaultOptions {
  readonly address: PostgresAddress;
  /** Cryptographically strong randomness. */
  readonly randomBytes: (size: number) => Buffer;
  /** For threads and processes that only look keys up: making and destroying keys throws. */
  readonly readOnly?: boolean;
}

const KEY_BYTES = 32;
const MAX_CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 3_000;
/** The server gives up first, so that nothing goes on unseen; our own is for a network that is silent. */
const STATEMENT_TIMEOUT_MS = 4_000;
const REPLY_TIMEOUT_MS = 5_000;
const IDLE_CONNECTION_MS = 30_000;
/** A server that restarts refuses for a second or two. */
const PAUSES_MS = [100, 400, 1_000];
/** Whoever waits for the exclusive lock holds up all who come after. */
const REWRITE_LOCK_TIMEOUT_MS = 1_000;
const REWRITE_TIMEOUT_MS = 60_000;
const REWRITES = 3;
const REWRITE_PAUSE_MS = 200;

interface KeyRow {
  readonly id: string;
  readonly key: Buffer | null;
}

/**
 * The keys in a PostgreSQL database that several nodes share. What failed in passing is tried again within a call; all
 * else, and what lasts longer, is KeyVaultUnavailable. A connection that was lost is made anew by the next call.
 */
export class PostgresKeyVault implements PortableKeyVault {
  readonly name = `PostgreSQL key vault ${POSTGRES_VAULT_VERSION}`;
  readonly #pool: pg.Pool;
  readonly #place: string;
  readonly #randomBytes: (size: number) => Buffer;
  #isClosed = false;

  /**
   * Makes the schema on first use, unless it only reads.
   * @throws KeyVaultUnavailable also for a vault of a newer version, and a server whose settings lose or tell keys
   */
  static async open(options: PostgresKeyVaultOptions): Promise<PostgresKeyVault> {
    const vault = new PostgresKeyVault(options);
    try {
      await vault.#withConnection(options.readOnly === true ? checkPostgresVault : preparePostgresVault);
      return vault;
    } catch (error) {
      await vault.close();
      throw error;
    }
  }

  private constructor({ address, randomBytes, readOnly = false }: PostgresKeyVaultOptions) {
    const { host, port, user, database, tls } = address;
    this.#place = `the key vault in PostgreSQL (${user}@${host}:${port}/${database})`;
    this.#randomBytes = randomBytes;
    this.#pool = new pg.Pool({
      host,
      port,
      user,
      password: address.password === '' ? refuseWithoutPassword : address.password,
      database,
      ssl: tls === null ? false : { rejectUnauthorized: true, ...(tls.ca === null ? {} : { ca: tls.ca }) },
      max: MAX_CONNECTIONS,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      query_timeout: REPLY_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'muster',
      // No key in the server's log, where a statement fails.
      options: `-c log_parameter_max_length_on_error=0${readOnly ? ' -c default_transaction_read_only=on' : ''}`,
    });
    // An idle connection broke, and has left the pool; whoever needs one next makes it, or learns why it cannot be made.
    this.#pool.on('error', () => undefined);
  }

  async ensureKeys(ids: readonly string[]): Promise<void> {
    const wanted = [...new Set(ids)];
    const known = await this.#query<KeyRow>('SELECT id, key FROM muster_vault.keys WHERE id = ANY($1)', [
      wanted,
    ]);
    refuseDestroyed(known);
    const knownIds = new Set(known.map(({ id }) => id));
    // In one order, or two nodes that make the same keys could wait for each other.
    const missing = wanted.filter((id) => !knownIds.has(id)).sort();
    if (missing.length === 0) return;
    const made = missing.map((id) => ({ id, key: this.#randomBytes(KEY_BYTES) }));
    await this.#withConnection((client) => inTransaction(client, () => insertUndestroyed(client, made)));
  }

  async key(id: string): Promise<Buffer | null> {
    const [found] = await this.#query<KeyRow>('SELECT id, key FROM muster_vault.keys WHERE id = $1', [id]);
    return found?.key ?? null;
  }

  async destroyKey(id: string): Promise<void> {
    await this.#query(
      // Where there never was a key there is nothing to wipe.
      `INSERT INTO muster_vault.keys AS k (id, key, wiped) VALUES ($1, NULL, true)
ON CONFLICT (id) DO UPDATE SET key = NULL WHERE k.key IS NOT NULL`,
      [id],
    );
    await this.#wipe(id);
  }

  async entries({
    afterId,
    maxCount,
  }: {
    readonly afterId: string;
    readonly maxCount: number;
  }): Promise<readonly VaultEntry[]> {
    return this.#query<KeyRow>('SELECT id, key FROM muster_vault.keys WHERE id > $1 ORDER BY id LIMIT $2', [
      afterId,
      maxCount,
    ]);
  }

  async addKeys(keys: readonly { readonly id: string; readonly key: Buffer }[]): Promise<void> {
    const sorted = keys.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    await this.#withConnection((client) => insert(client, sorted));
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#pool.end();
  }

  /**
   * The row that was replaced stays in the table's file, and after VACUUM still in the free space of its page. Only
   * VACUUM FULL leaves it behind, with the old file, and only when nobody can see it any more: the oldest transaction
   * of that moment is what relfrozenxid is set to.
   */
  async #wipe(id: string): Promise<void> {
    for (let rewrites = 0; ; rewrites += 1) {
      const [found] = await this.#query<{ wiped: boolean; part: string; unseen: boolean }>(
        `SELECT k.wiped, k.tableoid::regclass::text AS part, age(k.xmin) > age(c.relfrozenxid) AS unseen
FROM muster_vault.keys k JOIN pg_class c ON c.oid = k.tableoid WHERE k.id = $1`,
        [id],
      );
      if (found === undefined || found.wiped) return;
      // Only after a rewrite of our own: a plain VACUUM moves relfrozenxid too.
      if (rewrites > 0 && found.unseen) break;
      if (rewrites === REWRITES)
        throw new KeyVaultUnavailable(
          `${this.#place} still holds the bytes of an erased key, for an open transaction, a prepared one, a ` +
            'standby with hot_standby_feedback or a replication slot could read them: end it, then repeat',
        );
      if (rewrites > 0) await pause(REWRITE_PAUSE_MS);
      await this.#withConnection((client) => rewrite(client, found.part));
    }
    await this.#query('UPDATE muster_vault.keys SET wiped = true WHERE id = $1 AND NOT wiped', [id]);
  }

  async #query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.#withConnection(async (client) => (await client.query<Row>(text, [...values])).rows);
  }

  /** Whatever went wrong with a connection ends it, and what was begun there with it. */
  async #withConnection<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await this.#once(work);
      } catch (error) {
        if (error instanceof KeyDestroyed || error instanceof KeyVaultUnavailable) throw error;
        const pauseMs = PAUSES_MS[failures];
        if (pauseMs === undefined || this.#isClosed || !isPassing(error))
          throw new KeyVaultUnavailable(`${this.#place} is not to be had: ${reasonOf(error)}`);
        await pause(pauseMs);
      }
    }
  }

  async #once<Result>(work: (client: pg.PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pool.connect();
    // Between two statements nobody else would hear that it broke; the next statement then fails.
    const ignore = () => undefined;
    client.on('error', ignore);
    let isGood = false;
    try {
      const result = await work(client);
      isGood = true;
      return result;
    } finally {
      client.off('error', ignore);
      client.release(!isGood);
    }
  }
}

/** Asked only where the server wants one; ends the connection, which pg leaves open when its own side gives up. */
function refuseWithoutPassword(this: pg.Client): never {
  void this.end();
  throw new KeyVaultUnavailable('the server asks for a password, and MUSTER_KEY_VAULT_URL has none');
}

async function inTransaction(client: pg.PoolClient, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  await work();
  await client.query('COMMIT');
}

/** Whoever was first with an id has made its key; a key destroyed meanwhile leaves none of them made. */
async function insertUndestroyed(
  client: pg.PoolClient,
  keys: readonly { readonly id: string; readonly key: Buffer }[],
): Promise<void> {
  await insert(client, keys);
  const { rows } = await client.query<KeyRow>(
    'SELECT id, key FROM muster_vault.keys WHERE id = ANY($1) AND key IS NULL LIMIT 1',
    [keys.map(({ id }) => id)],
  );
  refuseDestroyed(rows);
}

async function insert(
  client: pg.PoolClient,
  keys: readonly { readonly id: string; readonly key: Buffer }[],
): Promise<void> {
  await client.query(
    `INSERT INTO muster_vault.keys (id, key) SELECT * FROM unnest($1::text[], $2::bytea[])
ON CONFLICT (id) DO NOTHING`,
    [keys.map(({ id }) => id), keys.map(({ key }) => key)],
  );
}

function refuseDestroyed(rows: readonly KeyRow[]): void {
  const destroyed = rows.find(({ key }) => key === null);
  if (destroyed !== undefined) throw new KeyDestroyed(destroyed.id);
}

async function rewrite(client: pg.PoolClient, part: string): Promise<void> {
  await client.query(`SET lock_timeout = ${REWRITE_LOCK_TIMEOUT_MS}`);
  await client.query(`SET statement_timeout = ${REWRITE_TIMEOUT_MS}`);
  const patient: pg.QueryConfig & { readonly query_timeout: number } = {
    text: `VACUUM (FULL) ${part}`,
    query_timeout: REWRITE_TIMEOUT_MS + 1_000,
  };
  await client.query(patient);
  await client.query(`SET lock_timeout = 0`);
  await client.query(`SET statement_timeout = ${STATEMENT_TIMEOUT_MS}`);
}
