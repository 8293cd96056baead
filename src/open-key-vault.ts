import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DataFolder, DataFolderError } from './data-folder.js';
import { KeyVaultUnavailable, type PortableKeyVault } from './key-vault/key-vault.js';
import { BadPostgresUrl, type PostgresAddress, parsePostgresUrl } from './key-vault/postgres-address.js';
import { PostgresKeyVault } from './key-vault/postgres-key-vault.js';
import { SqliteKeyVault } from './key-vault/sqlite-key-vault.js';
import { restoredMarkOf } from './open-ledger.js';

/** Which vault an installation uses. */
export interface VaultPlace {
  /** The file, where there is no address. */
  readonly vaultPath: string;
  /** MUSTER_KEY_VAULT_URL: a PostgreSQL database, or another file; null: the file of the data folder. */
  readonly keyVaultUrl: string | null;
}

/**
 * The vault at its place, made when there is none.
 * @throws KeyVaultUnavailable, DatabaseFileError
 */
export async function openKeyVault(place: VaultPlace): Promise<PortableKeyVault> {
  const found = locate(place);
  return found.kind === 'FILE'
    ? new SqliteKeyVault({ path: found.path, randomBytes })
    : PostgresKeyVault.open({ address: found.address, randomBytes });
}

/**
 * For whoever only looks keys up; null where there is no file.
 * @throws KeyVaultUnavailable, DatabaseFileError
 */
export async function openKeyVaultToRead(place: VaultPlace): Promise<PortableKeyVault | null> {
  const found = locate(place);
  if (found.kind === 'POSTGRES')
    return PostgresKeyVault.open({ address: found.address, randomBytes, readOnly: true });
  return existsSync(found.path)
    ? new SqliteKeyVault({ path: found.path, randomBytes, readOnly: true })
    : null;
}

/** The file that an address names; null: it names a database. */
export const vaultFileOf = (url: string): string | null => {
  if (!url.startsWith('file:')) return null;
  try {
    return fileURLToPath(url);
  } catch {
    throw new BadPostgresUrl('must be like file:///srv/muster/vault.sqlite where it names a file');
  }
};

/**
 * A vault that was left behind would keep the keys of everybody who is erased from now on.
 * @throws DataFolderError
 */
export function refuseSecondVault(folder: DataFolder, keyVaultUrl: string | null): void {
  const { vaultPath } = folder;
  if (keyVaultUrl === null || !existsSync(vaultPath)) return;
  const other = vaultFileOf(keyVaultUrl);
  if (other !== null && isSameFile(other, vaultPath)) return;
  if (other !== null)
    throw new DataFolderError(
      'TWO_VAULTS',
      `MUSTER_KEY_VAULT_URL names ${other}, but the keys of ${vaultPath} are still there, where nobody would be erased: ` +
        `${existsSync(other) ? 'find out which of the two has the keys of this log, and take the one out of this folder' : 'move that file there while every server is stopped'}, then start`,
    );
  throw new DataFolderError(
    'TWO_VAULTS',
    `MUSTER_KEY_VAULT_URL is set, but the keys of ${vaultPath} are still there, where nobody would be erased: carry ` +
      `them over with npm run vault-copy -- --to postgres${restoredFirst(folder)}, delete the file (and its -wal and -shm), ` +
      'then start',
  );
}

/** By whatever name: a link, or a folder that is one, leads to the same keys. */
function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
}

/** Nothing is carried out of a folder in which people may have come back. */
const restoredFirst = (folder: DataFolder): string =>
  restoredMarkOf(folder) === null
    ? ''
    : ' (first start once with MUSTER_KEY_VAULT_URL unset, and stop: the folder was restored, and the erasure ledger is still to be applied)';

type FoundVault =
  | { readonly kind: 'FILE'; readonly path: string }
  | { readonly kind: 'POSTGRES'; readonly address: PostgresAddress };

function locate({ vaultPath, keyVaultUrl }: VaultPlace): FoundVault {
  if (keyVaultUrl === null) return { kind: 'FILE', path: vaultPath };
  try {
    const path = vaultFileOf(keyVaultUrl);
    return path === null
      ? { kind: 'POSTGRES', address: parsePostgresUrl(keyVaultUrl) }
      : { kind: 'FILE', path };
  } catch (error) {
    if (error instanceof BadPostgresUrl)
      throw new KeyVaultUnavailable(`MUSTER_KEY_VAULT_URL ${error.message}`);
    throw error;
  }
}
