import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Option } from 'commander';
import { readEventStoreUrl, readKeyVaultUrl } from '../src/config.js';
import { type DataFolder, openDataFolder } from '../src/data-folder.js';
import type { EventStore } from '../src/event-store/event-store.js';
import { SqliteEventStore } from '../src/event-store/sqlite/sqlite-event-store.js';
import { copyKeyVault } from '../src/key-vault/copy-key-vault.js';
import { BadPostgresUrl } from '../src/key-vault/postgres-address.js';
import { isVaultFileInUse } from '../src/key-vault/vault-file-in-use.js';
import { readLogMark } from '../src/log-mark.js';
import { openKeyVault, openKeyVaultToRead, vaultFileOf } from '../src/open-key-vault.js';
import { refuseWaitingForLedger } from '../src/open-ledger.js';
import { bindingKeyId, refuseForeignVault, refuseVaultOfAnotherLog } from '../src/vault-binding.js';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { print, printJson, say } from './cli/terminal.js';
import { clusterNamed, openCluster } from './migrate-log/cluster-named.js';

export const vaultCopyCommand = musterCommand(
  'vault-copy',
  'Carry the keys of a vault file into the PostgreSQL database of MUSTER_KEY_VAULT_URL, or from there back into a ' +
    'file, and compare both key by key. Stop every server of the log first. The log that they are the keys of is that ' +
    'of the data folder, or of EVENT_STORE_URL where the folder has none. Nothing is taken away from where the keys ' +
    'were: that is left to you. A run that was cut off can be repeated; done again it changes nothing.',
  [
    'MUSTER_KEY_VAULT_URL=postgres://muster:…@localhost/muster_vault npm run vault-copy -- --to postgres',
    'npm run vault-copy -- --data ./data --to file',
    'EVENT_STORE_URL=esdb://… npm run vault-copy -- --data ./node1 --to postgres --file /srv/muster/vault.sqlite',
  ],
)
  .addOption(
    new Option('--to <kind>', 'where the keys are to be').choices(['postgres', 'file']).makeOptionMandatory(),
  )
  .option('--file <path>', 'the vault file, where nodes share one (default: vault.sqlite in the data folder)')
  .addOption(jsonOption())
  .action(runVaultCopy);

interface VaultCopyOptions {
  readonly data: string;
  readonly to: 'postgres' | 'file';
  readonly file?: string;
  readonly json: boolean;
}

interface Copying extends Pick<VaultCopyOptions, 'to'> {
  readonly folder: DataFolder;
  readonly databaseUrl: string;
  readonly vaultPath: string;
}

async function runVaultCopy({ data, to, file, json }: VaultCopyOptions): Promise<void> {
  const databaseUrl = readDatabaseUrl();
  const given = file === undefined ? null : pathGiven(file);
  // The lock, so that nobody makes keys meanwhile.
  // Marked or not: a log that was carried to a cluster leaves its keys here, and one that comes back needs them.
  const folder = openDataFolder({ path: data, mode: 'write', allowsMark: 'ANY' });
  const vaultPath = given ?? folder.vaultPath;
  const copying = { to, folder, databaseUrl, vaultPath };
  try {
    refuseWaitingForLedger(folder);
    const copied = await copyBetween(copying);
    if (json) return printJson(copied);
    print(
      copied.status === 'NOTHING_TO_DO'
        ? `nothing to do: all ${copied.keys} keys are there already, compared; ${copied.destroyed} destroyed`
        : `copied and compared: ${copied.keys} keys, ${copied.destroyed} destroyed`,
    );
    for (const line of nextSteps(copying)) print(line);
  } finally {
    folder.close();
  }
}

/** The one side is a file always, so the other must not be: a vault copied onto itself would seem to be in two places. */
function readDatabaseUrl(): string {
  const url = readKeyVaultUrl(process.env);
  if (url !== null && vaultFileOf(url) === null) return url;
  const what = url === null ? 'is not set' : 'names a file';
  throw new CommandError(
    `MUSTER_KEY_VAULT_URL ${what}: for this it must be postgres://…, the database on the one side of the copy; the file ` +
      'on the other is vault.sqlite in --data, or that of --file. Nothing was changed',
    exitCodes.configuration,
  );
}

/** A path, or the address that MUSTER_KEY_VAULT_URL was until now. */
function pathGiven(file: string): string {
  try {
    return resolve(vaultFileOf(file) ?? file);
  } catch (error) {
    if (error instanceof BadPostgresUrl) throw new CommandError(`--file ${error.message}`, exitCodes.usage);
    throw error;
  }
}

async function copyBetween({ to, folder, databaseUrl, vaultPath }: Copying) {
  const place = { vaultPath, keyVaultUrl: databaseUrl };
  const filePlace = { vaultPath, keyVaultUrl: null };
  const [fromPlace, toPlace] = to === 'postgres' ? [filePlace, place] : [place, filePlace];
  refuseInUse(vaultPath);
  const store = await openLog(folder);
  const closing: (() => Promise<void>)[] = [() => store.close()];
  try {
    const from = await openKeyVaultToRead(fromPlace);
    if (from === null)
      throw new CommandError(
        `there are no keys to copy at ${vaultPath}: check --data, or name the file with --file`,
        exitCodes.dataFolder,
      );
    closing.push(() => from.close());
    await refuseForeignVault(store, from);
    await refuseVaultOfAnotherLog(store, from);
    const target = await openKeyVault(toPlace);
    closing.push(() => target.close());
    await refuseVaultOfAnotherLog(store, target);
    const last = [bindingKeyId(store.logId)];
    return await copyKeyVault({ from, to: target, last, onProgress: reporter() });
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** The folder's lock holds off its own server only, and nodes may share the file. */
function refuseInUse(vaultPath: string): void {
  if (existsSync(vaultPath) && isVaultFileInUse(vaultPath))
    throw new CommandError(
      `${vaultPath} is open in another process: stop every server that uses it, or keys that it makes meanwhile would be lost`,
      exitCodes.dataFolder,
    );
}

async function openLog({ path, logPath }: DataFolder): Promise<Pick<EventStore, 'logId' | 'head' | 'close'>> {
  if (existsSync(logPath)) return SqliteEventStore.openReader({ path: logPath });
  if (readEventStoreUrl(process.env) === null)
    throw new CommandError(
      `there is no log in ${path}, and EVENT_STORE_URL is not set: check --data, or set it to the cluster that has the ` +
        'log of these keys',
      exitCodes.dataFolder,
    );
  return openCluster(clusterNamed(true, '--to'), { purpose: 'COPY' });
}

function nextSteps({ to, folder, vaultPath }: Copying): readonly string[] {
  if (to === 'postgres')
    return [
      `Next: delete ${vaultPath} (and its -wal and -shm), which still holds the keys, and start with MUSTER_KEY_VAULT_URL set as now.`,
    ];
  const isServedHere = existsSync(folder.logPath) && readLogMark(folder.logMarkPath)?.state !== 'MOVED';
  const start =
    isServedHere && vaultPath === folder.vaultPath
      ? 'without MUSTER_KEY_VAULT_URL'
      : `with MUSTER_KEY_VAULT_URL=${pathToFileURL(vaultPath).href}`;
  return [
    `Next: start ${start}; then remove the keys from the database:`,
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
