import { openDataFolder } from '../src/data-folder.js';
import { verifyStreams } from '../src/event-store/chain.js';
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
  const store = SqliteEventStore.openReader({ path: folder.logPath });
  const progress = startProgress('verifying');
  try {
    const head = await store.head();
    const report = await verifyStreams(store, {
      onProgress: (_, position) => progress.update(Math.min(position, head), head),
    });
    progress.stop();
    if (json) printJson(report);
    if (report.status === 'BROKEN') {
      const { position, stream, revision, problem } = report.firstBad;
      throw new CommandError(
        `position ${position}, stream ${stream}, revision ${revision}: ${problem}; restore log.sqlite from a backup`,
      );
    }
    if (!json) print(`intact: ${report.events} events, every stream chained without a gap`);
  } finally {
    progress.stop();
    await store.close();
    folder.close();
  }
}
