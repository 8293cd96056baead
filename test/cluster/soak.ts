import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { jsonOption, positiveCount } from '../../scripts/cli/muster-command.js';
import { startProgress } from '../../scripts/cli/progress.js';
import { print, printJson } from '../../scripts/cli/terminal.js';
import { WireNode } from '../support/wire-server/wire-node.js';
import { type RoundsReport, runRounds } from './run-rounds.js';

interface SoakOptions {
  readonly nodes: number;
  readonly rounds: number;
  readonly json: boolean;
}

await new Command('soak-cluster')
  .description(
    'Play conflicting commands against several Muster processes on one log, then hold log and read models against the\n' +
      'answers: invariants after every event, every acknowledged command once, all nodes showing the same. The log is on a\n' +
      'wire-level test server, or on the empty EventStoreDB or KurrentDB that EVENTSTOREDB_URL names.',
  )
  .option('--nodes <n>', 'Muster processes', positiveCount, 3)
  .option('--rounds <n>', 'rounds of conflicting commands', positiveCount, 1_000)
  .addOption(jsonOption())
  .action(soak)
  .parseAsync();

async function soak({ nodes, rounds, json }: SoakOptions): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'muster-cluster-'));
  const real = process.env.EVENTSTOREDB_URL;
  const wire = real === undefined ? await WireNode.start() : null;
  const progress = startProgress('rounds');
  const startedMs = performance.now();
  try {
    const report = await runRounds({
      dir,
      eventStoreUrl: real ?? wire?.connectionString() ?? '',
      nodes,
      rounds,
      random: Math.random,
      onProgress: (played) => progress.update(played, rounds),
    });
    progress.stop();
    const seconds = Math.round((performance.now() - startedMs) / 1000);
    if (json)
      printJson({ ...report, seconds, eventStore: real === undefined ? 'wire server' : 'EVENTSTOREDB_URL' });
    else tell(report, seconds);
    if (report.broken.length > 0) {
      print(`the data folders are in ${dir}`);
      process.exitCode = 1;
    } else rmSync(dir, { recursive: true });
  } finally {
    progress.stop();
    await wire?.stop();
  }
}

function tell(
  { nodes, rounds, acknowledged, applied, rejected, askedAgain, broken }: RoundsReport,
  seconds: number,
) {
  print(`${nodes} nodes, ${rounds} rounds in ${seconds} s; ${askedAgain} commands asked again`);
  print(`${acknowledged} commands acknowledged: ${applied} applied, ${rejected} rejected`);
  for (const promise of broken.slice(0, 20)) print(promise);
  print(
    broken.length === 0
      ? 'all kept: invariants after every event, nothing lost or twice, read models of all nodes equal, chains intact'
      : `BROKEN: ${broken.length} promises`,
  );
}
