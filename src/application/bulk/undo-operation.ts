import type { BulkOrder, BulkProgress } from '../../domain/bulk/progress.js';
import { inverseOf, kindOf, selectionToUndo } from '../../domain/bulk/undoing.js';
import { type Rejection, reject } from '../../domain/rejection.js';

/** Takes back what a finished operation has done in these accounts; being bound to what it takes back confirms it. */
export const orderToUndo = (
  undone: BulkProgress,
  bulkOperationId: string,
  accountIds: ReadonlySet<string>,
): BulkOrder | Rejection => {
  const order = undone.started?.data;
  const isForGood = order?.selection.every(({ operation }) => inverseOf[operation] === null) ?? false;
  if (isForGood) return order?.operation === 'REVOKE_INVITATION' ? linksStayDead() : deletedForGood();
  const selection = selectionToUndo(undone, accountIds);
  return {
    bulkOperationId,
    operation: kindOf(selection),
    errorPolicy: 'REJECT_FAILED_ITEMS',
    selection,
    confirmed: false,
    phrase: null,
    undoes: order?.bulkOperationId ?? null,
  };
};

const linksStayDead = (): Rejection =>
  reject('UNDO_IMPOSSIBLE', 'The links of a revoked invitation stay dead; invite the user again instead.', {
    field: 'bulkOperationId',
    useInstead: 'inviteUser',
  });

const deletedForGood = (): Rejection =>
  reject('UNDO_IMPOSSIBLE', 'What is deleted is deleted for good; add the users again instead.', {
    field: 'bulkOperationId',
    useInstead: 'addUser',
  });
