import type Database from 'better-sqlite3';
import type { MailKind, SuppressionReason } from '../../src/domain/mail/events.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';
import { firstOfStretches, knownOf } from './stretches.js';

/** A mail that an event asked for, and what became of it. */
export interface MailRow {
  /** Order of the events that asked for them; the cursor of pages. */
  readonly number: number;
  readonly causeEventId: string;
  readonly kind: MailKind;
  readonly accountId: string;
  readonly userId: string;
  readonly status: MailStatus;
  /** Why it was SUPPRESSED. */
  readonly reason: SuppressionReason | null;
  /** Of the last attempt that failed. */
  readonly code: string | null;
  readonly attempts: number;
  readonly dueAt: number;
  /** When it is tried again after a failure. */
  readonly nextAttemptAt: number | null;
  readonly endedAt: number | null;
  readonly causePosition: number;
}

/** DUE: nobody has taken it on yet · REQUESTED: being sent or, with `nextAttemptAt`, to be tried again. */
export const mailStatuses = ['DUE', 'REQUESTED', 'SENT', 'SUPPRESSED', 'FAILED'] as const;
export type MailStatus = (typeof mailStatuses)[number];

export interface MailFilter {
  readonly accountId: string;
  readonly userId?: string | null;
  /** Default: all. */
  readonly status?: readonly string[] | null;
}

export const MAIL = `SELECT m.mail_number AS number, m.cause_event_id AS causeEventId, m.kind,
  m.account_id AS accountId, m.user_id AS userId, m.status, m.reason, m.code, m.attempts, m.due_at AS dueAt,
  m.next_attempt_at AS nextAttemptAt, m.ended_at AS endedAt, m.cause_position AS causePosition FROM mails m`;

const IS_CHOSEN = 'm.status IN (SELECT value FROM json_each(:status))';

/** An account's mails in the order of the events that asked for them. */
export function mailsPage(db: Database.Database, filter: MailFilter, page: PageRequest): Page<MailRow> {
  const within = 'm.account_id = :accountId AND m.mail_number > :after AND m.mail_number < :before';
  const order = `ORDER BY m.mail_number ${orderOf(page)} LIMIT :rows`;
  const byStatus = knownOf(filter.status, mailStatuses).map(
    (_, s) => `SELECT m.mail_number AS n FROM mails m INDEXED BY mails_by_status
      WHERE ${within} AND m.status = :status ->> ${s}`,
  );
  const sql =
    filter.userId != null
      ? `${MAIL} INDEXED BY mails_by_user WHERE m.user_id = :userId AND ${within} AND ${IS_CHOSEN} ${order}`
      : filter.status != null
        ? `${MAIL} WHERE m.mail_number IN (${firstOfStretches(byStatus, { order: orderOf(page), limit: ':rows' })}) ${order}`
        : `${MAIL} INDEXED BY mails_by_account WHERE ${within} ${order}`;
  return pageOf(prepared<MailRow>(db, sql).all({ ...parametersOf(filter), ...boundsOf(page) }), page);
}

export function mailsCount(db: Database.Database, filter: MailFilter): number {
  const sql =
    filter.userId == null
      ? `SELECT count(*) AS n FROM mails m INDEXED BY mails_by_status
         WHERE m.account_id = :accountId AND ${IS_CHOSEN}`
      : `SELECT count(*) AS n FROM mails m INDEXED BY mails_by_user
         WHERE m.user_id = :userId AND m.account_id = :accountId AND ${IS_CHOSEN}`;
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter))?.n ?? 0;
}

function parametersOf({ accountId, userId = null, status }: MailFilter) {
  return { accountId, userId, status: JSON.stringify(knownOf(status, mailStatuses)) };
}
