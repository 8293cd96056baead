import type Database from 'better-sqlite3';
import { MAIL, type MailRow } from './mails.js';
import { prepared } from './prepared.js';
import type { ScheduledEndRow } from './scheduled-ends.js';

/** Only what is due at a moment (ms), and at most so many. */
export interface DueBy {
  readonly now: number;
  readonly limit: number;
}

/** Mails that nobody has taken on, and those to be tried again: never tried ones first, then by the time of the next attempt. */
export function dueMails(db: Database.Database, due: DueBy): MailRow[] {
  const sql = `${MAIL} INDEXED BY mails_to_send
    WHERE m.status IN ('DUE', 'REQUESTED') AND ifnull(m.next_attempt_at, 0) <= :now
    ORDER BY ifnull(m.next_attempt_at, 0), m.mail_number LIMIT :limit`;
  return prepared<MailRow>(db, sql).all(due);
}

/** Ids of accounts where an invitation or a lingering session is over and the log does not say so yet; the oldest first. */
export function dueAccounts(db: Database.Database, due: DueBy): string[] {
  const sql = `SELECT account_id AS id FROM (
      SELECT account_id, invitation_expires_at AS at FROM memberships INDEXED BY memberships_expiring
        WHERE invitation_expires_at <= :now
      UNION ALL SELECT account_id, session_latest FROM memberships INDEXED BY memberships_session_ending
        WHERE session_latest <= :now)
    GROUP BY account_id ORDER BY min(at), account_id LIMIT :limit`;
  return idsOf(prepared<{ id: string }>(db, sql).all(due));
}

export type DueScheduledEnd = Pick<
  ScheduledEndRow,
  'scheduleId' | 'accountId' | 'userId' | 'operation' | 'at' | 'orderedBy' | 'orderEventId'
>;

/** The oldest first. */
export function dueScheduledEnds(db: Database.Database, due: DueBy): DueScheduledEnd[] {
  const sql = `SELECT schedule_id AS scheduleId, account_id AS accountId, user_id AS userId, operation, at,
      ordered_by AS orderedBy, order_event_id AS orderEventId FROM scheduled_ends INDEXED BY scheduled_ends_to_come
    WHERE status = 'SCHEDULED' AND at <= :now ORDER BY at, schedule_number LIMIT :limit`;
  return prepared<DueScheduledEnd>(db, sql).all(due);
}

/** Ids, in the order they were started. */
export function unfinishedBulkOperations(db: Database.Database, { limit }: Pick<DueBy, 'limit'>): string[] {
  const sql = `SELECT bulk_operation_id AS id FROM bulk_operations INDEXED BY bulk_operations_running
    WHERE status = 'RUNNING' ORDER BY bulk_operation_number LIMIT ?`;
  return idsOf(prepared<{ id: string }>(db, sql).all(limit));
}

/** Ids of accounts where the person's access lasts until the session ends, as recorded. */
export function lingeringAccounts(db: Database.Database, userId: string): string[] {
  const sql = `SELECT account_id AS id FROM memberships INDEXED BY memberships_by_user
    WHERE user_id = ? AND until_session_end = 1 ORDER BY account_id`;
  return idsOf(prepared<{ id: string }>(db, sql).all(userId));
}

/** Ids of accounts where the person's membership has not ended. */
export function livingAccountIds(db: Database.Database, userId: string): string[] {
  const sql = `SELECT DISTINCT account_id AS id FROM memberships INDEXED BY memberships_by_user
    WHERE user_id = ? AND status NOT IN ('REMOVED', 'DELETED') ORDER BY account_id`;
  return idsOf(prepared<{ id: string }>(db, sql).all(userId));
}

function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map((row) => row.id);
}
