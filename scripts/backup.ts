import { existsSync } from 'node:fs';
import { takeBackup } from '../src/backup/take-backup.js';
import { readKeyVaultUrl } from '../src/config.js';
import { type DataFolder, DataFolderError, openDataFolder } from '../src/data-folder.js';
import type { PortableKeyVault } from '../src/key-vault/key-vault.js';
import { readLogMark } from '../src/log-mark.js';
import { openKeyVaultToRead, refuseSecondVault } from '../src/open-key-vault.js';
import { refuseWaitingForLedger } from '../src/open-ledger.js';
import { refuseCluster } from './cli/environment.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgressOf } from './cli/progress.js';
import { print, printJson } from './cli/terminal.js';

export const backupCommand = musterCommand(
  'backup',
  'Copy log and vault into an empty folder, each as it is at one moment, verify the copy, and write its manifest. ' +
    'Keys in PostgreSQL (MUSTER_KEY_VAULT_URL) are copied one by one into a file like vault.sqlite. ' +
    'A server may go on meanwhile. The erasure ledger is not in it: keep that apart from the backups. ' +
    "With EVENT_STORE_URL it is refused: the log is the cluster's to back up, by its own means.",
  [
    'npm run backup -- --out /backups/muster-2030-01-31',
    'npm run backup -- --data ./data --out /mnt/b --json',
  ],
)
  .requiredOption('--out <dir>', 'where to; made when needed, must be empty')
  .addOption(jsonOption())
  .action(runBackup);

interface BackupCommandOptions {
  readonly data: string;
  readonly out: string;
  readonly json: boolean;
}

async function runBackup({ data, out, json }: BackupCommandOptions): Promise<void> {
  refuseCluster('backup', 'back the cluster up by its own means, and the key vault apart from it');
  const folder = openDataFolder({ path: data, mode: 'read', allowsMark: 'MOVED' });
  const progress = startProgressOf();
  const keyVaultUrl = readKeyVaultUrl(process.env);
  let vaultElsewhere: PortableKeyVault | null = null;
  try {
    refuseMoved(folder);
    refuseWaitingForLedger(folder);
    refuseSecondVault(folder, keyVaultUrl);
    if (keyVaultUrl === null) refuseWithoutVault(folder);
    else vaultElsewhere = await openKeyVaultToRead({ ...folder, keyVaultUrl });
    const manifest = await takeBackup({
      folder,
      vaultElsewhere,
      out,
      takenAt: new Date(),
      onProgress: progress.update,
    });
    progress.stop();
    if (json) return printJson(manifest);
    print(`backed up and verified: ${manifest.events} events, up to position ${manifest.position}`);
    for (const { path, bytes, sha256 } of [manifest.log, manifest.vault])
      print(`  ${path}  ${bytes} bytes  sha256 ${sha256}`);
    print('Keep vault/ apart from log/, and the erasure ledger apart from both.');
  } finally {
    progress.stop();
    await vaultElsewhere?.close();
    folder.close();
  }
}

/** What it could restore would be served beside the cluster, and lack what came since. */
function refuseMoved({ path, logMarkPath }: DataFolder): void {
  const mark = readLogMark(logMarkPath);
  if (mark?.state !== 'MOVED') return;
  throw new DataFolderError(
    'LOG_MOVED',
    `nothing was backed up: the log of ${path} was carried to ${mark.to}, and what is left here does not change any more. ` +
      'Back the cluster up by its own means, and the key vault apart from it (pg_dump, or a copy of vault.sqlite made ' +
      'while no node runs)',
  );
}

function refuseWithoutVault({ path, logPath, vaultPath }: DataFolder): void {
  if (existsSync(vaultPath) || !existsSync(logPath)) return;
  throw new DataFolderError(
    'CORRUPT',
    `there is an event log, but no vault in ${path}: set MUSTER_KEY_VAULT_URL where the keys are elsewhere, or restore ` +
      'vault.sqlite from its backup',
  );
}
