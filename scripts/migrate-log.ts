import { openDataFolder } from '../src/data-folder.js';
import { OutcomeUnknown, StoreUnavailable } from '../src/event-store/event-store.js';
import { readLogMark, removeLogMark } from '../src/log-mark.js';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { onInterruption } from './cli/interruption.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgressOf } from './cli/progress.js';
import { print, printJson, say } from './cli/terminal.js';
import { clusterNamed } from './migrate-log/cluster-named.js';
import { migrateFrom } from './migrate-log/migrate-from.js';
import { migrateTo } from './migrate-log/migrate-to.js';
import type { Migrated } from './migrate-log/migrated.js';

export const migrateLogCommand = musterCommand(
  'migrate-log',
  'Carry the log of a data folder to an EventStoreDB or KurrentDB cluster, or from there back into a folder: the same ' +
    'events in the same order, compared byte by byte at the end. Stop every server first. A run that was cut off goes ' +
    'on where it stopped; done again it changes nothing. A URL that is left out is that of EVENT_STORE_URL, which ' +
    'keeps its password out of the list of processes.',
  [
    "npm run migrate-log -- --data ./data --to 'esdb://muster:…@n1:2113,n2:2113?tlsCAFile=ca.crt'",
    'EVENT_STORE_URL=esdb://… npm run migrate-log -- --data ./back --from',
    'npm run migrate-log -- --data ./data --reopen',
  ],
)
  .option('--to [url]', 'the cluster to carry the log to')
  .option('--from [url]', 'the cluster to bring the log back from')
  .option(
    '--reopen',
    'serve a folder again whose log was carried away; what was written there since is not in it',
    false,
  )
  .addOption(jsonOption())
  .action(runMigrateLog);

interface MigrateLogOptions {
  readonly data: string;
  /** True: that of EVENT_STORE_URL. */
  readonly to?: string | true;
  readonly from?: string | true;
  readonly reopen: boolean;
  readonly json: boolean;
}

async function runMigrateLog({ data, to, from, reopen, json }: MigrateLogOptions): Promise<void> {
  if ([to !== undefined, from !== undefined, reopen].filter(Boolean).length !== 1)
    throw new CommandError('give one of --to, --from and --reopen', exitCodes.usage);
  if (reopen) return reopenFolder(data, json);
  const [migrate, url] = to === undefined ? [migrateFrom, from] : [migrateTo, to];
  const cluster = clusterNamed(url ?? true, to === undefined ? '--from' : '--to');
  if (to !== undefined) refuseMissing(data);
  const folder = openDataFolder({ path: data, mode: 'write', allowsMark: 'ANY' });
  const progress = startProgressOf();
  const forget = onInterruption((code) => {
    progress.stop();
    say('muster: cut off; nothing is lost: run the same command again, it goes on where it stopped');
    process.exit(code);
  });
  try {
    const migrated = await migrate({ folder, cluster, onProgress: progress.update });
    progress.stop();
    const { next: _, ...result } = migrated;
    if (json) printJson(result);
    else tell(migrated);
    if (migrated.status === 'BEHIND') throw cameMeanwhile(migrated);
  } catch (error) {
    throw isOutage(error) ? interrupted(error) : error;
  } finally {
    forget();
    progress.stop();
    folder.close();
  }
}

function tell({ status, logId, carried, events, streams, root, headsRoot, seconds, next }: Migrated): void {
  print(
    status === 'NOTHING_TO_DO'
      ? `nothing to do: all ${events} events of log ${logId} are there already, compared byte by byte`
      : `carried ${carried} events of log ${logId} in ${seconds.toFixed(1)} s; compared ${events} events byte by byte`,
  );
  print(`  log tree    ${root}`);
  print(`  heads tree  ${headsRoot}  (${streams} streams)`);
  for (const line of next) print(line);
}

const isOutage = (error: unknown): error is Error =>
  error instanceof StoreUnavailable || error instanceof OutcomeUnknown;

const interrupted = ({ message }: Error): CommandError =>
  new CommandError(`${message}. Run this again when that is mended: it goes on where it stopped`);

const cameMeanwhile = ({ meanwhile }: Migrated): CommandError =>
  new CommandError(
    `${meanwhile} events came meanwhile: somebody still writes to the cluster. Stop every Muster there, and run this ` +
      'again to take up the rest; until then the folder is not served',
  );

/** Opening it for writing would make it. */
const refuseMissing = (data: string): void =>
  openDataFolder({ path: data, mode: 'read', allowsMark: 'ANY' }).close();

function reopenFolder(data: string, json: boolean): void {
  refuseMissing(data);
  const folder = openDataFolder({ path: data, mode: 'write', allowsMark: 'ANY' });
  try {
    const mark = readLogMark(folder.logMarkPath);
    if (mark?.state === 'FILLING')
      throw new CommandError(
        `not all of the log is in ${folder.path}: run npm run migrate-log -- --from … to its end, or delete the folder`,
        exitCodes.dataFolder,
      );
    if (mark !== null) removeLogMark(folder.logMarkPath);
    if (json) return printJson({ status: mark === null ? 'NOTHING_TO_DO' : 'REOPENED' });
    if (mark === null) return print(`nothing to do: ${folder.path} can be served as it is`);
    print(`${folder.path} can be served again, with its ${mark.events} events`);
    say(`What was written at ${mark.to} since is not in it: never let both go on.`);
  } finally {
    folder.close();
  }
}
