import { existsSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { type Behaviour, isMeantBy, readBehaviours } from './behaviours/behaviour.js';
import { type Report, reportOf } from './behaviours/report.js';
import { runTests } from './behaviours/run-tests.js';
import type { Result } from './behaviours/tally.js';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { print, printJson, say, styled } from './cli/terminal.js';

const root = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '..' : '../..', import.meta.url));

export const behavioursCommand = musterCommand(
  'behaviours',
  'Run the acceptance tests and tell for every behaviour of the source systems whether its tests pass. ' +
    'A test belongs to the ids that its own title begins with: "SO-8, SW-9 asks for a confirmation". An id passes ' +
    'when all of its tests pass; it is missing when it has none or one of them is pending. Needs no data folder.',
  [
    'npm run behaviours',
    'npm run behaviours -- --only SO',
    'npm run behaviours -- --only D3-15,PP-6',
    'npm run -s behaviours -- --json',
  ],
)
  .option('--only <ids>', 'a system (SO, SW, D3, PP) or ids, separated by commas', (text) => text.split(','))
  .option('--tests <dir>', 'the folder of the tests', join(relative(process.cwd(), root), 'test/acceptance'))
  .addOption(jsonOption('print one JSON object'))
  .action(runBehaviours);

interface BehavioursCommandOptions {
  readonly only?: readonly string[];
  readonly tests: string;
  readonly json: boolean;
}

/** That something is missing or fails is said by the exit code alone, because the count is the last line. */
async function runBehaviours({ only, tests, json }: BehavioursCommandOptions): Promise<void> {
  const folder = resolve(tests);
  refuseWithoutSources(folder);
  const all = readBehaviours(join(root, ids));
  for (const term of only ?? []) refuseUnknown(term, all);
  const files = testFiles(folder);
  say(styled(process.stderr, 'dim', `${files.length} files of tests …`));
  const progress = startProgress('tests');
  const grep = only === undefined ? null : titlesWith(only);
  const run = await runTests({ root, files, grep, onProgress: progress.update }).finally(progress.stop);
  const report = reportOf(run, all, only ?? null);
  if (json) printJson(report);
  else tell(report);
  if (report.passed < report.total || report.failures.length > 0) process.exitCode = exitCodes.failed;
}

const ids = 'test/behaviours/ids.json';

/** An installation may have been made without the tests, or without what runs them. */
function refuseWithoutSources(folder: string): void {
  const needed = [ids, '.mocharc.json', 'node_modules/mocha', 'node_modules/tsx'].map((name) =>
    join(root, name),
  );
  const missing = [folder, ...needed].filter((path) => !existsSync(path));
  if (missing.length > 0)
    throw new CommandError(
      `the acceptance tests are not here, missing: ${missing.join(', ')}; run this in a checkout of the sources, after npm ci`,
    );
}

function refuseUnknown(term: string, all: readonly Behaviour[]): void {
  if (all.some(({ id }) => isMeantBy(term, id))) return;
  throw new CommandError(
    `--only ${term}: there is no such behaviour; give SO, SW, D3, PP or ids like D3-15`,
    exitCodes.usage,
  );
}

function testFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join(folder, name));
}

const titlesWith = (terms: readonly string[]): RegExp =>
  new RegExp(terms.map((term) => (term.includes('-') ? `\\b${term}(?!\\d)` : `\\b${term}-\\d`)).join('|'));

function tell({ behaviours, failures, passed, total }: Report): void {
  const table = new Table({
    head: ['id', 'behaviour', 'result', 'tests'],
    style: { head: [], border: [] },
    // A hundred rows fit on two screens only without lines between them.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: ['left', 'left', 'left', 'right'],
  });
  for (const { id, mark, behaviour, result, tests } of behaviours)
    table.push([mark === 'none' ? id : `${id} (${mark})`, behaviour, coloured(result), tests]);
  print(table.toString());
  for (const { fullTitle, file, message } of failures) {
    print(
      `\n${styled(process.stdout, 'red', fullTitle)}${file === '' ? '' : `  ${relative(process.cwd(), file)}`}`,
    );
    print(message.trim().replace(/^/gm, '  '));
  }
  if (failures.length > 0) print('');
  print(`behaviours: ${passed} of ${total} pass`);
}

function coloured(result: Result): string {
  switch (result) {
    case 'pass':
      return styled(process.stdout, 'green', result);
    case 'fail':
      return styled(process.stdout, 'red', result);
    case 'missing':
      return styled(process.stdout, 'yellow', result);
  }
}
