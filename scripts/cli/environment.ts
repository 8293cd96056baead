import { readErasureLedger, readEventStoreUrl, readKeyVaultUrl } from '../../src/config.js';
import type { CoreOptions } from '../../src/core.js';
import { type DataFolder, type OpenDataFolderOptions, openDataFolder } from '../../src/data-folder.js';
import { realEnvironment } from '../../src/real-environment.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';
import { say } from './terminal.js';

/** What the command line opens an installation with: the real clock, fresh ids, trouble on stderr. */
export const commandLineCore = (dataDir: string): CoreOptions => ({
  dataDir,
  environment: realEnvironment,
  erasureLedger: readErasureLedger(process.env),
  eventStoreUrl: readEventStoreUrl(process.env),
  keyVaultUrl: readKeyVaultUrl(process.env),
  report: (error, doing) =>
    say(`muster: ${doing}: ${error instanceof Error ? error.message : String(error)}`),
});

/** The data folder of this node for whoever only reads, beside a server. */
export const readOnlyFolder = (
  data: string,
  { allowsMark = 'NONE' }: Pick<OpenDataFolderOptions, 'allowsMark'> = {},
): DataFolder =>
  openDataFolder({ path: data, mode: 'read', eventStoreUrl: readEventStoreUrl(process.env), allowsMark });

/** @throws CommandError where the log is not a file that this machine could copy */
export function refuseCluster(command: string, instead: string): void {
  if (readEventStoreUrl(process.env) === null) return;
  throw new CommandError(
    `${command} is for a log in the data folder; this one is on a cluster (EVENT_STORE_URL): ${instead}`,
    exitCodes.usage,
  );
}
