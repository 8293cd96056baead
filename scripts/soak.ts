import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand, positiveCount } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { print, printJson, say } from './cli/terminal.js';
import { runSoak, type SoakReport } from './soak/run-soak.js';
import { runStops, type StopsReport } from './soak/run-stops.js';

export const soakCommand = musterCommand(
  'soak',
  'Kill a server at random moments, again and again, while clients change things; then check that every acknowledged ' +
    'command is in the log exactly once, none by half, and that the read model says the same. One to two seconds a kill. ' +
    'With --stops it is told to stop by SIGTERM instead, and must answer all it has accepted, and end within 10 s. ' +
    'Works in a temporary folder, or in an empty one given with --data.',
  [
    'npm run soak',
    'npm run soak -- --kills 50',
    'npm run soak -- --kills 50 --data /tmp/soak',
    'npm run soak -- --stops 50',
  ],
)
  .option('--kills <n>', 'how many times', positiveCount, 1_000)
  .option('--stops <n>', 'stop it by SIGTERM so many times, instead of killing it', positiveCount)
  .addOption(jsonOption())
  .action(runSoakCommand);

interface SoakCommandOptions {
  readonly data: string;
  readonly kills: number;
  readonly stops?: number;
  readonly json: boolean;
}

/** Without --data in a folder of its own, which is kept when something is broken. */
async function runSoakCommand(
  { data, kills, stops, json }: SoakCommandOptions,
  command: { getOptionValueSource(name: string): string | undefined },
): Promise<void> {
  const isGiven = command.getOptionValueSource('data') !== 'default';
  if (isGiven && existsSync(join(data, 'log.sqlite')))
    throw new CommandError(
      'soak needs an empty folder: it writes test data that cannot be removed',
      exitCodes.usage,
    );
  const dataDir = isGiven ? data : mkdtempSync(join(tmpdir(), 'muster-soak-'));
  const progress = startProgress(stops === undefined ? 'kills' : 'stops');
  const rounds = stops ?? kills;
  const onProgress = (done: number) => progress.update(done, rounds);
  const options = { dataDir, random: Math.random, onProgress };
  const report = await (stops === undefined
    ? runSoak({ ...options, kills })
    : runStops({ ...options, stops })
  ).finally(() => progress.stop());
  if (json) printJson(report);
  else if ('stops' in report) tellStops(report);
  else tell(report);
  if (report.broken.length > 0)
    throw new CommandError(`${report.broken.length} promises were broken; the data folder is ${dataDir}`);
  if (!isGiven) rmSync(dataDir, { recursive: true });
  else say(`the data folder is ${dataDir}`);
}

function tell(report: SoakReport): void {
  const { kills, killsAtStart, acknowledged, applied, rejected, unchanged, lostAnswers, events, broken } =
    report;
  print(`${kills} kills, ${killsAtStart} of them at start; ${lostAnswers} answers lost and asked for again`);
  print(
    `${acknowledged} commands acknowledged: ${applied} applied (${events} events), ${rejected} rejected, ${unchanged} changed nothing`,
  );
  tellBroken(broken);
}

function tellStops(report: StopsReport): void {
  const { stops, answered, applied, rejected, unchanged, refused, closed, notConnected, broken } = report;
  print(
    `${stops} stops; the end came after ${report.medianExitMs} ms (median), ${report.slowestExitMs} ms at most`,
  );
  print(
    `${answered} requests answered (${applied} applied, ${rejected} rejected, ${unchanged} changed nothing), ${refused} refused with 503`,
  );
  print(`${closed} connections closed before anything was accepted, ${notConnected} not taken any more`);
  tellBroken(broken);
}

function tellBroken(broken: readonly string[]): void {
  for (const promise of broken.slice(0, 10)) print(promise);
  print(
    broken.length === 0
      ? 'all kept: nothing lost, nothing half-applied, read model equal, chain intact'
      : 'BROKEN',
  );
}
