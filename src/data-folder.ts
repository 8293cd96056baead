import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import {
  DatabaseFileError,
  type DatabaseFileErrorCode,
  fileErrorFrom,
} from './database/database-file-error.js';
import { createPrivateFile, probeFormat } from './database/sqlite-file.js';
import { LOG_FORMAT } from './event-store/sqlite/log-format.js';
import { VAULT_FORMAT } from './key-vault/vault-format.js';
import { type LogMark, readLogMark } from './log-mark.js';
import { FolderNotMade, makePrivateFolder } from './make-private-folder.js';
import type { LogLocation } from './open-event-store.js';

/** Where everything of one installation is kept on this machine. */
export interface DataFolder {
  readonly path: string;
  /** The event log: the truth. */
  readonly log: LogLocation;
  /** Its file, where it is one. */
  readonly logPath: string;
  /** The keys of personal data; to be backed up apart from the log. */
  readonly vaultPath: string;
  /** Disposable. */
  readonly snapshotsPath: string;
  /** Folder of the read models; disposable. */
  readonly readPath: string;
  /** Mails, where there is no mail server. */
  readonly mailsPath: string;
  /** Whose keys must not come back from a backup; kept elsewhere when configured so. */
  readonly ledgerPath: string;
  /** How far the ledger has been filled from a log that nodes share; disposable. */
  readonly ledgerReadPath: string;
  /** There while a restored folder waits for the erasure ledger to be applied to it. */
  readonly restoredPath: string;
  /** Readings by the command line, until they are recorded in the log. */
  readonly readingsPath: string;
  /** The name of this node, made once. */
  readonly nodePath: string;
  /** There while the log in here is not to be used as it is. */
  readonly logMarkPath: string;
  /** Gives the writer lock back. */
  close(): void;
}

export type DataFolderErrorCode =
  | 'LOCKED'
  | 'READ_ONLY'
  | 'NEWER_VERSION'
  | 'NOT_A_FOLDER'
  | 'CORRUPT'
  | 'NO_SPACE'
  /** A cluster is configured for the log, and there is one here. */
  | 'TWO_LOGS'
  /** The log was carried to a cluster. */
  | 'LOG_MOVED'
  /** A log is being carried here, and not all of it is here yet. */
  | 'LOG_UNFINISHED'
  /** A vault is configured elsewhere, and there is one here. */
  | 'TWO_VAULTS'
  /** The erasure ledger is missing, damaged, or another log's. */
  | 'NO_LEDGER';

/** The data folder cannot be used as it is; the message says what to do about it. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  constructor(
    readonly code: DataFolderErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface OpenDataFolderOptions {
  readonly path: string;
  /** `write` makes the folder when needed and takes the one writer lock; `read` takes none, beside any writer. */
  readonly mode: 'write' | 'read';
  /** The cluster that has the log. Default: none, the log is a file in here. */
  readonly eventStoreUrl?: string | null;
  /**
   * Open it although its log was carried away, to read what was left (`MOVED`); or also where not all of it is here, for
   * whoever carries logs (`ANY`). Default: `NONE`.
   */
  readonly allowsMark?: 'NONE' | 'MOVED' | 'ANY';
}

/**
 * Nothing is written before files of a newer version have been refused.
 * @throws DataFolderError
 */
export function openDataFolder({
  path,
  mode,
  eventStoreUrl = null,
  allowsMark = 'NONE',
}: OpenDataFolderOptions): DataFolder {
  const folder = resolve(path);
  const logPath = join(folder, 'log.sqlite');
  const paths = {
    path: folder,
    log: locationOf(logPath, eventStoreUrl),
    logPath,
    vaultPath: join(folder, 'vault.sqlite'),
    snapshotsPath: join(folder, 'snapshots.sqlite'),
    readPath: join(folder, 'read'),
    mailsPath: join(folder, 'mails'),
    ledgerPath: join(folder, 'erasures.jsonl'),
    ledgerReadPath: join(folder, 'erasures-read.json'),
    restoredPath: join(folder, 'restored.json'),
    readingsPath: join(folder, 'readings'),
    nodePath: join(folder, 'node-id'),
    logMarkPath: join(folder, 'log-mark.json'),
  };
  try {
    const mark = readLogMark(paths.logMarkPath);
    if (mark !== null && allowsMark !== 'ANY')
      refuseMarked(mark, { folder, eventStoreUrl, allowsMoved: allowsMark === 'MOVED' });
    if (eventStoreUrl !== null && existsSync(logPath) && mark === null) throw twoLogs(folder);
    if (mode === 'write') makeFolder(folder);
    else if (!existsSync(folder))
      throw notAFolder(folder, 'does not exist: check --data, or make it with npm run init');
    if (existsSync(paths.logPath)) probeFormat(paths.logPath, LOG_FORMAT);
    if (existsSync(paths.vaultPath)) probeFormat(paths.vaultPath, VAULT_FORMAT);
    if (mode === 'read') return { ...paths, close: () => undefined };
    const release = takeWriterLock(folder);
    makeFolder(paths.readPath);
    return { ...paths, close: release };
  } catch (error) {
    throw dataFolderErrorFrom(error, folder);
  }
}

