import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

interface Times {
  /** Milliseconds, inclusive. */
  readonly occurredFrom?: number;
  /** Milliseconds, exclusive. */
  readonly occurredTo?: number;
}

/**
 * Positions, both exclusive, between which all of an account's entries of a range of times lie; entries of other times
 * may lie there too.
 */
export function positionsWithin(
  db: Database.Database,
  accountId: string,
  { occurredFrom, occurredTo }: Times,
): { readonly after: number; readonly before: number } {
  if (occurredFrom === undefined && occurredTo === undefined)
    return { after: 0, before: Number.MAX_SAFE_INTEGER };
  const first = occurredFrom === undefined ? 0 : positionAt(db, accountId, occurredFrom);
  const end = occurredTo === undefined ? Number.MAX_SAFE_INTEGER : positionAt(db, accountId, occurredTo);
  const foreign = prepared<{ first: number | null; last: number | null }>(
    db,
    `SELECT min(position) AS first, max(position) AS last FROM foreign_entries
     WHERE account_id = ? AND occurred_at >= ? AND occurred_at < ?`,
  ).get(accountId, occurredFrom ?? 0, occurredTo ?? Number.MAX_SAFE_INTEGER);
  return {
    after: Math.min(first, foreign?.first ?? first) - 1,
    before: Math.max(end, (foreign?.last ?? 0) + 1),
  };
}

/** When the account's last own event at or before a position happened and was recorded; null: there is none. */
export function timesAtPosition(
  db: Database.Database,
  accountId: string,
  position: number,
): { readonly occurredAt: number; readonly recordedAt: number } | null {
  const sql = `SELECT occurred_at AS occurredAt, recorded_at AS recordedAt
    FROM audit_log INDEXED BY audit_log_by_account
    WHERE account_id = :accountId AND position <= :position AND stream = 'account-' || :accountId
    ORDER BY position DESC LIMIT 1`;
  return prepared<{ occurredAt: number; recordedAt: number }>(db, sql).get({ accountId, position }) ?? null;
}

/** When the last event at or before a position happened, of whatever it was; null: there is none. */
export function occurredAtPosition(db: Database.Database, position: number): number | null {
  const sql = 'SELECT occurred_at AS at FROM audit_log WHERE position <= ? ORDER BY position DESC LIMIT 1';
  return prepared<{ at: number }>(db, sql).get(position)?.at ?? null;
}

/**
 * Position of the first entry of the account's own stream that occurred at `time` (ms) or later, MAX_SAFE_INTEGER when
 * there is none, by bisection of the positions: in one stream occurredAt never decreases.
 */
function positionAt(db: Database.Database, accountId: string, time: number): number {
  // Foreign entries are passed over one by one, but each at most twice: the bound halves with the stretch.
  const entryWithin = prepared<{ position: number; occurredAt: number }>(
    db,
    `SELECT position, occurred_at AS occurredAt FROM audit_log INDEXED BY audit_log_by_account
     WHERE account_id = :accountId AND position >= :low AND position < :high
       AND stream = 'account-' || :accountId ORDER BY position LIMIT 1`,
  );
  const newest = prepared<{ position: number | null }>(
    db,
    'SELECT max(position) AS position FROM audit_log INDEXED BY audit_log_by_account WHERE account_id = ?',
  );
  let low = 1;
  let high = (newest.get(accountId)?.position ?? 0) + 1;
  const end = high;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const entry = entryWithin.get({ accountId, low: middle, high });
    if (entry === undefined || entry.occurredAt >= time) high = middle;
    else low = entry.position + 1;
  }
  return entryWithin.get({ accountId, low, high: end })?.position ?? Number.MAX_SAFE_INTEGER;
}
