import type Database from 'better-sqlite3';
import { eventPosition } from './event-position.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

/** Where an account's events are posted to, and how that goes. */
export interface WebhookRow {
  readonly webhookId: string;
  readonly accountId: string;
  readonly host: string;
  readonly sealedUrl: string;
  /** JSON array. */
  readonly types: string;
  readonly status: WebhookStatus;
  readonly disabledCause: string | null;
  readonly generation: number;
  readonly rotatedAt: number | null;
  readonly registeredAt: number;
  readonly registeredBy: string;
  readonly registeredPosition: number;
  /** Id of an event; null = since the registration. */
  readonly lastSettled: string | null;
  readonly failures: number;
  readonly failingSince: number | null;
  readonly nextAttemptAt: number | null;
  readonly lastFailedAt: number | null;
  readonly lastCode: string | null;
  readonly lastTakenAt: number | null;
}

export const webhookStatuses = ['ENABLED', 'DISABLED', 'REMOVED'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/** A dead letter or a ping. */
export interface WebhookPostRow {
  /** Order in which they came about; the cursor of pages. */
  readonly number: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly status: WebhookPostStatus;
  readonly attempts: number;
  readonly code: string | null;
  readonly addedAt: number;
  readonly lastTriedAt: number | null;
}

export const webhookPostStatuses = ['GIVEN_UP', 'DUE', 'TAKEN'] as const;
export type WebhookPostStatus = (typeof webhookPostStatuses)[number];

const WEBHOOK = `SELECT webhook_id AS webhookId, account_id AS accountId, host, sealed_url AS sealedUrl, types, status,
  disabled_cause AS disabledCause, generation, rotated_at AS rotatedAt, registered_at AS registeredAt,
  registered_by AS registeredBy, registered_position AS registeredPosition, last_settled AS lastSettled, failures, failing_since AS failingSince,
  next_attempt_at AS nextAttemptAt, last_failed_at AS lastFailedAt, last_code AS lastCode,
  last_taken_at AS lastTakenAt FROM webhooks`;

const POST = `SELECT post_number AS number, event_id AS eventId, event_type AS eventType, status, attempts, code,
  added_at AS addedAt, last_tried_at AS lastTriedAt FROM webhook_posts`;

/** Without those removed, in the order they were registered. */
export function webhooksOfAccount(db: Database.Database, accountId: string): WebhookRow[] {
  const sql = `${WEBHOOK} INDEXED BY webhooks_by_account
    WHERE account_id = ? AND status <> 'REMOVED' ORDER BY webhook_number`;
  return prepared<WebhookRow>(db, sql).all(accountId);
}

export function webhook(db: Database.Database, webhookId: string): WebhookRow | null {
  return prepared<WebhookRow>(db, `${WEBHOOK} WHERE webhook_id = ?`).get(webhookId) ?? null;
}

export interface DeadLetterFilter {
  readonly webhookId: string;
  /** Default: GIVEN_UP and DUE. */
  readonly status?: readonly string[] | null;
}

export function deadLettersPage(
  db: Database.Database,
  filter: DeadLetterFilter,
  page: PageRequest,
): Page<WebhookPostRow> {
  const sql = `${POST} INDEXED BY webhook_posts_by_kind
    WHERE ${LETTERS} AND post_number > :after AND post_number < :before
    ORDER BY post_number ${orderOf(page)} LIMIT :rows`;
  const rows = prepared<WebhookPostRow>(db, sql).all({ ...parametersOf(filter), ...boundsOf(page) });
  return pageOf(rows, page);
}

export function deadLettersCount(db: Database.Database, filter: DeadLetterFilter): number {
  const sql = `SELECT count(*) AS n FROM webhook_posts INDEXED BY webhook_posts_by_kind WHERE ${LETTERS}`;
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter))?.n ?? 0;
}

/**
 * Number of the last dead letter of a webhook whose event stands before a position, 0 when there is none: events are
 * given up in the order of the log.
 */
export function lastLetterBefore(
  { members, audit }: { readonly members: Database.Database; readonly audit: Database.Database },
  { webhookId, position }: { readonly webhookId: string; readonly position: number },
): number {
  const sql = `${POST} INDEXED BY webhook_posts_by_kind WHERE webhook_id = ? AND kind = 'DEAD_LETTER'
    AND post_number > ? AND post_number <= ? ORDER BY post_number DESC LIMIT 1`;
  const lastWithin = (after: number, upTo: number) =>
    prepared<WebhookPostRow>(members, sql).get(webhookId, after, upTo);
  let low = 0;
  let high = lastWithin(0, Number.MAX_SAFE_INTEGER)?.number ?? 0;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const letter = lastWithin(low, middle);
    if (letter === undefined || positionOf(audit, letter) < position) low = middle;
    else high = letter.number - 1;
  }
  return low;
}

/** Where the event of a dead letter or a ping stands in the log. */
export function positionOf(audit: Database.Database, { eventId }: Pick<WebhookPostRow, 'eventId'>): number {
  const position = eventPosition(audit, eventId);
  if (position === null)
    throw new Error(`the audit log does not have the event ${eventId} of a dead letter yet`);
  return position;
}

/** The dead letter of an event, unless it is being posted again, or has been taken. */
export function deadLetterOf(
  db: Database.Database,
  { webhookId, eventId }: { readonly webhookId: string; readonly eventId: string },
): WebhookPostRow | null {
  const sql = `${POST} WHERE webhook_id = ? AND event_id = ? AND kind = 'DEAD_LETTER' AND status = 'GIVEN_UP'`;
  return prepared<WebhookPostRow>(db, sql).get(webhookId, eventId) ?? null;
}

