import { InvalidArgumentError } from 'commander';
import { catchUpReadModel } from '../projections/open-generation.js';
import { accountAsOf } from '../projections/queries/account-as-of.js';
import { ReadConnections } from '../projections/read-connections.js';
import { ReadFolder } from '../projections/read-folder.js';
import { readModelProjections } from '../projections/read-model-projections.js';
import { type ImportReport, importHistory } from '../src/application/import/import-history.js';
import { type Core, openCore } from '../src/core.js';
import { CommandError } from './cli/command-error.js';
import { commandLineCore } from './cli/environment.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { print, printJson, styled } from './cli/terminal.js';
import { type ComparedCheckpoints, compareCheckpoints } from './import/compare-checkpoints.js';
import { readLines } from './import/read-lines.js';

const MOST_DIFFERENCES = 10;

export const importCommand = musterCommand(
  'import',
  'Bring the history of existing organisations in, through the same rules as everything else. ' +
    'Goes on where an earlier run stopped; run again, it writes nothing.',
  [
    'npm run import -- history.jsonl.gz',
    'npm run import -- history.jsonl.gz --checkpoints checkpoints.jsonl.gz --data ./data',
  ],
)
  .argument('<file>', 'the history: JSON Lines, one change set a line, may be gzip-compressed')
  .option('--checkpoints <file>', 'then compare the read model with these states as of their times')
  .option('--source <name>', 'name of this history; another one needs another name', sourceName, 'history')
  .addOption(jsonOption())
  .action(runImport);

interface ImportCommandOptions {
  readonly data: string;
  readonly checkpoints?: string;
  readonly source: string;
  readonly json: boolean;
}

async function runImport(file: string, options: ImportCommandOptions): Promise<void> {
  const start = performance.now();
  await probe(file);
  if (options.checkpoints !== undefined) await probe(options.checkpoints);
  const core = await openCore(commandLineCore(options.data));
  try {
    const before = await core.store.head();
    const report = await importFile(core, file, options.source);
    const newEvents = await countEvents(core, before);
    const compared =
      options.checkpoints === undefined ? null : await compare(core, options.checkpoints, options.source);
    const seconds = (performance.now() - start) / 1000;
    tell({ report, newEvents, compared, seconds }, options.json);
    if (compared !== null && compared.equal < compared.of)
      throw new CommandError(`${compared.of - compared.equal} of ${compared.of} checkpoints differ`);
  } finally {
    await core.close();
  }
}

/** A file that cannot be read stops everything before a data folder is made. */
async function probe(path: string): Promise<void> {
  for await (const _ of readLines(path)) return;
}

async function importFile(core: Core, file: string, source: string): Promise<ImportReport> {
  const progress = startProgress('importing');
  try {
    return await importHistory(core.application, () => readLines(file), {
      source,
      newId: commandLineCore('').environment.newId,
      onProgress: ({ changeSets, ofChangeSets }) => progress.update(changeSets, ofChangeSets),
    });
  } finally {
    progress.stop();
  }
}

async function countEvents({ store }: Core, afterPosition: number): Promise<number> {
  let count = 0;
  for (let position = afterPosition; ; ) {
    const page = await store.readAll({ afterPosition: position, maxCount: 1_000 });
    const last = page.at(-1);
    if (last === undefined) return count;
    count += page.length;
    position = last.position;
  }
}

async function compare(core: Core, file: string, source: string): Promise<ComparedCheckpoints> {
  const folder = new ReadFolder(core.folder.readPath);
  const progress = startProgress('read model');
  await catchUpReadModel({
    store: core.store,
    folder,
    projections: readModelProjections(core.openProfile),
    onProgress: ({ position, head }) => progress.update(position, head),
  });
  progress.stop();
  const generation = folder.current();
  if (generation === null) throw new Error('the read model that was just caught up is gone');
  const connections = new ReadConnections(folder, generation);
  try {
    return await compareCheckpoints(readLines(file), {
      source,
      accountAsOf: (accountId, at) =>
        accountAsOf(connections.members, accountId, { at, knownAt: Date.now() }),
      people: core.application.people,
      mostDifferences: MOST_DIFFERENCES,
    });
  } finally {
    connections.close();
  }
}

interface Result {
  readonly report: ImportReport;
  readonly newEvents: number;
  readonly compared: ComparedCheckpoints | null;
  readonly seconds: number;
}

function tell({ report, newEvents, compared, seconds }: Result, json: boolean): void {
  const checkpoints = compared === null ? null : { equal: compared.equal, of: compared.of };
  if (json) {
    for (const difference of compared?.differences ?? []) printJson(difference);
    printJson({ ...report, newEvents, checkpoints, seconds: Math.round(seconds * 1000) / 1000 });
    return;
  }
  const { source, accounts, changeSets, changeSetsApplied, operationsApplied, operationsSkipped } = report;
  print(
    `source ${source}: ${accounts} accounts, ${changeSets} change sets, ${changeSetsApplied} applied now`,
  );
  print(`operations applied: ${operationsApplied}, skipped (repositories): ${operationsSkipped}`);
  print(`new events: ${newEvents} (${seconds.toFixed(1)} s)`);
  if (compared === null) return;
  for (const { lineNumber, org, at, difference } of compared.differences)
    print(`line ${lineNumber}, ${org} as of ${at}: ${difference}`);
  const line = `checkpoints: ${compared.equal} of ${compared.of} equal`;
  print(styled(process.stdout, compared.equal === compared.of ? 'green' : 'red', line));
}

function sourceName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Give 1 to 64 letters, digits, dots, underscores or hyphens.');
}
