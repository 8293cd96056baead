import { copyFileSync, existsSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type LedgerContent, LedgerUnusable, readLedger } from '../erasure-ledger/file-erasure-ledger.js';
import { makePrivateFolder } from '../make-private-folder.js';
import type { RestoredMark } from '../open-ledger.js';
import { refuseFilled, syncPath, writePrivately } from './files.js';
import { type BackupManifest, BackupUnusable, checkedManifest } from './manifest.js';
import { type TakeBackupOptions, verifyCopy } from './take-backup.js';

export interface RestoreOptions {
  readonly from: string;
  /** Made; must not be there, or be empty. */
  readonly dataDir: string;
  readonly ledger: string;
  /** Whether the server will look for the ledger in the data folder. */
  readonly copyLedger: boolean;
  readonly onProgress?: TakeBackupOptions['onProgress'];
}

export interface Restored {
  readonly manifest: BackupManifest;
  /** People whom the ledger names: they are erased again before anything is served. */
  readonly erasures: number;
}

/**
 * Makes a data folder of a backup, whole or not at all, and marks it: whoever opens it applies the ledger first.
 * @throws BackupUnusable, LedgerUnusable
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { from, ledger, copyLedger, onProgress } = options;
  const dataDir = resolve(options.dataDir);
  refuseFilled(dataDir);
  const { logId, entries } = readLedger(ledger);
  const manifest = await checkedManifest(from);
  if (logId !== manifest.logId)
    throw new BackupUnusable(`the erasure ledger ${ledger} is that of another log: name the one of this log`);
  const building = `${dataDir}.restoring`;
  // Left by a restore that was cut off.
  rmSync(building, { recursive: true, force: true });
  makePrivateFolder(building);
  try {
    const copies: readonly (readonly [string, string])[] = [
      [join(from, manifest.log.path), 'log.sqlite'],
      [join(from, manifest.vault.path), 'vault.sqlite'],
      ...(copyLedger ? [[ledger, 'erasures.jsonl'] as const] : []),
    ];
    for (const [source, name] of copies) {
      copyFileSync(source, join(building, name));
      syncPath(join(building, name));
    }
    const { report, erased } = await verifyCopy(join(building, 'log.sqlite'), onProgress);
    if (report.status === 'BROKEN' || report.events !== manifest.events)
      throw new BackupUnusable(`the log in ${from} does not verify: use another backup`);
    refuseOldLedger(options, { entries, erased });
    const mark: RestoredMark = { ledgerEntries: entries.length };
    writePrivately(join(building, 'restored.json'), JSON.stringify(mark));
    syncPath(building);
    if (existsSync(dataDir)) rmdirSync(dataDir);
    renameSync(building, dataDir);
    syncPath(dirname(dataDir));
  } catch (error) {
    // Names and keys must not lie about in a folder that nobody knows of.
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
  return { manifest, erasures: entries.length };
}

/** Only a receipt proves it: it comes after the ledger, and a request that has none yet is carried out from the log. */
function refuseOldLedger(
  { ledger }: RestoreOptions,
  known: Pick<LedgerContent, 'entries'> & { readonly erased: readonly string[] },
): void {
  const named = new Set(known.entries.map(({ userId }) => userId));
  const missing = known.erased.filter((userId) => !named.has(userId)).length;
  if (missing > 0)
    throw new LedgerUnusable(
      `the erasure ledger ${ledger} is an old copy of the ledger: it lacks ${missing} of the erasures in the backup; name the newest one`,
    );
}
