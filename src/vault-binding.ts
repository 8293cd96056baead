import { existsSync } from 'node:fs';
import { type DataFolder, DataFolderError } from './data-folder.js';
import type { EventStore } from './event-store/event-store.js';
import type { KeyVault, PortableKeyVault } from './key-vault/key-vault.js';
import { readLogMark } from './log-mark.js';

/** A vault that serves a log holds a key of this name; its bytes are used for nothing. */
export const bindingKeyId = (logId: string): string => LOG_PREFIX + logId;

const LOG_PREFIX = 'log-';

/**
 * A log must not be made anew beside the vault of a lost one. Looked at before either is opened.
 * @throws DataFolderError
 */
export function refuseLostLog({ logPath, vaultPath }: DataFolder): void {
  if (existsSync(vaultPath) && !existsSync(logPath))
    throw new DataFolderError(
      'CORRUPT',
      `there is a vault, but no event log at ${logPath}: restore log.sqlite from its backup, or choose an empty folder`,
    );
}

/**
 * A folder whose log was carried to a cluster goes on with that log only.
 * @throws DataFolderError
 */
export function refuseOtherLog(
  { logId }: Pick<EventStore, 'logId'>,
  { path, logMarkPath }: DataFolder,
): void {
  const mark = readLogMark(logMarkPath);
  if (mark?.state === 'MOVED' && mark.logId !== logId)
    throw new DataFolderError(
      'LOG_MOVED',
      `EVENT_STORE_URL leads to the log ${logId}, but that of ${path}, ${mark.logId}, was carried to ${mark.to}: correct ` +
        'EVENT_STORE_URL, or choose another folder with --data',
    );
}

/**
 * The log was sealed with the keys of one vault. With another, everyone would be a stranger, and a second person would
 * be made for every address, for ever. Nor is a vault lent to a second log: one that is empty is likely to be that of a
 * mistyped address.
 * @throws DataFolderError
 */
export async function bindVault(store: BoundLog, vault: PortableKeyVault): Promise<void> {
  await refuseForeignVault(store, vault);
  await refuseVaultOfAnotherLog(store, vault);
  await vault.ensureKeys([bindingKeyId(store.logId)]);
}

/**
 * For whoever only reads too; null: there is no vault.
 * @throws DataFolderError
 */
export async function refuseForeignVault(store: BoundLog, vault: KeyVault | null): Promise<void> {
  if (vault !== null && (await vault.key(bindingKeyId(store.logId))) !== null) return;
  if ((await store.head()) === 0) return;
  throw new DataFolderError(
    'CORRUPT',
    `the event log was sealed with the keys of another vault than this (${vault?.name ?? 'there is none'}): restore ` +
      'vault.sqlite from its backup, or set MUSTER_KEY_VAULT_URL to the database that keeps the keys of this log',
  );
}

/**
 * A vault must be empty, half filled, or this log's already.
 * @throws DataFolderError
 */
export async function refuseVaultOfAnotherLog(store: BoundLog, vault: PortableKeyVault): Promise<void> {
  for (let afterId = LOG_PREFIX; ; ) {
    const [next] = await vault.entries({ afterId, maxCount: 1 });
    if (next?.id.startsWith(LOG_PREFIX) !== true) return;
    if (next.id !== bindingKeyId(store.logId))
      throw new DataFolderError(
        'CORRUPT',
        `the ${vault.name} holds the keys of another log (${next.id.slice(LOG_PREFIX.length)}) than this (${store.logId}): correct ` +
          'the address of the one that is wrong, EVENT_STORE_URL or MUSTER_KEY_VAULT_URL, or choose an empty vault',
      );
    afterId = next.id;
  }
}

type BoundLog = Pick<EventStore, 'logId' | 'head'>;
