import Database from 'better-sqlite3';
import type { GroupOutcome } from './append-group.js';

/** What SQLite says when the disk under the log can no longer be relied on, and what a person should do. */
const LATCHING: readonly { readonly code: RegExp; readonly advice: string }[] = [
  { code: /^SQLITE_FULL/, advice: 'the disk or its quota is full: free space, then restart' },
  {
    code: /^SQLITE_READONLY/,
    advice: 'its file or disk has become read-only: make it writable, then restart',
  },
  {
    code: /^SQLITE_IOERR/,
    advice: 'the disk failed: check it and the kernel log, then restart and verify the log',
  },
  {
    code: /^SQLITE_(CORRUPT|NOTADB)/,
    advice: 'its file is damaged: stop, restore it from a backup and verify it',
  },
  { code: /^SQLITE_CANTOPEN/, advice: 'its files cannot be opened: check folder and rights, then restart' },
];

/**
 * After SQLITE_FULL a smaller write could succeed, and after a failed fsync a later one says nothing about the lost
 * pages: so the first such failure ends all writing until a restart.
 */
export function storageFailure(
  error: unknown,
  { committing, clean }: { committing: boolean; clean: boolean },
): GroupOutcome {
  const code = error instanceof Database.SqliteError ? error.code : 'UNEXPECTED';
  const known = LATCHING.find((failure) => failure.code.test(code));
  const detail = error instanceof Error ? error.message : String(error);
  const advice = known?.advice ?? 'look for the cause in the log file, then restart';
  const message = `the event log takes no more appends, ${advice} (${code}: ${detail})`;
  // A commit frame that did not fit on the disk is no commit; one that could not be synced may survive or not.
  if (committing && !/^SQLITE_(FULL|READONLY|BUSY)/.test(code))
    return { status: 'UNKNOWN', message, latched: true };
  if (known !== undefined || committing || !clean) return { status: 'REFUSED', message, latched: true };
  return {
    status: 'REFUSED',
    message: `the append failed and changed nothing (${code}: ${detail})`,
    latched: false,
  };
}
