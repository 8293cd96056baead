import type Database from 'better-sqlite3';
import { type AsOf, momentOf, periodIdAt } from './as-of.js';
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

const SCHEDULED_END_THEN = `SELECT s.schedule_number AS number, s.schedule_id AS scheduleId,
  s.account_id AS accountId, s.user_id AS userId, s.membership_id AS membershipId, s.operation, p.at,
  s.successor_id AS successorId, s.ordered_by AS orderedBy, s.ordered_at AS orderedAt,
  s.order_event_id AS orderEventId, p.status, p.code, p.ended_at AS endedAt`;
const PERIOD = `CROSS JOIN scheduled_end_periods p
  ON p.period_id = ${periodIdAt('scheduled_end_periods', 'schedule_number', 's.schedule_number')}`;
const ALL_THEN = `FROM scheduled_ends s INDEXED BY scheduled_ends_by_account ${PERIOD}
  WHERE s.account_id = :accountId AND p.status IN (SELECT value FROM json_each(:status))`;

interface ScheduledEndsThen {
  readonly accountId: string;
  readonly status: readonly string[];
}

/** The orders there were, as they stood then. */
export function scheduledEndsAsOf(
  db: Database.Database,
  filter: ScheduledEndsThen,
  { asOf, page }: { readonly asOf: AsOf; readonly page: PageRequest },
): Page<ScheduledEndRow> {
  const sql = `${SCHEDULED_END_THEN} ${ALL_THEN} AND s.schedule_number > :after AND s.schedule_number < :before
    ORDER BY s.schedule_number ${orderOf(page)} LIMIT :rows`;
  const parameters = { ...parametersOf(filter), ...momentOf(asOf), ...boundsOf(page) };
  return pageOf(prepared<ScheduledEndRow>(db, sql).all(parameters), page);
}

export function scheduledEndsAsOfCount(db: Database.Database, filter: ScheduledEndsThen, asOf: AsOf): number {
  const parameters = { ...parametersOf(filter), ...momentOf(asOf) };
  return prepared<{ n: number }>(db, `SELECT count(*) AS n ${ALL_THEN}`).get(parameters)?.n ?? 0;
}

/** The one that was still to come then. */
export function scheduledEndAsOf(
  db: Database.Database,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
  asOf: AsOf,
): ScheduledEndRow | null {
  const sql = `${SCHEDULED_END_THEN} FROM scheduled_ends s INDEXED BY scheduled_ends_by_user ${PERIOD}
    WHERE s.user_id = :userId AND s.account_id = :accountId AND p.status = 'SCHEDULED'`;
  return prepared<ScheduledEndRow>(db, sql).get({ accountId, userId, ...momentOf(asOf) }) ?? null;
}

function sourceOf({ status }: ScheduledEndFilter): string {
  return `FROM scheduled_ends INDEXED BY scheduled_ends_by_account WHERE account_id = :accountId
    ${status === undefined ? '' : 'AND status IN (SELECT value FROM json_each(:status))'}`;
}

function parametersOf({ accountId, status = [] }: ScheduledEndFilter) {
  return { accountId, status: JSON.stringify(status) };
}
