import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { LedgerEntry } from './application/erasure/erasure-ledger.js';
import { type ReapplyParts, reapplyLedger } from './application/erasure/reapply-ledger.js';
import { type DataFolder, DataFolderError } from './data-folder.js';
import {
  FileErasureLedger,
  type LedgerContent,
  LedgerUnusable,
} from './erasure-ledger/file-erasure-ledger.js';
import type { EventStore, RecordedEvent } from './event-store/event-store.js';

/** What `muster restore` leaves in the folder: what the ledger held then must be applied before anything else. */
export interface RestoredMark {
  readonly ledgerEntries: number;
}

export interface LedgerOptions extends Omit<ReapplyParts, 'ledger'> {
  readonly store: EventStore;
  readonly folder: DataFolder;
  readonly path: string;
}

/**
 * The ledger, applied to log and vault. One that is missing is made again from the log, but not where the folder was
 * restored: there the log may end before the erasures. Where nodes share the log it first takes up what others have erased
 * since, for the vault that they share may have been brought back to before it.
 * @throws DataFolderError
 */
export async function openLedger(options: LedgerOptions): Promise<FileErasureLedger> {
  const { folder, store, path } = options;
  const mark = restoredMarkOf(folder);
  if (mark !== null && !existsSync(path)) throw withoutLedger(path);
  const ledger = existsSync(path)
    ? openExisting(path, store.logId)
    : createNew(path, { logId: store.logId, entries: store.isExclusive ? await allErasures(store) : [] });
  if (mark !== null && ledger.entries().length < mark.ledgerEntries) throw withoutLedger(path);
  if (!store.isExclusive) await takeUpErasuresOfOthers(ledger, options);
  await reapplyLedger({ ...options, ledger }, { isRestored: mark !== null });
  rmSync(folder.restoredPath, { force: true });
  return ledger;
}

/** Null: the folder was not restored, or the ledger has been applied since. */
export const restoredMarkOf = ({ restoredPath }: Pick<DataFolder, 'restoredPath'>): RestoredMark | null =>
  existsSync(restoredPath) ? (JSON.parse(readFileSync(restoredPath, 'utf8')) as RestoredMark) : null;

/**
 * For whoever only reads: names must not be read from a folder that people may have come back in.
 * @throws DataFolderError
 */
export function refuseWaitingForLedger(folder: Pick<DataFolder, 'path' | 'restoredPath'>): void {
  if (restoredMarkOf(folder) === null) return;
  throw new DataFolderError(
    'NO_LEDGER',
    `${folder.path} was restored, and the erasure ledger is still to be applied to it: run npm run serve first, ` +
      'with MUSTER_KEY_VAULT_URL unset',
  );
}

function openExisting(path: string, logId: string): FileErasureLedger {
  try {
    return FileErasureLedger.open(path, logId);
  } catch (error) {
    if (error instanceof LedgerUnusable) throw new DataFolderError('NO_LEDGER', error.message);
    throw error;
  }
}

function createNew(path: string, content: LedgerContent): FileErasureLedger {
  try {
    return FileErasureLedger.create(path, content);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : String(error);
    throw new DataFolderError(
      'NO_LEDGER',
      `the erasure ledger ${path} cannot be made (${why}): make its folder, or name another with MUSTER_ERASURE_LEDGER`,
      { cause: error },
    );
  }
}

const withoutLedger = (path: string): DataFolderError =>
  new DataFolderError(
    'NO_LEDGER',
    `this folder was restored from a backup, and the erasure ledger ${path} is missing or shorter than it was then: ` +
      'put it back, or name it with MUSTER_ERASURE_LEDGER; without it people who were erased would come back',
  );

const PAGE = 2_000;

/** Reads the whole log, once in the life of an installation. */
async function allErasures(store: EventStore): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for await (const page of pagesAfter(store, 0)) entries.push(...erasuresIn(page));
  return entries;
}

/** How far the log has been read for a ledger of so many entries; a shorter one is not the one that was filled. */
interface LedgerRead {
  readonly position: number;
  readonly ledgerEntries: number;
}

/** Reads the whole log once in the life of a node, later what has come since. */
async function takeUpErasuresOfOthers(
  ledger: FileErasureLedger,
  { folder: { ledgerReadPath }, store }: LedgerOptions,
): Promise<void> {
  const read = existsSync(ledgerReadPath)
    ? (JSON.parse(readFileSync(ledgerReadPath, 'utf8')) as LedgerRead)
    : null;
  let position = read !== null && ledger.entries().length >= read.ledgerEntries ? read.position : 0;
  for await (const page of pagesAfter(store, position)) {
    for (const entry of erasuresIn(page)) await ledger.record(entry);
    position = page.at(-1)?.position ?? position;
  }
  const now: LedgerRead = { position, ledgerEntries: ledger.entries().length };
  // Whole or not at all.
  writeFileSync(`${ledgerReadPath}.new`, JSON.stringify(now), { mode: 0o600 });
  renameSync(`${ledgerReadPath}.new`, ledgerReadPath);
}

async function* pagesAfter(store: EventStore, position: number): AsyncGenerator<readonly RecordedEvent[]> {
  for (let afterPosition = position; ; ) {
    const page = await store.readAll({ afterPosition, maxCount: PAGE });
    yield page;
    if (page.length < PAGE) return;
    afterPosition = page.at(-1)?.position ?? afterPosition;
  }
}

const erasuresIn = (page: readonly RecordedEvent[]): readonly LedgerEntry[] =>
  page
    .filter(({ type }) => type === 'ErasureRequested')
    .map(({ id, stream, body }) => {
      const { recordedAt } = JSON.parse(body) as { readonly recordedAt: string };
      return { userId: stream.slice('user-'.length), requestEventId: id, requestedAt: recordedAt };
    });
