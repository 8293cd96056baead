import { join } from 'node:path';
import { restoreBackup } from '../src/backup/restore-backup.js';
import { readErasureLedger, readKeyVaultUrl } from '../src/config.js';
import { vaultFileOf } from '../src/open-key-vault.js';
import { CommandError } from './cli/command-error.js';
import { refuseCluster } from './cli/environment.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgressOf } from './cli/progress.js';
import { print, printJson } from './cli/terminal.js';

export const restoreCommand = musterCommand(
  'restore',
  'Make a new data folder of a backup, verified. Before anything is served from it, the erasure ledger is applied: ' +
    'whoever was erased after the backup was taken is erased again. ' +
    "With EVENT_STORE_URL it is refused: the log is the cluster's to restore, by its own means.",
  ['npm run restore -- --from /backups/muster-2030-01-31 --data ./restored --ledger /safe/erasures.jsonl'],
)
  .requiredOption('--from <dir>', 'the backup')
  .option('--ledger <file>', 'the erasure ledger as it is now (default: MUSTER_ERASURE_LEDGER)')
  .addOption(jsonOption())
  .action(runRestore);

interface RestoreCommandOptions {
  readonly data: string;
  readonly from: string;
  readonly ledger?: string;
  readonly json: boolean;
}

async function runRestore({ data, from, json, ...given }: RestoreCommandOptions): Promise<void> {
  refuseCluster('restore', 'restore the cluster by its own means, or unset it for a folder of its own');
  const configured = readErasureLedger(process.env);
  const ledger = given.ledger ?? configured;
  if (ledger === null)
    throw new CommandError(
      'a backup is not restored without the erasure ledger, or people who were erased would come back: name it with --ledger',
      exitCodes.usage,
    );
  const progress = startProgressOf();
  try {
    const copyLedger = configured === null;
    const restored = await restoreBackup({
      from,
      dataDir: data,
      ledger,
      copyLedger,
      onProgress: progress.update,
    });
    progress.stop();
    if (json) return printJson(restored);
    print(`restored and verified: ${restored.manifest.events} events, as of ${restored.manifest.takenAt}`);
    print(`The next start erases again whom the ledger names (${restored.erasures}), before it serves.`);
    const keyVaultUrl = readKeyVaultUrl(process.env);
    if (keyVaultUrl === null) return print(`Next: npm run serve -- --data ${data}`);
    print(`Next, with MUSTER_KEY_VAULT_URL unset: npm run serve -- --data ${data}`);
    const vaultFile = vaultFileOf(keyVaultUrl);
    print(
      vaultFile === null
        ? `Then stop it, and with MUSTER_KEY_VAULT_URL set: npm run vault-copy -- --data ${data} --to postgres`
        : `Then stop it, and move ${join(data, 'vault.sqlite')} to ${vaultFile}, where no other vault must be`,
    );
  } finally {
    progress.stop();
  }
}
