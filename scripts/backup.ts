import { takeBackup } from '../src/backup/take-backup.js';
import { openDataFolder } from '../src/data-folder.js';
import { refuseWaitingForLedger } from '../src/open-ledger.js';
import { refuseCluster } from './cli/environment.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgressOf } from './cli/progress.js';
import { print, printJson } from './cli/terminal.js';

export const backupCommand = musterCommand(
  'backup',
  'Copy log and vault into an empty folder, each as it is at one moment, verify the copy, and write its manifest.\n' +
    'A server may go on meanwhile. The erasure ledger is not in it: keep that apart from the backups.',
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
  const folder = openDataFolder({ path: data, mode: 'read' });
  const progress = startProgressOf();
  try {
    refuseWaitingForLedger(folder);
    const manifest = await takeBackup({ folder, out, takenAt: new Date(), onProgress: progress.update });
    progress.stop();
    if (json) return printJson(manifest);
    print(`backed up and verified: ${manifest.events} events, up to position ${manifest.position}`);
    for (const { path, bytes, sha256 } of [manifest.log, manifest.vault])
      print(`  ${path}  ${bytes} bytes  sha256 ${sha256}`);
    print('Keep vault/ apart from log/, and the erasure ledger apart from both.');
  } finally {
    progress.stop();
    folder.close();
  }
}
