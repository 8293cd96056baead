import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

/** Where an event stands, by its id. */
export function eventPosition(db: Database.Database, eventId: string): number | null {
  const sql = 'SELECT position FROM audit_log WHERE event_id = ?';
  return prepared<{ position: number }>(db, sql).get(eventId)?.position ?? null;
}

export interface LatestEntry {
  readonly eventId: string;
  readonly position: number;
  /** Ms since the epoch. */
  readonly recordedAt: number;
  /** JSON. */
  readonly data: string;
}

/** The last event of one type, in whatever stream. */
export function latestOfType(db: Database.Database, type: string): LatestEntry | null {
  const sql = `SELECT event_id AS eventId, position, recorded_at AS recordedAt, data FROM audit_log
    WHERE type = ? ORDER BY position DESC LIMIT 1`;
  return prepared<LatestEntry>(db, sql).get(type) ?? null;
}

/** Positions of what became of mails to one person of an account, in the order of the log. */
export function mailPositionsAbout(
  db: Database.Database,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
): readonly number[] {
  const sql = `SELECT position FROM audit_log INDEXED BY audit_log_by_subject
    WHERE subject_id = ? AND account_id = ? AND stream GLOB 'effect-*' ORDER BY position`;
  return prepared<{ position: number }>(db, sql)
    .all(userId, accountId)
    .map(({ position }) => position);
}
