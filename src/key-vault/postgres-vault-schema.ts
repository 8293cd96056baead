import type pg from 'pg';
import { KeyVaultUnavailable } from './key-vault.js';
import { POSTGRES_VAULT_SCHEMA, POSTGRES_VAULT_VERSION, SCHEMA_LOCK } from './postgres-vault-format.js';

/** Triggers for rows of partitioned tables. */
const OLDEST_SERVER = 13;

/** @throws KeyVaultUnavailable when there is no vault that this build can use; nothing is changed */
export async function checkPostgresVault(client: pg.PoolClient): Promise<void> {
  await refuseUnsafeServer(client);
  if (!(await isPrepared(client)))
    throw new KeyVaultUnavailable(
      'the database of MUSTER_KEY_VAULT_URL holds no key vault yet: start the server once, or check the address',
    );
}

/**
 * Makes the vault where there is none; several nodes may do so at once.
 * @throws KeyVaultUnavailable
 */
export async function preparePostgresVault(client: pg.PoolClient): Promise<void> {
  await refuseUnsafeServer(client);
  if (await isPrepared(client)) return;
  await client.query('BEGIN');
  await client.query('SELECT pg_advisory_xact_lock($1)', [SCHEMA_LOCK]);
  // Another node may have made it while this one waited.
  if (!(await isPrepared(client)))
    for (const statement of POSTGRES_VAULT_SCHEMA) await client.query(statement);
  await client.query('COMMIT');
}

/** Looks the table up in the catalogue: a name is resolved by what the session remembers, which may be that it had none. */
async function isPrepared(client: pg.PoolClient): Promise<boolean> {
  const { rows: found } = await client.query(
    "SELECT FROM pg_tables WHERE schemaname = 'muster_vault' AND tablename = 'format'",
  );
  if (found.length === 0) return false;
  const { rows } = await client.query<{ version: number }>('SELECT version FROM muster_vault.format');
  const version = rows[0]?.version;
  if (rows.length === 1 && version === POSTGRES_VAULT_VERSION) return true;
  throw new KeyVaultUnavailable(
    rows.length === 1 && (version ?? 0) > POSTGRES_VAULT_VERSION
      ? `the key vault in PostgreSQL has format ${version}; this build knows formats up to ` +
          `${POSTGRES_VAULT_VERSION}. Nothing was changed. Run the newer version of Muster that made it.`
      : 'the schema muster_vault in PostgreSQL was changed by hand: restore it from a backup',
  );
}

/** A key must be on the disk when it is said to be, and must not stand in the server's own log. */
async function refuseUnsafeServer(client: pg.PoolClient): Promise<void> {
  const { rows } = await client.query<ServerSettings>(SERVER_SETTINGS);
  const { version, losing, logging } = rows[0] as ServerSettings;
  if (version < OLDEST_SERVER)
    throw new KeyVaultUnavailable(
      `PostgreSQL ${version} is too old for the key vault: use ${OLDEST_SERVER} or newer`,
    );
  if (losing !== null)
    throw new KeyVaultUnavailable(
      `PostgreSQL runs with ${losing} = off, so a key could be lost after it was used: set it to on`,
    );
  if (logging !== null)
    throw new KeyVaultUnavailable(
      `PostgreSQL writes parameters of statements into its log (${logging}), and a key is one: let a superuser say ` +
        'ALTER ROLE … SET log_parameter_max_length = 0 for the role that Muster signs in as',
    );
}

interface ServerSettings {
  readonly version: number;
  readonly losing: string | null;
  readonly logging: string | null;
}

const SERVER_SETTINGS = `SELECT current_setting('server_version_num')::integer / 10000 AS version,
  string_agg(name, ', ') FILTER (WHERE name IN ('fsync', 'synchronous_commit') AND setting = 'off') AS losing,
  string_agg(name, ', ') FILTER (WHERE current_setting('log_parameter_max_length') <> '0' AND (
    name = 'log_statement' AND setting IN ('mod', 'all')
    OR name IN ('log_min_duration_statement', 'log_min_duration_sample') AND setting <> '-1'
    OR name = 'log_transaction_sample_rate' AND setting <> '0')) AS logging
FROM pg_settings`;
