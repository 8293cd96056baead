import { Option } from 'commander';
import { readKeyVaultUrl } from '../src/config.js';
import { type DataFolder, openDataFolder } from '../src/data-folder.js';
import { SqliteEventStore } from '../src/event-store/sqlite/sqlite-event-store.js';
import { copyKeyVault } from '../src/key-vault/copy-key-vault.js';
import { openKeyVault, openKeyVaultToRead } from '../src/open-key-vault.js';
import { refuseWaitingForLedger } from '../src/open-ledger.js';
import { bindingKeyId, refuseForeignVault, refuseVaultOfAnotherLog } from '../src/vault-binding.js';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { print, printJson, say } from './cli/terminal.js';

export const vaultCopyCommand = musterCommand(
  'vault-copy',
  'Carry the keys of a data folder into the PostgreSQL database of MUSTER_KEY_VAULT_URL, or from there back into the ' +
    'file vault.sqlite, and compare both key by key. Stop the server first. Nothing is taken away from where the keys ' +
    'were: that is left to you. A run that was cut off can be repeated; done again it changes nothing.',
  [
    'MUSTER_KEY_VAULT_URL=postgres://muster:…@localhost/muster_vault npm run vault-copy -- --to postgres',
    'npm run vault-copy -- --data ./data --to file',
  ],
)
  .addOption(
    new Option('--to <kind>', 'where the keys are to be').choices(['postgres', 'file']).makeOptionMandatory(),
  )
  .addOption(jsonOption())
  .action(runVaultCopy);

interface VaultCopyOptions {
  readonly data: string;
  readonly to: 'postgres' | 'file';
  readonly json: boolean;
}

async function runVaultCopy({ data, to, json }: VaultCopyOptions): Promise<void> {
  const url = readKeyVaultUrl(process.env);
  if (url === null)
    throw new CommandError('name the database with MUSTER_KEY_VAULT_URL', exitCodes.configuration);
  // The lock, so that nobody makes keys meanwhile.
  // Marked or not: a log that was carried to a cluster leaves its keys here, and one that comes back needs them.
  const folder = openDataFolder({ path: data, mode: 'write', allowsMark: 'ANY' });
  try {
    refuseWaitingForLedger(folder);
    const copied = await copyBetween(folder, to === 'postgres' ? [null, url] : [url, null]);
    if (json) return printJson(copied);
    print(`copied and compared: ${copied.keys} keys, ${copied.destroyed} destroyed`);
    for (const line of nextSteps(to, folder)) print(line);
  } finally {
    folder.close();
  }
}

async function copyBetween(
  { logPath, vaultPath }: DataFolder,
  [fromUrl, toUrl]: readonly [string | null, string | null],
) {
  const store = SqliteEventStore.openReader({ path: logPath });
  const closing: (() => Promise<void>)[] = [() => store.close()];
  try {
    const from = await openKeyVaultToRead({ vaultPath, keyVaultUrl: fromUrl });
    if (from === null)
      throw new CommandError(`there are no keys to copy at ${vaultPath}`, exitCodes.dataFolder);
    closing.push(() => from.close());
    await refuseForeignVault(store, from);
    const to = await openKeyVault({ vaultPath, keyVaultUrl: toUrl });
    closing.push(() => to.close());
    await refuseVaultOfAnotherLog(store, to);
    return await copyKeyVault({ from, to, last: [bindingKeyId(store.logId)], onProgress: reporter() });
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

function nextSteps(to: VaultCopyOptions['to'], { vaultPath }: DataFolder): readonly string[] {
  return to === 'postgres'
    ? [`Next: delete ${vaultPath}, which still holds the keys, and start with MUSTER_KEY_VAULT_URL set.`]
    : [
        'Next: start without MUSTER_KEY_VAULT_URL; then remove the keys from the database:',
        'DROP SCHEMA muster_vault CASCADE',
      ];
}

const LINE_EVERY_KEYS = 50_000;

function reporter(): (doing: string, done: number) => void {
  let next = LINE_EVERY_KEYS;
  return (doing, done) => {
    if (done < next) return;
    say(`${doing}: ${done}`);
    next = done + LINE_EVERY_KEYS;
  };
}
