import { closeSync, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { parseCheckpoint } from '../../src/proof/checkpoint.js';
import type { ExportScope } from '../../src/proof/export/export-file.js';
import type { ExportFormat } from '../../src/proof/export/export-format.js';
import { type ExportedLog, exportLog } from '../../src/proof/export/export-log.js';
import { exportFormats } from '../../src/proof/export/formats.js';
import { writeWhole } from '../../src/write-whole.js';
import { CommandError } from '../cli/command-error.js';
import { exitCodes } from '../cli/exit-codes.js';
import { startProgress } from '../cli/progress.js';
import { isAccount, isPerson, recordReading } from '../cli/record-reading.js';
import { openSignedLog, type SignedLog } from '../cli/signed-log.js';
import { printJson, say } from '../cli/terminal.js';
import { textOf } from '../cli/trusted-files.js';

export interface EventExport {
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

/** With a trailer that proves it. */
export async function exportEvents(options: EventExport): Promise<void> {
  const scope = scopeOf(options);
  const format = exportFormats.find(({ name }) => name === options.format);
  if (format === undefined) throw new Error(`there is no format ${options.format}`);
  const since = options.checkpoint === undefined ? null : sizeIn(options.checkpoint);
  refuseExisting(options.out);
  const log = await openSignedLog(options.data);
  try {
    await refuseBeyondHead(log, scope);
    await recordExport(log, scope);
    const exported = await writeFile(log, { ...options, scope, exportFormat: format, since });
    if (options.json) printJson({ ...exported, scope, format: format.name, out: options.out });
    else say(`${exported.events} events of ${exported.size} written to ${options.out}`);
  } finally {
    await log.close();
  }
}

/** An export may be what somebody else is to verify: it is never overwritten. */
export function refuseExisting(out: string): void {
  if (existsSync(out)) throw new CommandError(`${out} exists already: name a new file, or delete it`);
}

/** What has not happened yet is not in a file that says so. */
async function refuseBeyondHead({ store }: SignedLog, scope: ExportScope): Promise<void> {
  if (scope.kind !== 'RANGE') return;
  const head = await store.head();
  const bounds = { '--after': scope.after, '--until': scope.until ?? 0 };
  for (const [option, position] of Object.entries(bounds))
    if (position > head)
      throw usage(`${option} ${position} is beyond the end of the log, which is at position ${head}`);
}

async function recordExport({ store, readingsPath }: SignedLog, scope: ExportScope): Promise<void> {
  const kind = 'EXPORT';
  if (scope.kind === 'ALL' || scope.kind === 'RANGE') {
    const { kind: _, ...filter } = scope;
    return recordReading(readingsPath, { kind, accountIds: null, filter });
  }
  const { accountId } = scope;
  if (!(await isAccount(store, accountId))) return;
  const isOfPerson = scope.kind === 'EVIDENCE' && (await isPerson(store, scope.userId));
  const filter = isOfPerson ? { subjectIds: [scope.userId] } : {};
  recordReading(readingsPath, { kind, accountIds: [accountId], filter });
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

function scopeOf({ account, user, after, until, evidence }: EventExport): ExportScope {
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