const locationOf = (path: string, url: string | null): LogLocation =>
  url === null ? { kind: 'FILE', path } : { kind: 'CLUSTER', url };

function makeFolder(folder: string): void {
  try {
    makePrivateFolder(folder);
  } catch (error) {
    if (error instanceof FolderNotMade)
      throw new DataFolderError('NOT_A_FOLDER', `the data folder ${error.message}`, { cause: error });
    if (error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOTDIR'))
      throw notAFolder(folder, 'is not a folder, or lies below a file: choose another path');
    throw error;
  }
}

/** The kernel frees it when the process ends, however it ends: no stale lock is ever left behind. */
function takeWriterLock(folder: string): () => void {
  const path = join(folder, 'lock.sqlite');
  createPrivateFile(path, { what: 'writer lock' });
  const lock = new Database(path, { fileMustExist: true, timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    // Open for as long as the folder is; nothing is ever written in it.
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock.close();
  } catch (error) {
    lock.close();
    throw error;
  }
}

const twoLogs = (folder: string): DataFolderError =>
  new DataFolderError(
    'TWO_LOGS',
    `EVENT_STORE_URL is set, but ${folder} holds a log of its own: choose another folder with --data, or unset it; npm run migrate-log -- --to carries it there`,
  );

/** A log that has moved must not go on in two places, nor be taken for the one that goes on. */
function refuseMarked(
  mark: LogMark,
  {
    folder,
    eventStoreUrl,
    allowsMoved,
  }: { folder: string; eventStoreUrl: string | null; allowsMoved: boolean },
): void {
  if (mark.state === 'FILLING')
    throw new DataFolderError(
      'LOG_UNFINISHED',
      `the log ${mark.logId} is being carried from ${mark.from} to ${folder}, and not all of it is here: stop every ` +
        'Muster there, and run npm run migrate-log -- --from … again, to its end',
    );
  if (eventStoreUrl === null && !allowsMoved)
    throw new DataFolderError(
      'LOG_MOVED',
      `the log of ${folder} was carried to ${mark.to}, with ${mark.events} events: set EVENT_STORE_URL to use it ` +
        'there. To use the one in here again, bring what was written since back with npm run migrate-log -- --from …, or ' +
        'give that up with npm run migrate-log -- --reopen',
    );
}

function notAFolder(folder: string, message: string): DataFolderError {
  return new DataFolderError('NOT_A_FOLDER', `the data folder ${folder} ${message}`);
}

const FOLDER_CODES: Readonly<Record<DatabaseFileErrorCode, DataFolderErrorCode>> = {
  // The file is there, so what is missing is the right to open it.
  MISSING: 'READ_ONLY',
  NEWER_VERSION: 'NEWER_VERSION',
  CORRUPT: 'CORRUPT',
  READ_ONLY: 'READ_ONLY',
  NO_SPACE: 'NO_SPACE',
  BUSY: 'LOCKED',
};

function dataFolderErrorFrom(error: unknown, folder: string): unknown {
  if (error instanceof DataFolderError) return error;
  const known = fileErrorFrom(error, { path: folder, what: 'data folder' });
  if (!(known instanceof DatabaseFileError)) return known;
  const message =
    known.code === 'BUSY'
      ? `another process is writing to the data folder ${folder}: stop it first, or choose another folder`
      : known.message;
  return new DataFolderError(FOLDER_CODES[known.code], message, { cause: error });
}
