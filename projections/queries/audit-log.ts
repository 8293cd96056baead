import type Database from 'better-sqlite3';
import { positionsWithin } from './audit-position.js';
import { boundsOf, type Page, type PageBounds, type PageRequest, pageOf } from './page.js';
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

/** Conditions are joined by "and"; of a list any. An empty list finds nothing. Without types all but AuditRead. */
export interface AuditFilter {
  readonly type?: readonly string[];
  readonly accountIds?: readonly string[];
  readonly subjectIds?: readonly string[];
  readonly actorIds?: readonly string[];
  readonly actorKinds?: readonly string[];
  readonly reasonCode?: string;
  readonly ticket?: string;
  readonly correlationId?: string;
  readonly eventId?: string;
  /** Milliseconds, inclusive. */
  readonly occurredFrom?: number;
  /** Milliseconds, exclusive. */
  readonly occurredTo?: number;
  /** Inclusive. */
  readonly positionFrom?: number;
  /** Exclusive. */
  readonly positionTo?: number;
}

const COLUMNS = `e.position, event_id AS eventId, type, stream, revision, account_id AS accountId,
  subject_id AS subjectId, actor_kind AS actorKind, actor_id AS actorId, on_behalf_of AS onBehalfOf,
  operator_account_id AS operatorAccountId, occurred_at AS occurredAt, recorded_at AS recordedAt, reason_code AS reasonCode, ticket, command_id AS commandId,
  correlation_id AS correlationId, causation_id AS causationId, policy_version AS policyVersion, hash, data`;

/** Entries by position; `after` and `before` of the page are positions. */
export function auditLogPage(
  db: Database.Database,
  filter: AuditFilter,
  page: PageRequest & { readonly newestFirst?: boolean },
): Page<AuditEntryRow> {
  // Newest first turns the list around, and taking its end turns it back.
  const order = (page.newestFirst ?? false) === (page.fromEnd ?? false) ? 'ASC' : 'DESC';
  const sql = `SELECT ${COLUMNS} ${sourceOf(filter, order)} ORDER BY e.position ${order} LIMIT :rows`;
  return pageOf(prepared<AuditEntryRow>(db, sql).all(parametersOf(db, filter, boundsOf(page))), page);
}

/** An account's entries, oldest first, from one position (exclusive) to another (inclusive). */
export function auditLogAfter(
  db: Database.Database,
  accountId: string,
  { after, upTo, limit }: { readonly after: number; readonly upTo: number; readonly limit: number },
): readonly AuditEntryRow[] {
  const sql = `SELECT ${COLUMNS} FROM audit_log e INDEXED BY audit_log_by_account
    WHERE e.account_id = ? AND e.position > ? AND e.position <= ? AND e.type <> 'AuditRead' ORDER BY e.position LIMIT ?`;
  return prepared<AuditEntryRow>(db, sql).all(accountId, after, upTo, limit);
}

/** How many entries match; reads them all. */
export function auditLogCount(db: Database.Database, filter: AuditFilter): number {
  const index = stretchIndex(filter);
  const sql =
    index === null
      ? `SELECT count(*) AS n FROM audit_log a NOT INDEXED WHERE ${WITHIN} ${conditions(filter)}`
      : `SELECT count(*) AS n FROM json_each(:stretches) s CROSS JOIN audit_log a INDEXED BY ${index.name}
         ON ${inStretch(index, 's.value')} WHERE ${withinStretch('s.value')} ${conditions(filter)}`;
  const everything = { after: 0, before: Number.MAX_SAFE_INTEGER, rows: 0 };
  return prepared<{ n: number }>(db, sql).get(parametersOf(db, filter, everything))?.n ?? 0;
}

const WITHIN = 'a.position > :after AND a.position < :before';

/**
 * FROM and WHERE. A stretch is what one key of the index holds, in the order of positions. The stretches whose next entry
 * comes first, as many as the page has rows, can fill the page; of each no more than the page has.
 */
function sourceOf(filter: AuditFilter, order: 'ASC' | 'DESC'): string {
  const index = stretchIndex(filter);
  if (index === null)
    return `FROM audit_log e WHERE e.position IN (SELECT a.position FROM audit_log a NOT INDEXED
      WHERE ${WITHIN} ${conditions(filter)} ORDER BY a.position ${order} LIMIT :rows)`;
  const next = (
    stretch: string,
    limit: string,
  ) => `SELECT a.position FROM audit_log a INDEXED BY ${index.name}
    WHERE ${inStretch(index, stretch)} AND ${withinStretch(stretch)} ${conditions(filter)}
    ORDER BY a.position ${order} LIMIT ${limit}`;
  return `FROM (SELECT s.value AS stretch, (${next('s.value', '1')}) AS next FROM json_each(:stretches) s
      ORDER BY next ${order} NULLS LAST LIMIT :rows) v
    CROSS JOIN audit_log e ON e.position IN (${next('v.stretch', ':rows')}) WHERE v.next IS NOT NULL`;
}

