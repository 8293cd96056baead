import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import type { DataFolder } from '../src/data-folder.js';
import { type ChainReport, verifyStreams } from '../src/event-store/chain.js';
import { readLogMark } from '../src/log-mark.js';
import { openEventStoreReader } from '../src/open-event-store.js';
import { type Checkpoint, openCheckpoint } from '../src/proof/checkpoint.js';
import { type ExportVerdict, problemSentences } from '../src/proof/export/verdict.js';
import { verifyExport } from '../src/proof/export/verify-export.js';
import { LogTree } from '../src/proof/log-tree.js';
import { rootOf } from '../src/proof/tree-proofs.js';
import { CommandError } from './cli/command-error.js';
import { readOnlyFolder } from './cli/environment.js';
import { exitCodes } from './cli/exit-codes.js';
import { jsonOption, musterCommand } from './cli/muster-command.js';
import { startProgress } from './cli/progress.js';
import { print, printJson, say } from './cli/terminal.js';
import { textOf, verifierIn, verifierOf } from './cli/trusted-files.js';

export const verifyCommand = musterCommand(
  'verify',
  'Verify an export offline, or without FILE read the whole log and check the hash chain of every stream; names the ' +
    'first event that does not fit. A server may go on meanwhile.',
  [
    'npm run verify',
    'npm run verify -- --checkpoint 2026-01.note',
    'npm run verify -- log.jsonl --key muster.key --checkpoint 2026-01.note',
    'npm run -s verify -- --json',
  ],
)
  .argument('[file]', 'an export; without it the log of the data folder is verified')
  .option('--key <file>', 'the public key, from elsewhere than the file; for the log: that of its vault')
  .option('--checkpoint <file>', 'a signed checkpoint that was kept: what it covers must still be there')
  .addOption(jsonOption())
  .action(runVerify);

interface VerifyOptions {
  readonly data: string;
  readonly key?: string;
  readonly checkpoint?: string;
  readonly json: boolean;
}

async function runVerify(file: string | undefined, options: VerifyOptions, command: Given): Promise<void> {
  if (file !== undefined) return verifyFile(file, options, command);
  const { data, key, checkpoint, json } = options;
  const folder = readOnlyFolder(data, { allowsMark: 'MOVED' });
  warnWhereMoved(folder);
  try {
    // First of all: reading the log may take minutes.
    const kept = checkpoint === undefined ? null : await keptCheckpoint(checkpoint, { data, key });
    const report = await verifyLog(folder);
    if (json) printJson(report);
    refuseBroken(report);
    if (!json) print(`intact: ${report.events} events, every stream chained without a gap`);
    if (kept !== null) {
      const { size, signedAt } = await compareWithKept(folder, kept);
      if (json) printJson({ checkpoint: { status: 'INCLUDED', size, signedAt } });
      else print(`the first ${size} events are those of the checkpoint signed at ${signedAt}`);
    }
  } finally {
    folder.close();
  }
}

/** What is intact here may be long behind the log. */
function warnWhereMoved({ path, log, logMarkPath }: DataFolder): void {
  const mark = log.kind === 'FILE' ? readLogMark(logMarkPath) : null;
  if (mark?.state !== 'MOVED') return;
  say(
    `this is the log of ${path} as it was carried to ${mark.to}, where it may have gone on since: set EVENT_STORE_URL to verify that`,
  );
}

/** Whether an option was given, or is the default. */
interface Given {
  getOptionValueSource(option: string): string | undefined;
}

const PIECE_BYTES = 4 << 20;

async function verifyFile(file: string, options: VerifyOptions, command: Given): Promise<void> {
  const { key, checkpoint, data, json } = options;
  const isDataGiven = command.getOptionValueSource('data') === 'cli';
  const verifier = key !== undefined ? verifierIn(key) : isDataGiven ? await verifierOf(data) : null;
  const kept = checkpoint === undefined ? null : textOf(checkpoint, '--checkpoint');
  const verdict = verifyExport(piecesOf(file), { verifier, kept });
  if (json) printJson(verdict);
  if (verdict.status === 'BROKEN') throw new CommandError(saidOf(file, verdict.firstBad));
  if (!json) tell(verdict);
  if (verdict.status !== 'PROVEN') process.exitCode = exitCodes.unproven;
}

