import { randomBytes } from 'node:crypto';
import { closeSync, openSync, renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import type { DataFolder } from '../data-folder.js';
import { type FileFormat, openForReading } from '../database/sqlite-file.js';
import { type ChainReport, verifyStreams } from '../event-store/chain.js';
import { LOG_FORMAT } from '../event-store/sqlite/log-format.js';
import { SqliteEventStore } from '../event-store/sqlite/sqlite-event-store.js';
import { carryKeys } from '../key-vault/copy-key-vault.js';
import type { PortableKeyVault } from '../key-vault/key-vault.js';
import { SqliteKeyVault } from '../key-vault/sqlite-key-vault.js';
import { VAULT_FORMAT } from '../key-vault/vault-format.js';
import { makePrivateFolder } from '../make-private-folder.js';
import { bindingKeyId } from '../vault-binding.js';
import { refuseFilled, syncPath, writePrivately } from './files.js';
import {
  type BackupManifest,
  BackupUnusable,
  describeFile,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  manifestText,
} from './manifest.js';

export interface TakeBackupOptions {
  readonly folder: Pick<DataFolder, 'logPath' | 'vaultPath'>;
  /** Where the keys are not in the folder. They are copied into a file, which is what a backup is restored with. */
  readonly vaultElsewhere: PortableKeyVault | null;
  /** Made when needed; must be empty. */
  readonly out: string;
  readonly takenAt: Date;
  readonly onProgress?: (doing: string, done: number, total: number) => void;
}

/** In folders of their own, so that they can be kept apart: the log tells nobody's name without the vault. */
export const LOG_COPY = 'log/log.sqlite';
export const VAULT_COPY = 'vault/vault.sqlite';

/** Pages of 4 KiB copied before others get a turn. */
const PAGES_AT_ONCE = 2_000;

/**
 * Copies log and vault beside a running server, each as it is at one moment, then reads the copy and writes the
 * manifest. The vault comes second: a key is made before the log speaks of its person, so that none is missing.
 * @throws BackupUnusable, DatabaseFileError
 */
export async function takeBackup(options: TakeBackupOptions): Promise<BackupManifest> {
  const { folder, vaultElsewhere, out, takenAt, onProgress } = options;
  refuseFilled(out);
  await copyDatabase(folder.logPath, { to: join(out, LOG_COPY), format: LOG_FORMAT, onProgress });
  if (vaultElsewhere === null)
    await copyDatabase(folder.vaultPath, { to: join(out, VAULT_COPY), format: VAULT_FORMAT, onProgress });
  else await copyKeys(vaultElsewhere, join(out, VAULT_COPY));
  const { logId, position, report } = await verifyCopy(join(out, LOG_COPY), onProgress);
  if (report.status === 'BROKEN')
    throw new BackupUnusable(
      `the log does not verify, at position ${report.firstBad.position} (${report.firstBad.problem}): run npm run verify`,
    );
  refuseForeignVault(join(out, VAULT_COPY), logId);
  const manifest: BackupManifest = {
    format: MANIFEST_FORMAT,
    logId,
    takenAt: takenAt.toISOString(),
    events: report.events,
    position,
    log: await describeFile(out, LOG_COPY),
    vault: await describeFile(out, VAULT_COPY),
  };
  const building = join(out, `.${MANIFEST_FILE}`);
  writePrivately(building, manifestText(manifest));
  renameSync(building, join(out, MANIFEST_FILE));
  syncPath(out);
  return manifest;
}

interface VerifiedCopy {
  readonly logId: string;
  readonly position: number;
  readonly report: ChainReport;
  /** People who have the receipt of their erasure. */
  readonly erased: readonly string[];
}

/** Reads the whole copy and checks every chain. */
export async function verifyCopy(
  path: string,
  onProgress: TakeBackupOptions['onProgress'],
): Promise<VerifiedCopy> {
  const erased: string[] = [];
  const store = SqliteEventStore.openReader({ path });
  try {
    const position = await store.head();
    const report = await verifyStreams(store, {
      onProgress: (_, reached) => onProgress?.('verifying', reached, position),
      onEvents(page) {
        for (const { type, stream } of page)
          if (type === 'PersonalDataErased') erased.push(stream.slice('user-'.length));
      },
    });
    return { logId: store.logId, position, report, erased };
  } finally {
    await store.close();
  }
}

interface Copy {
  readonly to: string;
  readonly format: FileFormat;
  readonly onProgress: TakeBackupOptions['onProgress'];
}

/** One read transaction holds the source still: without it the copy would begin anew at every write. */
async function copyDatabase(from: string, { to, format, onProgress }: Copy): Promise<void> {
  makePrivateFolder(dirname(to));
  closeSync(openSync(to, 'wx', 0o600));
  const source = openForReading(from, format);
  try {
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_master').get();
    await source.backup(to, {
      progress({ totalPages, remainingPages }) {
        onProgress?.(`copying the ${format.what}`, totalPages - remainingPages, totalPages);
        return PAGES_AT_ONCE;
      },
    });
  } finally {
    source.close();
  }
  finishFile(to);
}

async function copyKeys(from: PortableKeyVault, to: string): Promise<void> {
  makePrivateFolder(dirname(to));
  const copy = new SqliteKeyVault({ path: to, randomBytes });
  await carryKeys({ from, to: copy, last: [] }).finally(() => copy.close());
  finishFile(to);
}

/** One file each, that holds everything: no WAL beside it. */
function finishFile(path: string): void {
  const copy = new Database(path);
  copy.pragma('journal_mode = DELETE');
  copy.close();
  syncPath(path);
  syncPath(dirname(path));
}

function refuseForeignVault(path: string, logId: string): void {
  const vault = openForReading(path, VAULT_FORMAT);
  try {
    const isIntact = vault.pragma('integrity_check', { simple: true }) === 'ok';
    const bound = vault.prepare('SELECT 1 FROM keys WHERE id = ? AND destroyed = 0').get(bindingKeyId(logId));
    if (!isIntact || bound === undefined)
      throw new BackupUnusable(
        'the vault is damaged or that of another log: this backup could not be restored',
      );
  } finally {
    vault.close();
  }
}
