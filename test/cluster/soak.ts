import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { jsonOption, positiveCount } from '../../scripts/cli/muster-command.js';
import { startProgress } from '../../scripts/cli/progress.js';
import { print, printJson } from '../../scripts/cli/terminal.js';
import { WireNode } from '../support/wire-server/wire-node.js';
import { type FailoverReport, runFailover } from './run-failover.js';
import { type RoundsReport, runRounds } from './run-rounds.js';

interface SoakOptions {
  readonly nodes: number;
  readonly rounds: number;
  readonly failover: boolean;
  readonly clients: number;
  readonly seconds: number;
  readonly json: boolean;
}

await new Command('soak-cluster')
  .description(
    'Play conflicting commands against several Muster processes on one log, then hold log and read models against the ' +
      'answers: invariants after every event, every acknowledged command once, all nodes showing the same. The log is on a ' +
      'wire-level test server, or on the empty EventStoreDB or KurrentDB that EVENTSTOREDB_URL names; the keys are in a PostgreSQL ' +
      'that is started for this where one is installed, else in a file.',
  )
  .option('--nodes <n>', 'Muster processes', positiveCount, 3)
  .option('--rounds <n>', 'rounds of conflicting commands', positiveCount, 1_000)
  .option(
    '--failover',
    'instead: the log has two nodes, replies get lost, and under load its leader is killed',
    false,
  )
  .option('--clients <n>', 'with --failover: clients at once', positiveCount, 32)
  .option('--seconds <n>', 'with --failover: length of the load', positiveCount, 60)
  .addOption(jsonOption())
  .allowExcessArguments(false)
  .helpOption('--help', 'show this help')
  .action((options: SoakOptions) => (options.failover ? soakFailover(options) : soak(options)))
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

async function soakFailover({ nodes, clients, seconds, json }: SoakOptions): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'muster-failover-'));
  const progress = startProgress('seconds');
  try {
    const report = await runFailover({
      ...{ dir, nodes, clients, seconds, random: Math.random },
      onProgress: (done) => progress.update(done, seconds),
    });
    progress.stop();
    if (json) printJson(report);
    else tellFailover(report);
    if (report.broken.length > 0) {
      print(`the data folders are in ${dir}`);
      process.exitCode = 1;
    } else rmSync(dir, { recursive: true });
  } finally {
    progress.stop();
  }
}

function tellFailover(report: FailoverReport): void {
  const {
    nodes,
    clients,
    seconds,
    keyVault,
    acknowledged,
    applied,
    rejected,
    unchanged,
    askedAgain,
    afterDeath,
    longestSilenceMs,
  } = report;
  print(
    `${nodes} nodes, ${clients} clients, ${seconds} s; the leader of the log was killed in the middle; keys: ${keyVault}`,
  );
  print(
    `${acknowledged} commands acknowledged (${applied} applied, ${rejected} rejected, ${unchanged} changed nothing), ${askedAgain} asked again, ` +
      `${afterDeath} after the death; the longest silence took ${longestSilenceMs} ms`,
  );
  for (const promise of report.broken.slice(0, 20)) print(promise);
  print(
    report.broken.length === 0
      ? 'all kept: every acknowledged command once, invariants after every event, read models of all nodes equal'
      : `BROKEN: ${report.broken.length} promises`,
  );
}

function tell(
  { nodes, rounds, keyVault, acknowledged, applied, rejected, unchanged, askedAgain, broken }: RoundsReport,
  seconds: number,
) {
  print(
    `${nodes} nodes, ${rounds} rounds in ${seconds} s; ${askedAgain} commands asked again; keys: ${keyVault}`,
  );
  print(
    `${acknowledged} commands acknowledged: ${applied} applied, ${rejected} rejected, ${unchanged} changed nothing`,
  );
  for (const promise of broken.slice(0, 20)) print(promise);
  print(
    broken.length === 0
      ? 'all kept: invariants after every event, nothing lost or twice, read models of all nodes equal, chains intact'
      : `BROKEN: ${broken.length} promises`,
  );
}
