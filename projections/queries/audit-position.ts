import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

/**
 * Position of the account's first entry that occurred at `time` (ms) or later, MAX_SAFE_INTEGER when there is none, by
 * bisection of the positions: all entries that name an account are of the account's one stream, where occurredAt
 * never decreases.
 */
export function positionAt(db: Database.Database, accountId: string, time: number): number {
  const entryFrom = prepared<{ position: number; occurredAt: number }>(
    db,
    `SELECT position, occurred_at AS occurredAt FROM audit_log INDEXED BY audit_log_by_account
     WHERE account_id = ? AND position >= ? ORDER BY position LIMIT 1`,
  );
  const newest = prepared<{ position: number | null }>(
    db,
    'SELECT max(position) AS position FROM audit_log INDEXED BY audit_log_by_account WHERE account_id = ?',
  );
  let low = 1;
  let high = (newest.get(accountId)?.position ?? 0) + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = entryFrom.get(accountId, middle);
    if (entry === undefined || entry.occurredAt >= time) high = middle;
    else low = entry.position + 1;
  }
  return entryFrom.get(accountId, low)?.position ?? Number.MAX_SAFE_INTEGER;
}
