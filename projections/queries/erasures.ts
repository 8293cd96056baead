import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export interface ErasureRow {
  readonly userId: string;
  readonly status: 'REQUESTED' | 'ERASED';
  readonly requestedAt: number;
  readonly requestedBy: string;
  readonly erasedAt: number | null;
  /** ErasureReceipt as JSON. */
  readonly receipt: string | null;
}

export interface LegalHoldRow {
  readonly holdId: string;
  readonly placedAt: number;
  readonly placedBy: string;
  readonly reasonCode: string | null;
  readonly ticket: string | null;
  readonly releasedAt: number | null;
}

export function erasureOf(db: Database.Database, userId: string): ErasureRow | null {
  const sql = `SELECT user_id AS userId, status, requested_at AS requestedAt, requested_by AS requestedBy,
    erased_at AS erasedAt, receipt FROM erasures WHERE user_id = ?`;
  return prepared<ErasureRow>(db, sql).get(userId) ?? null;
}

/** In the order they were placed, released ones too. */
export function legalHoldsOf(db: Database.Database, userId: string): LegalHoldRow[] {
  const sql = `SELECT hold_id AS holdId, placed_at AS placedAt, placed_by AS placedBy, reason_code AS reasonCode,
    ticket, released_at AS releasedAt FROM legal_holds INDEXED BY legal_holds_by_user
    WHERE user_id = ? ORDER BY hold_number`;
  return prepared<LegalHoldRow>(db, sql).all(userId);
}

/** People whose erasure is done. */
export function erasedPeople(db: Database.Database): string[] {
  const sql = "SELECT user_id AS id FROM erasures WHERE status = 'ERASED' ORDER BY erasure_number";
  return prepared<{ id: string }>(db, sql)
    .all()
    .map(({ id }) => id);
}

/** People whose erasure was requested and is not done; the oldest first. */
export function openErasures(db: Database.Database, limit: number): string[] {
  const sql = `SELECT user_id AS id FROM erasures INDEXED BY erasures_to_do
    WHERE status = 'REQUESTED' ORDER BY erasure_number LIMIT ?`;
  return prepared<{ id: string }>(db, sql)
    .all(limit)
    .map(({ id }) => id);
}

/** Erased rows may lie in the file of names still, where nothing reads them. */
export function isPurgeWanted(db: Database.Database): boolean {
  return prepared<{ wanted: number }>(db, 'SELECT wanted FROM people.purge').get()?.wanted === 1;
}

/** Events that asked for mail to the person, or in their name; a mail's file bears the id. */
export function mailCausesOf({ members, audit }: MailDatabases, userId: string): string[] {
  const received = `SELECT cause_event_id AS id FROM mails INDEXED BY mails_by_user WHERE user_id = ?`;
  const sent = `SELECT event_id AS id FROM audit_log INDEXED BY audit_log_by_actor
    WHERE actor_id = ? AND type IN ('UserInvited', 'InvitationResent')`;
  return [
    ...prepared<{ id: string }>(members, received).all(userId),
    ...prepared<{ id: string }>(audit, sent).all(userId),
  ].map(({ id }) => id);
}

/** True while one of the mails may be on its way: what waits for another attempt is written anew then. */
export function isAnyMailUnderWay(db: Database.Database, causeEventIds: readonly string[]): boolean {
  const sql = `SELECT count(*) AS n FROM mails INDEXED BY mails_by_cause
    WHERE cause_event_id IN (SELECT value FROM json_each(?))
      AND status IN ('DUE', 'REQUESTED') AND next_attempt_at IS NULL`;
  return (prepared<{ n: number }>(db, sql).get(JSON.stringify(causeEventIds))?.n ?? 0) > 0;
}

interface MailDatabases {
  readonly members: Database.Database;
  readonly audit: Database.Database;
}
