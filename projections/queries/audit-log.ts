import type Database from 'better-sqlite3';
import { positionsWithin } from './audit-position.js';
import { boundsOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

export interface AuditEntryRow {
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly accountId: string | null;
  readonly subjectId: string | null;
  readonly actorKind: string;
  readonly actorId: string;
  readonly onBehalfOf: string | null;
  /** The account as whose member somebody acted; null: by a right of this account. */
  readonly operatorAccountId: string | null;
  readonly occurredAt: number;
  readonly recordedAt: number;
  readonly reasonCode: string | null;
  readonly ticket: string | null;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly policyVersion: number;
  readonly hash: string;
  /** The event's data as JSON, byte for byte as in the log. */
  readonly data: string;
}

export interface AuditFilter {
  readonly type?: readonly string[];
  readonly accountId?: string;
  readonly subjectId?: string;
  readonly actorId?: string;
  readonly reasonCode?: string;
  readonly ticket?: string;
  readonly correlationId?: string;
  readonly eventId?: string;
  /** Milliseconds, inclusive. */
  readonly occurredFrom?: number;
  /** Milliseconds, exclusive. */
  readonly occurredTo?: number;
}

const COLUMNS = `position, event_id AS eventId, type, stream, revision, account_id AS accountId,
  subject_id AS subjectId, actor_kind AS actorKind, actor_id AS actorId, on_behalf_of AS onBehalfOf,
  operator_account_id AS operatorAccountId, occurred_at AS occurredAt, recorded_at AS recordedAt, reason_code AS reasonCode, ticket, command_id AS commandId,
  correlation_id AS correlationId, causation_id AS causationId, policy_version AS policyVersion, hash, data`;

/** Entries by position; `after` and `before` of the page are positions, so they are the position range too. */
export function auditLogPage(
  db: Database.Database,
  filter: AuditFilter,
  page: PageRequest & { readonly newestFirst?: boolean },
): Page<AuditEntryRow> {
  // Newest first turns the list around, and taking its end turns it back.
  const order = (page.newestFirst ?? false) === (page.fromEnd ?? false) ? 'ASC' : 'DESC';
  const rows = `SELECT ${COLUMNS} FROM audit_log`;
  const types = distinct(filter.type);
  const typeIndex = `INDEXED BY audit_log_by_${filter.accountId === undefined ? 'type' : 'account_and_type'}`;
  const perType = types.map(
    (_, i) => `SELECT position FROM (SELECT position FROM audit_log ${typeIndex}
      WHERE type = :types ->> ${i} AND ${conditions(filter)} ORDER BY position ${order} LIMIT :rows)`,
  );
  const sql = startsFromType(filter)
    ? `${rows} WHERE position IN (SELECT position FROM (${perType.join(' UNION ALL ')})
         ORDER BY position ${order} LIMIT :rows) ORDER BY position ${order}`
    : `${rows} ${indexFor(filter)} WHERE ${conditions(filter)}
         ${filter.type === undefined ? '' : 'AND type IN (SELECT value FROM json_each(:types))'}
         ORDER BY position ${order} LIMIT :rows`;
  const parameters = parametersOf(filter, withinTimes(db, filter, page));
  const found = prepared<AuditEntryRow>(db, sql).all(parameters);
  return pageOf(found, page);
}

/** How many entries match; reads them all. */
export function auditLogCount(db: Database.Database, filter: AuditFilter): number {
  const sql = `SELECT count(*) AS n FROM audit_log ${indexFor(filter)} WHERE ${conditions(filter)}
    ${filter.type === undefined ? '' : 'AND type IN (SELECT value FROM json_each(:types))'}`;
  return (
    prepared<{ n: number }>(db, sql).get(parametersOf(filter, withinTimes(db, filter, { limit: 0 })))?.n ?? 0
  );
}

export function auditEntry(db: Database.Database, position: number): AuditEntryRow | null {
  const sql = `SELECT ${COLUMNS} FROM audit_log WHERE position = ?`;
  return prepared<AuditEntryRow>(db, sql).get(position) ?? null;
}

/** Within one account a range of times is a range of positions: found at once instead of by reading up to it. */
function withinTimes(db: Database.Database, filter: AuditFilter, page: PageRequest): PageRequest {
  const { accountId, occurredFrom, occurredTo } = filter;
  if (accountId === undefined || (occurredFrom === undefined && occurredTo === undefined)) return page;
  const within = positionsWithin(db, accountId, filter);
  return {
    ...page,
    after: Math.max(page.after ?? 0, within.after),
    before: Math.min(page.before ?? Number.MAX_SAFE_INTEGER, within.before),
  };
}

/** Nearly always the most selective first. */
function indexFor(filter: AuditFilter): string {
  if (filter.eventId !== undefined) return 'INDEXED BY audit_log_by_event';
  if (filter.correlationId !== undefined) return 'INDEXED BY audit_log_by_correlation';
  if (filter.ticket !== undefined) return 'INDEXED BY audit_log_by_ticket';
  if (filter.subjectId !== undefined) return 'INDEXED BY audit_log_by_subject';
  if (filter.actorId !== undefined) return 'INDEXED BY audit_log_by_actor';
  if (filter.accountId !== undefined) return 'INDEXED BY audit_log_by_account';
  return 'NOT INDEXED';
}

/** With nothing narrower, each type's stretch of the index is read by itself. */
function startsFromType({ type, eventId, correlationId, ticket, subjectId }: AuditFilter): boolean {
  if (type === undefined || type.length === 0) return false;
  return [eventId, correlationId, ticket, subjectId].every((narrower) => narrower === undefined);
}

function conditions(filter: AuditFilter): string {
  const list = ['position > :after AND position < :before'];
  const equal: readonly (readonly [keyof AuditFilter, string])[] = [
    ['eventId', 'event_id'],
    ['correlationId', 'correlation_id'],
    ['ticket', 'ticket'],
    ['subjectId', 'subject_id'],
    ['actorId', 'actor_id'],
    ['accountId', 'account_id'],
    ['reasonCode', 'reason_code'],
  ];
  for (const [name, column] of equal) if (filter[name] !== undefined) list.push(`${column} = :${name}`);
  if (filter.occurredFrom !== undefined) list.push('occurred_at >= :occurredFrom');
  if (filter.occurredTo !== undefined) list.push('occurred_at < :occurredTo');
  return list.join(' AND ');
}

function parametersOf({ type, ...filter }: AuditFilter, page: PageRequest) {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), types: JSON.stringify(distinct(type)), ...boundsOf(page) };
}

const distinct = (list: readonly string[] | undefined): string[] => [...new Set(list)];
