import { InvalidArgumentError, Option } from 'commander';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { type EventExport, exportEvents } from './export/events.js';
import { exportTable } from './export/table.js';

export const exportCommand = musterCommand(
  'export',
  'Write events into a file that proves itself: npm run verify -- FILE needs no server and no data folder. Without a ' +
    'choice it is the whole log. Or, with --table, a table or view of the read model. A server may go on meanwhile.',
  [
    'npm run export -- --out log.jsonl',
    'npm run export -- --format csv --account 35305834-baa3-5d4e-b2d6-e0efe3818dc6 --out account.csv',
    'npm run export -- --after 1000 --until 2000 --out range.jsonl',
    'npm run export -- --evidence --account ID --user ID --out left.jsonl',
    'npm run -s export -- --table head_count_by_day --format csv > head-count.csv',
    'npm run export -- --table members_now --names --out members.jsonl',
  ],
)
  .option('--out <file>', 'the file to write; tables go to stdout without it')
  .addOption(
    new Option('--format <name>', 'how events or rows stand in it; cloudevents is for events only')
      .choices(['jsonl', 'csv', 'cloudevents'])
      .default('jsonl'),
  )
  .option('--account <id>', "only the account's own stream, proven to be whole")
  .option('--after <position>', 'only events after this position', positionFrom)
  .option('--until <position>', 'only events up to this position', positionFrom)
  .option(
    '--evidence',
    'what concerns one person in one account, summed up: needs --account and --user',
    false,
  )
  .option('--user <id>', 'the person, for --evidence')
  .option('--checkpoint <file>', 'also prove that the log begins with the one of this earlier checkpoint')
  .option('--table <name>', 'a table or view of the read model; an unknown one lists them')
  .option('--names', 'with --table: name and address beside every user_id: personal data in clear', false)
  .addOption(jsonOption('print what was exported as JSON'))
  .action(runExport);

interface ExportOptions extends Omit<EventExport, 'out'> {
  readonly out?: string;
  readonly table?: string;
  readonly names: boolean;
}

async function runExport(options: ExportOptions): Promise<void> {
  const { table, out, format, names } = options;
  if (table === undefined) {
    if (names) throw usage('--names goes with --table only: events hold no names');
    if (out === undefined) throw usage('name the file to write: --out FILE');
    return exportEvents({ ...options, out });
  }
  const { account, user, after, until, evidence, checkpoint } = options;
  if (evidence || [account, user, after, until, checkpoint].some((choice) => choice !== undefined))
    throw usage('--table goes with --format, --out and --names only');
  if (format === 'cloudevents') throw usage('rows of a table are no events: choose --format csv or jsonl');
  return exportTable({ ...options, table, format });
}

const usage = (message: string): CommandError => new CommandError(message, exitCodes.usage);

function positionFrom(text: string): number {
  const position = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  throw new InvalidArgumentError('Give a position of the log: a whole number from 0.');
}
