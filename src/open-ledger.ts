import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { LedgerEntry } from './application/erasure/erasure-ledger.js';
import { type ReapplyParts, reapplyLedger } from './application/erasure/reapply-ledger.js';
import { type DataFolder, DataFolderError } from './data-folder.js';
import {
  FileErasureLedger,
  type LedgerContent,
  LedgerUnusable,
} from './erasure-ledger/file-erasure-ledger.js';
import type { EventStore } from './event-store/event-store.js';

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
 * restored: there the log may end before the erasures.
 * @throws DataFolderError
 */
export async function openLedger(options: LedgerOptions): Promise<FileErasureLedger> {
  const { folder, store, path } = options;
  const mark = restoredMarkOf(folder);
  if (mark !== null && !existsSync(path)) throw withoutLedger(path);
  const ledger = existsSync(path)
    ? openExisting(path, store.logId)
    : createNew(path, { logId: store.logId, entries: await erasuresKnown(store) });
  if (mark !== null && ledger.entries().length < mark.ledgerEntries) throw withoutLedger(path);
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
    `${folder.path} was restored, and the erasure ledger is still to be applied to it: run npm run serve first`,
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

/** A new node of many does not read the whole log for it: its read model tells it of every erasure, before long. */
const erasuresKnown = async (store: EventStore): Promise<readonly LedgerEntry[]> =>
  store.isExclusive ? erasuresIn(store) : [];

/** Reads the whole log, once in the life of an installation. */
async function erasuresIn(store: EventStore): Promise<readonly LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  for (let position = 0; ; ) {
    const page = await store.readAll({ afterPosition: position, maxCount: PAGE });
    for (const event of page.filter(({ type }) => type === 'ErasureRequested')) {
      const { recordedAt } = JSON.parse(event.body) as { readonly recordedAt: string };
      const userId = event.stream.slice('user-'.length);
      entries.push({ userId, requestEventId: event.id, requestedAt: recordedAt });
    }
    position = page.at(-1)?.position ?? position;
    if (page.length < PAGE) return entries;
  }
}
