import { Command, InvalidArgumentError, Option } from 'commander';

/** A subcommand with what all of them share: `--data`, an example, and refusal of what is not known. */
export function musterCommand(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .addOption(dataOption())
    .allowExcessArguments(false)
    .helpOption('--help', 'show this help')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ ${example}`).join('\n')}\n`);
}

const dataOption = (): Option => new Option('--data <dir>', 'the data folder').default('./data');

export const jsonOption = (what = 'print the result as JSON, one object a line'): Option =>
  new Option('--json', what).default(false);

export function portNumber(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('Give a number from 0 to 65535; 0 = any free port.');
}

export function positiveCount(text: string): number {
  const count = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= 1) return count;
  throw new InvalidArgumentError('Give a whole number from 1.');
}
