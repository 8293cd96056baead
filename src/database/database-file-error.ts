import Database from 'better-sqlite3';

export type DatabaseFileErrorCode =
  | 'MISSING'
  | 'NEWER_VERSION'
  | 'CORRUPT'
  | 'READ_ONLY'
  | 'NO_SPACE'
  | 'BUSY';

/** A database file cannot be used as it is; the message says what to do about it. */
export class DatabaseFileError extends Error {
  override readonly name = 'DatabaseFileError';
  constructor(
    readonly code: DatabaseFileErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What SQLite or the file system said, as a DatabaseFileError where it is one of the known troubles. */
export function fileErrorFrom(error: unknown, { path, what }: { path: string; what: string }): unknown {
  const code = errorCode(error);
  if (error instanceof DatabaseFileError || code === null) return error;
  const refused = (known: DatabaseFileErrorCode, message: string) =>
    new DatabaseFileError(known, `the ${what} ${path} ${message} (${code})`, { cause: error });
  if (/^SQLITE_(NOTADB|CORRUPT)/.test(code))
    return refused('CORRUPT', 'is damaged: restore it from a backup');
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return refused('NO_SPACE', 'cannot grow: free disk space');
  if (/^(SQLITE_READONLY|EACCES|EROFS|EPERM)/.test(code))
    return refused('READ_ONLY', 'cannot be written: give this user the right to write it and its folder');
  if (/^(SQLITE_BUSY|SQLITE_LOCKED)/.test(code)) return refused('BUSY', 'is in use by another process');
  if (/^(SQLITE_CANTOPEN|ENOENT|ENOTDIR)/.test(code))
    return refused(
      'MISSING',
      'cannot be opened: check that it exists and that this user may read it and its folder',
    );
  return error;
}

function errorCode(error: unknown): string | null {
  if (error instanceof Database.SqliteError) return error.code;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
