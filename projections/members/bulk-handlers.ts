import type { EventOf, Moment } from '../projection.js';
import type { MemberRows } from './member-rows.js';
import { newRow } from './plain-cache.js';
import { type BulkItemRow, type BulkOperationRow, bulkItemKey } from './process-rows.js';

export function startBulk(rows: MemberRows, event: EventOf<'BulkOperationStarted'>, moment: Moment): void {
  const { bulkOperationId, operation, errorPolicy, selection, undoes } = event.data;
  const { bulkOperations, bulkItems } = rows.processes;
  bulkOperations.add(
    bulkOperationId,
    newRow<BulkOperationRow>(bulkOperations, {
      bulkOperationId,
      operation,
      errorPolicy,
      actorId: event.actor.id,
      undoes,
      requested: selection.reduce((sum, { items }) => sum + items.length, 0),
      status: 'RUNNING',
      startedAt: moment.occurredAt,
      finishedAt: null,
      startedPosition: moment.position,
      applied: 0,
      unchanged: 0,
      rejected: 0,
      notAttempted: 0,
    }),
  );
  for (const { accountId, operation, items } of selection)
    for (const [place, { userId }] of items.entries()) {
      const key = bulkItemKey(bulkOperationId, accountId, userId);
      if (bulkItems.find(key) !== null) continue;
      const named = { bulkOperationId, accountId, userId, operation, leadsAccount: place === 0 ? 1 : 0 };
      bulkItems.add(key, newRow<BulkItemRow>(bulkItems, { ...named, outcome: null, code: null }));
    }
}

export function decidePart(rows: MemberRows, event: EventOf<'BulkPartDone'>): void {
  const { bulkOperationId, accountId, results } = event.data;
  const { bulkOperations, bulkItems } = rows.processes;
  const operation = operationOf(rows, event);
  for (const { userId, outcome, code } of results) {
    operation[counterOf[outcome]] += 1;
    const item = bulkItems.find(bulkItemKey(bulkOperationId, accountId, userId));
    if (item === null) continue;
    item.outcome = outcome;
    item.code = code;
    bulkItems.touch(item);
  }
  bulkOperations.touch(operation);
}

/** What no part has decided was never attempted; the queries say so of an operation that is finished. */
export function finishBulk(rows: MemberRows, event: EventOf<'BulkOperationFinished'>, moment: Moment): void {
  const { counts } = event.data;
  const operation = operationOf(rows, event);
  operation.status = 'FINISHED';
  operation.finishedAt = moment.occurredAt;
  operation.applied = counts.APPLIED;
  operation.unchanged = counts.UNCHANGED;
  operation.rejected = counts.REJECTED;
  operation.notAttempted = counts.NOT_ATTEMPTED;
  rows.processes.bulkOperations.touch(operation);
}

const counterOf = {
  APPLIED: 'applied',
  UNCHANGED: 'unchanged',
  REJECTED: 'rejected',
  NOT_ATTEMPTED: 'notAttempted',
} as const;

function operationOf(
  rows: MemberRows,
  event: EventOf<'BulkPartDone' | 'BulkOperationFinished'>,
): BulkOperationRow {
  const row = rows.processes.bulkOperations.find(event.data.bulkOperationId);
  if (row !== null) return row;
  throw new Error(
    `${event.type} at revision ${event.revision} of ${event.stream} is about the bulk operation ` +
      `${event.data.bulkOperationId}, which no event before it started`,
  );
}
