import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export interface Change {
  readonly accountId: string | null;
  readonly subjectId: string | null;
}

/** Accounts and people that events after one position, up to another, are about; each pair once. */
export function changedBetween(
  db: Database.Database,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): readonly Change[] {
  const sql = `SELECT DISTINCT account_id AS accountId, subject_id AS subjectId FROM audit_log
    WHERE position > ? AND position <= ?`;
  return prepared<Change>(db, sql).all(after, upTo);
}