interface StretchIndex {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Nearly always the most selective first; null: the log itself, in its order. */
function stretchIndex(filter: AuditFilter): StretchIndex | null {
  const { type, accountIds, eventId, correlationId, ticket, subjectIds, actorIds, reasonCode } = filter;
  const by = (name: string, ...columns: readonly string[]) => ({ name: `audit_log_by_${name}`, columns });
  if (eventId !== undefined) return by('event', 'event_id');
  if (correlationId !== undefined) return by('correlation', 'correlation_id');
  if (ticket !== undefined) return by('ticket', 'ticket');
  if (subjectIds !== undefined) return by('subject', 'subject_id');
  if (type !== undefined && accountIds === undefined) return by('type', 'type');
  if (type !== undefined && isShort(filter)) return by('account_and_type', 'account_id', 'type');
  if (actorIds !== undefined) return by('actor', 'actor_id');
  if (reasonCode !== undefined) return by('reason', 'reason_code');
  return accountIds === undefined ? null : by('account', 'account_id');
}

/** With more accounts and types than this an account is read as it comes. */
const MOST_PAIRS = 5_000;
const isShort = ({ accountIds = [], type = [] }: AuditFilter) =>
  accountIds.length * type.length <= MOST_PAIRS;

const inStretch = ({ columns }: StretchIndex, stretch: string): string =>
  columns.map((column, i) => `a.${column} = ${stretch} ->> '$[${i}]'`).join(' AND ');

/** Each stretch has bounds of its own besides those of the page: a range of times is another of positions in each account. */
const withinStretch = (stretch: string): string =>
  `a.position > max(:after, ${stretch} ->> '$[#-2]') AND a.position < min(:before, ${stretch} ->> '$[#-1]')`;

/** The keys to look up in the index, each with the positions (exclusive) between which all that matches lies. */
function stretchesOf(db: Database.Database, filter: AuditFilter): readonly (readonly (string | number)[])[] {
  const index = stretchIndex(filter);
  const everywhere = { after: 0, before: Number.MAX_SAFE_INTEGER };
  if (index === null) return [];
  const valuesOf: Readonly<Record<string, readonly string[] | undefined>> = {
    event_id: one(filter.eventId),
    correlation_id: one(filter.correlationId),
    ticket: one(filter.ticket),
    reason_code: one(filter.reasonCode),
    subject_id: filter.subjectIds,
    actor_id: filter.actorIds,
    account_id: filter.accountIds,
    type: filter.type,
  };
  const lists = index.columns.map((column) => distinct(valuesOf[column]));
  const [first = [], second = null] = lists;
  const isByAccount = index.columns[0] === 'account_id';
  return first.flatMap((key) => {
    const { after, before } = isByAccount ? positionsWithin(db, key, filter) : everywhere;
    return (second ?? [null]).map((other) => [key, ...(other === null ? [] : [other]), after, before]);
  });
}

const one = (value: string | undefined) => (value === undefined ? undefined : [value]);

/** Each begins with AND. */
function conditions(filter: AuditFilter): string {
  // Who read the log is told when it is asked for: reading must not change what is read.
  const list: string[] = filter.type === undefined ? ["a.type <> 'AuditRead'"] : [];
  const equal: readonly (readonly [keyof AuditFilter, string])[] = [
    ['eventId', 'event_id'],
    ['correlationId', 'correlation_id'],
    ['ticket', 'ticket'],
    ['reasonCode', 'reason_code'],
  ];
  // The plus keeps SQLite from taking another index than the one chosen.
  for (const [name, column] of equal) if (filter[name] !== undefined) list.push(`+a.${column} = :${name}`);
  for (const [name, column] of listColumns)
    if (filter[name] !== undefined) list.push(`+a.${column} IN (SELECT value FROM json_each(:${name}))`);
  if (filter.occurredFrom !== undefined) list.push('a.occurred_at >= :occurredFrom');
  if (filter.occurredTo !== undefined) list.push('a.occurred_at < :occurredTo');
  return list.map((condition) => `AND ${condition}`).join(' ');
}

const listColumns = [
  ['type', 'type'],
  ['accountIds', 'account_id'],
  ['subjectIds', 'subject_id'],
  ['actorIds', 'actor_id'],
  ['actorKinds', 'actor_kind'],
] as const satisfies readonly (readonly [keyof AuditFilter, string])[];

function parametersOf(db: Database.Database, filter: AuditFilter, bounds: PageBounds) {
  const { positionFrom = 1, positionTo = Number.MAX_SAFE_INTEGER, ...rest } = filter;
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  const asParameter = (value: unknown) => (Array.isArray(value) ? JSON.stringify(distinct(value)) : value);
  return {
    ...Object.fromEntries(given.map(([name, value]) => [name, asParameter(value)])),
    stretches: JSON.stringify(stretchesOf(db, filter)),
    after: Math.max(bounds.after, positionFrom - 1),
    before: Math.min(bounds.before, positionTo),
    rows: bounds.rows,
  };
}

const distinct = <T>(list: readonly T[] | undefined): T[] => [...new Set(list)];