function saidOf(
  file: string,
  { problem, line, position }: (ExportVerdict & { status: 'BROKEN' })['firstBad'],
): string {
  const places = [
    ...(position === null ? [] : [`position ${position}`]),
    ...(line === null ? [] : [`line ${line}`]),
  ];
  return `${[file, ...places].join(', ')}: ${problemSentences[problem]} (${problem})`;
}

function tell(verdict: Exclude<ExportVerdict, { status: 'BROKEN' }>): void {
  const { status, events, format, scope, logId, proven, notProven, summary } = verdict;
  print(
    `${status === 'PROVEN' ? 'proven' : 'NOT PROVEN'}: ${events} events of log ${logId} (${scope.kind}, ${format})`,
  );
  for (const fact of proven) print(`  proven: ${fact}`);
  for (const fact of notProven) print(`  not proven: ${fact}`);
  if (summary !== null) print(JSON.stringify(summary, null, 2));
}

/** Read again and again into the same memory: the reader keeps nothing of a piece. */
function* piecesOf(path: string): Generator<Buffer> {
  const file = openToRead(path);
  try {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    for (let read = readSync(file, piece); read > 0; read = readSync(file, piece))
      yield piece.subarray(0, read);
  } finally {
    closeSync(file);
  }
}

function openToRead(path: string): number {
  if (!existsSync(path)) throw new CommandError(`there is no file ${path}`);
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw new CommandError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

interface Trusted {
  readonly data: string;
  readonly key: string | undefined;
}

async function keptCheckpoint(path: string, { data, key }: Trusted): Promise<Checkpoint> {
  const verifier = key === undefined ? await verifierOf(data) : verifierIn(key);
  const checkpoint = openCheckpoint(textOf(path, '--checkpoint'), verifier);
  if (checkpoint !== null) return checkpoint;
  throw new CommandError(`${path} is no checkpoint of this log that this key has signed`, exitCodes.failed);
}

/** The events that a checkpoint covers are still the first of the log. */
async function compareWithKept(
  { log }: Pick<DataFolder, 'log'>,
  checkpoint: Checkpoint,
): Promise<Checkpoint> {
  const store = await openEventStoreReader(log);
  const progress = startProgress('comparing');
  try {
    const tree = new LogTree();
    for (let position = 0; tree.size < checkpoint.size; ) {
      const page = await store.readAll({ afterPosition: position, maxCount: 1_000 });
      const last = page.at(-1);
      if (last === undefined)
        throw new CommandError(
          `the log has ${tree.size} events, the checkpoint ${checkpoint.size}: it was cut off after position ${position}; ` +
            'restore the log from a backup. If it was restored from one that is older than the checkpoint, the events in ' +
            'between are lost: compare with a checkpoint from before that backup',
        );
      for (const event of page) if (tree.size < checkpoint.size) tree.add(event);
      position = last.position;
      progress.update(tree.size, checkpoint.size);
    }
    if (rootOf(tree.tree, checkpoint.size).equals(checkpoint.root)) return checkpoint;
    throw new CommandError(
      `the first ${checkpoint.size} events (up to position ${checkpoint.position}) are not those that were signed at ` +
        `${checkpoint.signedAt}; restore the log from a backup`,
    );
  } finally {
    progress.stop();
    await store.close();
  }
}

/** Reads the whole log, with a progress bar. */
export async function verifyLog({ log }: Pick<DataFolder, 'log'>): Promise<ChainReport> {
  const store = await openEventStoreReader(log);
  const progress = startProgress('verifying');
  try {
    const head = await store.head();
    return await verifyStreams(store, {
      onProgress: (_, position) => progress.update(Math.min(position, head), head),
    });
  } finally {
    progress.stop();
    await store.close();
  }
}

/** @throws CommandError naming the first event that does not fit */
export function refuseBroken(report: ChainReport): asserts report is ChainReport & { status: 'INTACT' } {
  if (report.status === 'INTACT') return;
  const { position, stream, revision, problem } = report.firstBad;
  throw new CommandError(
    `position ${position}, stream ${stream}, revision ${revision}: ${problem}; restore the log from a backup`,
  );
}