export function lastPing(db: Database.Database, webhookId: string): WebhookPostRow | null {
  const sql = `${POST} INDEXED BY webhook_posts_by_kind
    WHERE webhook_id = ? AND kind = 'PING' ORDER BY post_number DESC LIMIT 1`;
  return prepared<WebhookPostRow>(db, sql).get(webhookId) ?? null;
}

/** What is to be posted by itself now, the oldest first. */
export function duePosts(db: Database.Database, webhookId: string, limit: number): WebhookPostRow[] {
  const sql = `${POST} INDEXED BY webhook_posts_by_status
    WHERE webhook_id = ? AND status = 'DUE' ORDER BY post_number LIMIT ?`;
  return prepared<WebhookPostRow>(db, sql).all(webhookId, limit);
}

export interface WebhookFigures {
  /** Enabled, and nothing taken since the last failure. */
  readonly failing: number;
  /** Not asked for again. */
  readonly deadLetters: number;
}

/** Of all accounts, each counted up to `most`. */
export function webhookFigures(db: Database.Database, most: number): WebhookFigures {
  const failing = `SELECT 1 FROM webhooks INDEXED BY webhooks_failing
    WHERE status = 'ENABLED' AND failing_since IS NOT NULL LIMIT :most`;
  const letters = `SELECT 1 FROM webhook_posts INDEXED BY webhook_posts_given_up
    WHERE status = 'GIVEN_UP' AND kind = 'DEAD_LETTER' LIMIT :most`;
  const sql = `SELECT (SELECT count(*) FROM (${failing})) AS failing, (SELECT count(*) FROM (${letters})) AS deadLetters`;
  return prepared<WebhookFigures>(db, sql).get({ most }) ?? { failing: 0, deadLetters: 0 };
}

export interface PostedRow {
  readonly eventId: string;
  readonly type: string;
  readonly position: number;
  readonly occurredAt: number;
  readonly subjectId: string | null;
}

/** An account's events after a position, oldest first: what the audit log shows, but for pings. @param db of the audit file */
export function postedAfter(
  db: Database.Database,
  { accountId, after, limit }: { readonly accountId: string; readonly after: number; readonly limit: number },
): PostedRow[] {
  const sql = `SELECT event_id AS eventId, type, position, occurred_at AS occurredAt, subject_id AS subjectId
    FROM audit_log INDEXED BY audit_log_by_account
    WHERE account_id = ? AND position > ? AND type NOT IN ('AuditRead', 'WebhookPinged')
    ORDER BY position LIMIT ?`;
  return prepared<PostedRow>(db, sql).all(accountId, after, limit);
}

/** One event by its id; null when it is not there yet. @param db of the audit file */
export function postedEvent(db: Database.Database, eventId: string): PostedRow | null {
  const sql = `SELECT event_id AS eventId, type, position, occurred_at AS occurredAt, subject_id AS subjectId
    FROM audit_log INDEXED BY audit_log_by_event WHERE event_id = ?`;
  return prepared<PostedRow>(db, sql).get(eventId) ?? null;
}

/**
 * What is asked for and removed ones with keys left, then enabled ones whose next event waits for a time that has come,
 * the longest due first: however many fail, each has its turn.
 */
export function dueWebhooks(
  db: Database.Database,
  due: { readonly now: number; readonly limit: number },
): WebhookRow[] {
  const sql = `WITH due (webhook_id, due_at) AS (
      SELECT webhook_id, next_attempt_at FROM webhooks INDEXED BY webhooks_to_retry
        WHERE status = 'ENABLED' AND next_attempt_at <= :now
      UNION ALL SELECT webhook_id, 0 FROM webhooks INDEXED BY webhooks_to_end WHERE status = 'REMOVED' AND has_ended = 0
      UNION ALL SELECT webhook_id, 0 FROM webhook_posts INDEXED BY webhook_posts_due WHERE status = 'DUE')
    ${WEBHOOK} JOIN (SELECT webhook_id AS id, min(due_at) AS due_at FROM due GROUP BY webhook_id) ON id = webhook_id
    WHERE has_ended = 0 ORDER BY due_at, webhook_number LIMIT :limit`;
  return prepared<WebhookRow>(db, sql).all(due);
}

/** Ids of all that are enabled. */
export function enabledWebhookIds(db: Database.Database): string[] {
  const sql = `SELECT webhook_id AS id FROM webhooks INDEXED BY webhooks_enabled WHERE status = 'ENABLED'`;
  return prepared<{ id: string }>(db, sql)
    .all()
    .map(({ id }) => id);
}

/** Ids of those of an account that are enabled. */
export function enabledWebhooksOf(db: Database.Database, accountId: string): string[] {
  const sql = `SELECT webhook_id AS id FROM webhooks INDEXED BY webhooks_by_account
    WHERE account_id = ? AND status = 'ENABLED'`;
  return prepared<{ id: string }>(db, sql)
    .all(accountId)
    .map(({ id }) => id);
}

const LETTERS = `webhook_id = :webhookId AND kind = 'DEAD_LETTER'
  AND status IN (SELECT value FROM json_each(:status))`;

const parametersOf = ({ webhookId, status }: DeadLetterFilter) => ({
  webhookId,
  status: JSON.stringify(status ?? ['GIVEN_UP', 'DUE']),
});
