import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type DataFolder, DataFolderError } from './data-folder.js';
import { KeyVaultUnavailable, type PortableKeyVault } from './key-vault/key-vault.js';
import { BadPostgresUrl, parsePostgresUrl } from './key-vault/postgres-address.js';
import { PostgresKeyVault } from './key-vault/postgres-key-vault.js';
import { SqliteKeyVault } from './key-vault/sqlite-key-vault.js';

/** Which vault an installation uses. */
export interface VaultPlace {
  /** The file, where there is no address. */
  readonly vaultPath: string;
  /** MUSTER_KEY_VAULT_URL: a PostgreSQL database; null: the file. */
  readonly keyVaultUrl: string | null;
}

/**
 * The vault at its place, made when there is none.
 * @throws KeyVaultUnavailable, DatabaseFileError
 */
export async function openKeyVault({ vaultPath, keyVaultUrl }: VaultPlace): Promise<PortableKeyVault> {
  return keyVaultUrl === null
    ? new SqliteKeyVault({ path: vaultPath, randomBytes })
    : PostgresKeyVault.open({ address: addressOf(keyVaultUrl), randomBytes });
}

/**
 * For whoever only looks keys up; null where there is no file.
 * @throws KeyVaultUnavailable, DatabaseFileError
 */
export async function openKeyVaultToRead({
  vaultPath,
  keyVaultUrl,
}: VaultPlace): Promise<PortableKeyVault | null> {
  if (keyVaultUrl !== null)
    return PostgresKeyVault.open({ address: addressOf(keyVaultUrl), randomBytes, readOnly: true });
  return existsSync(vaultPath) ? new SqliteKeyVault({ path: vaultPath, randomBytes, readOnly: true }) : null;
}

/**
 * A vault that was left behind would keep the keys of everybody who is erased from now on.
 * @throws DataFolderError
 */
export function refuseSecondVault({ vaultPath }: DataFolder, keyVaultUrl: string | null): void {
  if (keyVaultUrl === null || !existsSync(vaultPath)) return;
  throw new DataFolderError(
    'TWO_VAULTS',
    `MUSTER_KEY_VAULT_URL is set, but the keys of ${vaultPath} are still there, where nobody would be erased: carry ` +
      'them over with npm run vault-copy -- --to postgres, delete the file (and its -wal and -shm), then start',
  );
}

function addressOf(url: string) {
  try {
    return parsePostgresUrl(url);
  } catch (error) {
    if (error instanceof BadPostgresUrl)
      throw new KeyVaultUnavailable(`MUSTER_KEY_VAULT_URL ${error.message}`);
    throw error;
  }
}
