import { type DataFolder, openDataFolder } from '../src/data-folder.js';
import { type ChainReport, verifyStreams } from '../src/event-store/chain.js';
import { SqliteEventStore } from '../src/event-store/sqlite/sqlite-event-store.js';
import { CommandError } from './cli/command-error.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { print, printJson } from './cli/terminal.js';

export const verifyCommand = musterCommand(
  'verify',
  'Read the whole log and check the hash chain of every stream; names the first event that does not fit. ' +
    'A server may go on meanwhile.',
  ['npm run verify', 'npm run -s verify -- --json'],
)
  .addOption(jsonOption())
  .action(runVerify);

async function runVerify({ data, json }: { readonly data: string; readonly json: boolean }): Promise<void> {
  const folder = openDataFolder({ path: data, mode: 'read' });
  try {
    const report = await verifyLog(folder);
    if (json) printJson(report);
    refuseBroken(report);
    if (!json) print(`intact: ${report.events} events, every stream chained without a gap`);
  } finally {
    folder.close();
  }
}

/** Reads the whole log, with a progress bar. */
export async function verifyLog({ logPath }: Pick<DataFolder, 'logPath'>): Promise<ChainReport> {
  const store = SqliteEventStore.openReader({ path: logPath });
  const progress = startProgress('verifying');
  try {
    const head = await store.head();
    return await verifyStreams(store, {
      onProgress: (_, position) => progress.update(Math.min(position, head), head),
    });
  } finally {
    progress.stop();
    await store.close();
  }
}

/** @throws CommandError naming the first event that does not fit */
export function refuseBroken(report: ChainReport): asserts report is ChainReport & { status: 'INTACT' } {
  if (report.status === 'INTACT') return;
  const { position, stream, revision, problem } = report.firstBad;
  throw new CommandError(
    `position ${position}, stream ${stream}, revision ${revision}: ${problem}; restore log.sqlite from a backup`,
  );
}
