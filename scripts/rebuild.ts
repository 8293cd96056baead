import { readKeyVaultUrl } from '../src/config.js';
import { type LogLocation, openEventStoreReader } from '../src/open-event-store.js';
import { openKeyVaultToRead, type VaultPlace } from '../src/open-key-vault.js';
import { refuseWaitingForLedger } from '../src/open-ledger.js';
import { rebuildReadModel } from '../src/rebuild-read-model.js';
import { refuseForeignVault } from '../src/vault-binding.js';
import { CommandError } from './cli/command-error.js';
import { readOnlyFolder } from './cli/environment.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { print, printJson } from './cli/terminal.js';
import { refuseBroken, verifyLog } from './verify.js';

export const rebuildCommand = musterCommand(
  'rebuild',
  'Verify the log, build the read model anew from it, beside the live one, compare the two, and swap. ' +
    'A server that runs on the data folder goes on serving, and moves over by itself.',
  ['npm run rebuild', 'npm run rebuild -- --data ./data --json'],
)
  .addOption(jsonOption())
  .action(runRebuild);

async function runRebuild({ data, json }: { readonly data: string; readonly json: boolean }): Promise<void> {
  const folder = readOnlyFolder(data);
  refuseWaitingForLedger(folder);
  const paths = { ...folder, keyVaultUrl: readKeyVaultUrl(process.env) };
  refuseBroken(await verifyLog(folder));
  const head = await headOf(paths);
  const progress = startProgress('rebuilding');
  try {
    const result = await rebuildReadModel(paths, (position) =>
      progress.update(Math.min(position, head), head),
    );
    progress.stop();
    if (json) printJson(result);
    else {
      print(`rebuilt from ${result.events} events in ${result.seconds.toFixed(1)} s`);
      for (const [name, fingerprint] of Object.entries(result.fingerprints))
        print(`  ${name} ${fingerprint}`);
      print(comparisons[`${result.equalToLive}`]);
    }
    if (result.equalToLive === false)
      throw new CommandError(
        'the read model that was live differed from what the log says; the new one is in use now',
      );
  } finally {
    progress.stop();
    folder.close();
  }
}

const comparisons = {
  true: 'equal to the read model that was live; the new one is in use now',
  false: 'NOT equal to the read model that was live',
  null: 'there was no read model of this version to compare with; the new one is in use now',
} as const;

/** Without the keys of this very log everybody would lose his name. */
async function headOf({ log, ...place }: VaultPlace & { readonly log: LogLocation }): Promise<number> {
  const store = await openEventStoreReader(log);
  try {
    const vault = await openKeyVaultToRead(place);
    await refuseForeignVault(store, vault).finally(() => vault?.close());
    return await store.head();
  } finally {
    await store.close();
  }
}
