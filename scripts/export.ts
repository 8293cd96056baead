import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { parseCheckpoint } from '../src/proof/checkpoint.js';
import type { ExportScope } from '../src/proof/export/export-file.js';
import type { ExportFormat } from '../src/proof/export/export-format.js';
import { type ExportedLog, exportLog } from '../src/proof/export/export-log.js';
import { exportFormats } from '../src/proof/export/formats.js';
import { CommandError } from './cli/command-error.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { openSignedLog, type SignedLog } from './cli/signed-log.js';
import { printJson, say } from './cli/terminal.js';
import { textOf } from './cli/trusted-files.js';

const formatNames = exportFormats.map(({ name }) => name);

export const exportCommand = musterCommand(
  'export',
  'Write events into a file that proves itself: npm run verify -- FILE needs no server and no data folder.\n' +
    'Without a choice it is the whole log. A server may go on meanwhile.',
  [
    'npm run export -- --out log.jsonl',
    'npm run export -- --format csv --account 35305834-baa3-5d4e-b2d6-e0efe3818dc6 --out account.csv',
    'npm run export -- --after 1000 --until 2000 --out range.jsonl',
    'npm run export -- --evidence --account ID --user ID --out left.jsonl',
  ],
)
  .requiredOption('--out <file>', 'the file to write')
  .addOption(new Option('--format <name>', 'how events stand in it').choices(formatNames).default('jsonl'))
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
  .addOption(jsonOption())
  .action(runExport);

interface ExportOptions {
  readonly data: string;
  readonly out: string;
  readonly format: ExportFormat['name'];
  readonly account?: string;
  readonly after?: number;
  readonly until?: number;
  readonly evidence: boolean;
  readonly user?: string;
  readonly checkpoint?: string;
  readonly json: boolean;
}

async function runExport(options: ExportOptions): Promise<void> {
  const scope = scopeOf(options);
  const format = exportFormats.find(({ name }) => name === options.format);
  if (format === undefined) throw new Error(`there is no format ${options.format}`);
  const since = options.checkpoint === undefined ? null : sizeIn(options.checkpoint);
  const log = await openSignedLog(options.data);
  try {
    const exported = await writeFile(log, { ...options, scope, exportFormat: format, since });
    if (options.json) printJson({ ...exported, scope, format: format.name, out: options.out });
    else say(`${exported.events} events of ${exported.size} written to ${options.out}`);
  } finally {
    await log.close();
  }
}

interface Chosen {
  readonly out: string;
  readonly scope: ExportScope;
  readonly exportFormat: ExportFormat;
  readonly since: number | null;
}

/** Under another name until it is whole: a file of that name is an export, or none is there. */
async function writeFile(
  { store, signer }: SignedLog,
  { out, scope, exportFormat, since }: Chosen,
): Promise<ExportedLog> {
  const unfinished = `${out}.unfinished`;
  const file = openForWriting(unfinished);
  const progress = startProgress('exporting');
  let isDone = false;
  try {
    const exported = await exportLog({
      store,
      signer,
      scope,
      format: exportFormat,
      since,
      now: new Date().toISOString(),
      write: (text) => writeWhole(file, text),
      onProgress: (position, head) => progress.update(position, head),
    });
    isDone = true;
    return exported;
  } finally {
    progress.stop();
    closeSync(file);
    if (isDone) renameSync(unfinished, out);
    else rmSync(unfinished, { force: true });
  }
}

/** Events are for the eyes of those who may see them: nobody else on this machine. */
function openForWriting(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw new CommandError(
      `--out cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function scopeOf({ account, user, after, until, evidence }: ExportOptions): ExportScope {
  const isRange = after !== undefined || until !== undefined;
  if (evidence) {
    if (account === undefined || user === undefined || isRange)
      throw usage('--evidence needs --account and --user, and goes with no range');
    return { kind: 'EVIDENCE', accountId: account, userId: user };
  }
  if (user !== undefined) throw usage('--user goes with --evidence only');
  if (account !== undefined && isRange) throw usage('choose --account or a range, not both');
  if (account !== undefined) return { kind: 'ACCOUNT', accountId: account };
  return isRange ? { kind: 'RANGE', after: after ?? 0, until: until ?? null } : { kind: 'ALL' };
}

const usage = (message: string): CommandError => new CommandError(message, exitCodes.usage);

function sizeIn(path: string): number {
  const signed = parseCheckpoint(textOf(path, '--checkpoint'));
  if (signed !== null) return signed.checkpoint.size;
  throw new CommandError(
    `${path} is no checkpoint: npm run checkpoint -- --out FILE makes one`,
    exitCodes.usage,
  );
}

function positionFrom(text: string): number {
  const position = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  throw new InvalidArgumentError('Give a position of the log: a whole number from 0.');
}
