import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import Table from 'cli-table3';
import { InvalidArgumentError, Option } from 'commander';
import { type BenchResult, type Figure, isMet } from './bench/bench-result.js';
import { figures } from './bench/figures.js';
import { CommandError } from './cli/command-error.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { print, printJson, say, styled } from './cli/terminal.js';

export const benchCommand = musterCommand(
  'bench',
  'Measure Muster against floors measured in the same run; needs no data folder, and about six minutes.',
  ['npm run bench', 'npm run bench -- --only append', 'npm run -s bench -- --json'],
)
  .option('--only <name>', `one figure: ${figures.map(({ name }) => name).join(', ')}`, figureNamed)
  .addOption(jsonOption('print one JSON object a line'))
  .addOption(new Option('--in-this-process').hideHelp().default(false))
  .action(runBench);

interface BenchCommandOptions {
  readonly only?: Figure;
  readonly json: boolean;
  readonly inThisProcess: boolean;
}

async function runBench({ only, json, inThisProcess }: BenchCommandOptions): Promise<void> {
  const wanted = only === undefined ? figures : [only];
  if (inThisProcess) {
    for (const figure of wanted) printJson(await figure.run());
    return;
  }
  const measured: (readonly [Figure, BenchResult])[] = [];
  const failed: string[] = [];
  for (const [index, figure] of wanted.entries()) {
    say(styled(process.stderr, 'dim', `[${index + 1}/${wanted.length}] ${figure.name} …`));
    const start = performance.now();
    const result = await measure(figure);
    if (result === null) failed.push(figure.name);
    else measured.push([figure, result]);
    if (json && result !== null) printJson(inDigits({ ...result, met: isMet(figure, result) }));
    say(styled(process.stderr, 'dim', `      ${((performance.now() - start) / 1000).toFixed(0)} s`));
  }
  if (!json) show(measured);
  if (failed.length > 0) throw new CommandError(`not measured: ${failed.join(', ')}; see above`);
}

/** In a process of its own: no figure inherits another's heap, compiled code or open files. */
async function measure({ name }: Figure): Promise<BenchResult | null> {
  const script = process.argv[1] ?? '';
  const args = [...process.execArgv, script, 'bench', '--in-this-process', '--only', name];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  const output = await text(child.stdout);
  const last = output.trim().split('\n').at(-1) ?? '';
  return (await closed) === 0 && last.startsWith('{') ? (JSON.parse(last) as BenchResult) : null;
}

function show(measured: readonly (readonly [Figure, BenchResult])[]): void {
  const table = new Table({
    head: ['figure', 'value', 'floor', 'unit', 'ratio', 'target', 'met'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'left', 'right', 'right', 'left'],
  });
  for (const [figure, result] of measured)
    table.push([
      figure.name,
      digits(result.value),
      digits(result.floor),
      result.unit,
      digits(result.ratio),
      `${figure.wanted === 'AT_LEAST' ? '≥' : '≤'} ${result.target}`,
      isMet(figure, result) ? styled(process.stdout, 'green', 'yes') : styled(process.stdout, 'red', 'NO'),
    ]);
  print(table.toString());
  for (const [{ name }, { note }] of measured) print(`\n${styled(process.stdout, 'bold', name)}: ${note}`);
}

const digits = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

const inDigits = (result: BenchResult & { readonly met: boolean }) => ({
  ...result,
  ratio: Number(result.ratio.toPrecision(4)),
  value: Number(result.value.toPrecision(6)),
  floor: Number(result.floor.toPrecision(6)),
});

function figureNamed(name: string): Figure {
  const figure = figures.find((known) => known.name === name);
  if (figure !== undefined) return figure;
  throw new InvalidArgumentError(
    `There is no such figure; choose one of ${figures.map((known) => known.name).join(', ')}.`,
  );
}
