import type Database from 'better-sqlite3';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

export interface BulkOperationRow {
  readonly bulkOperationId: string;
  readonly operation: string;
  readonly errorPolicy: string;
  readonly actorId: string;
  /** The operation this one takes back. */
  readonly undoes: string | null;
  /** How many people it names. */
  readonly requested: number;
  readonly status: 'RUNNING' | 'FINISHED';
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly startedPosition: number;
  /** While RUNNING, so far. */
  readonly applied: number;
  readonly unchanged: number;
  readonly rejected: number;
  readonly notAttempted: number;
}

export interface BulkItemRow {
  /** The order they were named in; the cursor of pages. */
  readonly number: number;
  readonly bulkOperationId: string;
  readonly accountId: string;
  readonly userId: string;
  /** What was to be done to this one. */
  readonly operation: string;
  /** APPLIED, UNCHANGED, REJECTED or NOT_ATTEMPTED; null while undecided. */
  readonly outcome: string | null;
  /** Why it was REJECTED, or UNCHANGED because it was passed over. */
  readonly code: string | null;
}

export interface BulkItemFilter {
  readonly bulkOperationId: string;
  /** Only people of these accounts; missing or null = all. */
  readonly accountIds?: readonly string[] | null;
}

const COLUMNS = `o.bulk_operation_id AS bulkOperationId, o.operation, o.error_policy AS errorPolicy,
  o.actor_id AS actorId, o.undoes, o.requested, o.status, o.started_at AS startedAt, o.finished_at AS finishedAt,
  o.started_position AS startedPosition, o.applied, o.unchanged, o.rejected, o.not_attempted AS notAttempted`;

export function bulkOperation(db: Database.Database, bulkOperationId: string): BulkOperationRow | null {
  const sql = `SELECT ${COLUMNS} FROM bulk_operations o WHERE o.bulk_operation_id = ?`;
  return prepared<BulkOperationRow>(db, sql).get(bulkOperationId) ?? null;
}

/** The last operation that takes this one back. */
export function undoOfBulkOperation(db: Database.Database, bulkOperationId: string): BulkOperationRow | null {
  const sql = `SELECT ${COLUMNS} FROM bulk_operations o INDEXED BY bulk_operations_by_undone
    WHERE o.undoes = ? ORDER BY o.bulk_operation_number DESC LIMIT 1`;
  return prepared<BulkOperationRow>(db, sql).get(bulkOperationId) ?? null;
}

/** An operation, under the number of the first of the account's people that it names. */
export interface BulkOperationOfAccountRow extends BulkOperationRow {
  readonly number: number;
}

/** Operations that name people of one account, newest first: what follows in the list lies before. */
export function bulkOperationsPage(
  db: Database.Database,
  accountId: string,
  page: PageRequest,
): Page<BulkOperationOfAccountRow> {
  const sql = `SELECT i.item_number AS number, ${COLUMNS}
    FROM bulk_items i INDEXED BY bulk_items_by_account
    JOIN bulk_operations o ON o.bulk_operation_id = i.bulk_operation_id
    WHERE i.account_id = :accountId AND i.leads_account = 1
      AND i.item_number > :after AND i.item_number < :before
    ORDER BY i.item_number DESC LIMIT :rows`;
  return pageOf(prepared<BulkOperationOfAccountRow>(db, sql).all({ accountId, ...boundsOf(page) }), page);
}

export function bulkOperationsCount(db: Database.Database, accountId: string): number {
  const sql = `SELECT count(*) AS n FROM bulk_items INDEXED BY bulk_items_by_account
    WHERE account_id = ? AND leads_account = 1`;
  return prepared<{ n: number }>(db, sql).get(accountId)?.n ?? 0;
}

/** The people of a bulk operation in the order they were named; what a finished one has not decided was not attempted. */
export function bulkItemsPage(
  db: Database.Database,
  filter: BulkItemFilter,
  page: PageRequest,
): Page<BulkItemRow> {
  const sql = `SELECT i.item_number AS number, i.bulk_operation_id AS bulkOperationId, i.account_id AS accountId,
      i.user_id AS userId, i.operation, ifnull(i.outcome, CASE (SELECT o.status FROM bulk_operations o
        WHERE o.bulk_operation_id = i.bulk_operation_id) WHEN 'FINISHED' THEN 'NOT_ATTEMPTED' END) AS outcome, i.code
    ${sourceOf(filter)} AND i.item_number > :after AND i.item_number < :before
    ORDER BY i.item_number ${orderOf(page)} LIMIT :rows`;
  return pageOf(prepared<BulkItemRow>(db, sql).all({ ...parametersOf(filter), ...boundsOf(page) }), page);
}

export function bulkItemsCount(db: Database.Database, filter: BulkItemFilter): number {
  const sql = `SELECT count(*) AS n ${sourceOf(filter)}`;
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter))?.n ?? 0;
}

/** Ids of the accounts whose people it names. */
export function accountsOfBulkOperation(db: Database.Database, bulkOperationId: string): string[] {
  const sql = `SELECT DISTINCT account_id AS id FROM bulk_items INDEXED BY bulk_items_by_user
    WHERE bulk_operation_id = ? ORDER BY account_id`;
  return prepared<{ id: string }>(db, sql)
    .all(bulkOperationId)
    .map((row) => row.id);
}

function sourceOf({ accountIds }: BulkItemFilter): string {
  return `FROM bulk_items i INDEXED BY bulk_items_by_operation WHERE i.bulk_operation_id = :bulkOperationId
    ${accountIds == null ? '' : 'AND i.account_id IN (SELECT value FROM json_each(:accountIds))'}`;
}

function parametersOf({ bulkOperationId, accountIds }: BulkItemFilter) {
  return { bulkOperationId, accountIds: JSON.stringify(accountIds ?? []) };
}
