import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export interface Change {
  readonly accountId: string | null;
  readonly subjectId: string | null;
}

/** More events than this are not looked through. */
const LOOKED_THROUGH = 10_000;

/**
 * Accounts and people that events after one position, up to another, are about, each pair once; null when there are more
 * events than `most`. How far positions lie apart does not tell how many events there are.
 */
export function changedBetween(
  db: Database.Database,
  { after, upTo, most = LOOKED_THROUGH }: Stretch,
): readonly Change[] | null {
  const sql = `SELECT account_id AS accountId, subject_id AS subjectId, count(*) AS events FROM (
      SELECT account_id, subject_id FROM audit_log WHERE position > ? AND position <= ? LIMIT ?
    ) GROUP BY account_id, subject_id`;
  const changes = prepared<Change & { readonly events: number }>(db, sql).all(after, upTo, most + 1);
  const total = changes.reduce((sum, { events }) => sum + events, 0);
  return total > most ? null : changes;
}

interface Stretch {
  /** Position, exclusive. */
  readonly after: number;
  /** Position, inclusive. */
  readonly upTo: number;
  readonly most?: number;
}
