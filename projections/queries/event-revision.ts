import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

/** Where in a stream an event stands; null when the stream has no such event. */
export function eventRevision(
  db: Database.Database,
  { stream, eventId }: { readonly stream: string; readonly eventId: string },
): number | null {
  const sql = 'SELECT stream, revision FROM audit_log INDEXED BY audit_log_by_event WHERE event_id = ?';
  const found = prepared<{ stream: string; revision: number }>(db, sql).get(eventId);
  return found?.stream === stream ? found.revision : null;
}
