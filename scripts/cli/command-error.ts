import { exitCodes } from './exit-codes.js';

/** Ends a command with a message for people and an exit code; no stack trace. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  constructor(
    message: string,
    readonly exitCode: number = exitCodes.failed,
  ) {
    super(message);
  }
}

/** Errors that are news to the user, not faults of Muster, by name: how to end with them. */
const expectedErrors: Readonly<Record<string, number>> = {
  ImportRefused: exitCodes.failed,
  NothingToExport: exitCodes.failed,
  BodyNotOneLine: exitCodes.failed,
  FileUnreadable: exitCodes.failed,
  MetricsPortUnusable: exitCodes.failed,
  FolderNotMade: exitCodes.failed,
  BackupUnusable: exitCodes.failed,
  LedgerUnusable: exitCodes.failed,
  LogsDiffer: exitCodes.failed,
  LogDamaged: exitCodes.failed,
  TargetTaken: exitCodes.failed,
  ConfigError: exitCodes.configuration,
  DataFolderError: exitCodes.dataFolder,
  DatabaseFileError: exitCodes.dataFolder,
  EventStoreDbError: exitCodes.dataFolder,
  StoreUnavailable: exitCodes.dataFolder,
  KeyVaultUnavailable: exitCodes.dataFolder,
  KeyVaultsDiffer: exitCodes.failed,
  UnknownEventType: exitCodes.dataFolder,
  UnknownEventVersion: exitCodes.dataFolder,
};

/** What to say and which code to end with, whatever was thrown. */
export function endingFor(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (error instanceof CommandError) return error;
  if (!(error instanceof Error)) return { message: String(error), exitCode: exitCodes.failed };
  const expected = expectedErrors[error.name];
  if (expected !== undefined) return { message: error.message, exitCode: expected };
  if ('code' in error && error.code === 'EADDRINUSE')
    return {
      message: `${error.message}: another program listens there; choose another with --port N (0 = any free port)`,
      exitCode: exitCodes.failed,
    };
  return { message: error.stack ?? error.message, exitCode: exitCodes.failed };
}
