import type Database from 'better-sqlite3';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

export interface ScheduledEndRow {
  /** Order of ordering over the whole installation; the cursor of pages. */
  readonly number: number;
  readonly scheduleId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
  readonly operation: string;
  /** Ms. */
  readonly at: number;
  readonly successorId: string | null;
  readonly orderedBy: string;
  readonly orderedAt: number;
  /** The event that ordered it. */
  readonly orderEventId: string;
  readonly status: ScheduledEndStatus;
  /** Why it was REFUSED. */
  readonly code: string | null;
  /** Null while SCHEDULED. */
  readonly endedAt: number | null;
}

/** ENDED_EARLIER: the membership ended some other way before. */
export type ScheduledEndStatus =
  | 'SCHEDULED'
  | 'CANCELLED'
  | 'APPLIED'
  | 'UNCHANGED'
  | 'REFUSED'
  | 'ENDED_EARLIER';

export interface ScheduledEndFilter {
  readonly accountId: string;
  /** Default: all. */
  readonly status?: readonly string[];
}

const SCHEDULED_END = `SELECT schedule_number AS number, schedule_id AS scheduleId, account_id AS accountId,
  user_id AS userId, membership_id AS membershipId, operation, at, successor_id AS successorId,
  ordered_by AS orderedBy, ordered_at AS orderedAt, order_event_id AS orderEventId, status, code,
  ended_at AS endedAt`;

/** The one that is still to come; null when there is none. */
export function scheduledEndOf(
  db: Database.Database,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
): ScheduledEndRow | null {
  const sql = `${SCHEDULED_END} FROM scheduled_ends INDEXED BY scheduled_ends_by_user
    WHERE user_id = ? AND account_id = ? AND status = 'SCHEDULED'`;
  return prepared<ScheduledEndRow>(db, sql).get(userId, accountId) ?? null;
}

/** An account's scheduled ends in the order they were ordered. */
export function scheduledEndsPage(
  db: Database.Database,
  filter: ScheduledEndFilter,
  page: PageRequest,
): Page<ScheduledEndRow> {
  const sql = `${SCHEDULED_END} ${sourceOf(filter)} AND schedule_number > :after AND schedule_number < :before
    ORDER BY schedule_number ${orderOf(page)} LIMIT :rows`;
  const found = prepared<ScheduledEndRow>(db, sql).all({ ...parametersOf(filter), ...boundsOf(page) });
  return pageOf(found, page);
}

export function scheduledEndsCount(db: Database.Database, filter: ScheduledEndFilter): number {
  const sql = `SELECT count(*) AS n ${sourceOf(filter)}`;
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter))?.n ?? 0;
}

function sourceOf({ status }: ScheduledEndFilter): string {
  return `FROM scheduled_ends INDEXED BY scheduled_ends_by_account WHERE account_id = :accountId
    ${status === undefined ? '' : 'AND status IN (SELECT value FROM json_each(:status))'}`;
}

function parametersOf({ accountId, status = [] }: ScheduledEndFilter) {
  return { accountId, status: JSON.stringify(status) };
}
