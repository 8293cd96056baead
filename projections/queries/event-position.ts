import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

/** Where in the log an event stands; null when there is no such event yet. @param db of the audit file */
export function eventPosition(db: Database.Database, eventId: string): number | null {
  const sql = 'SELECT position FROM audit_log INDEXED BY audit_log_by_event WHERE event_id = ?';
  return prepared<{ position: number }>(db, sql).get(eventId)?.position ?? null;
}
