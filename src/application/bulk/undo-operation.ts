import { denied, permitReading } from '../../domain/account/authority.js';
import type { BulkOrder, BulkProgress } from '../../domain/bulk/progress.js';
import { inverseOf, kindOf, selectionToUndo } from '../../domain/bulk/undoing.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import { lookInto } from './visible-accounts.js';

/** Those of the accounts where the caller may run bulk operations: of the others he learns nothing here. */
export const accountsToUndo = async (
  accounts: Accounts,
  accountIds: readonly string[],
  actor: RequestActor,
): Promise<ReadonlySet<string> | Rejection> => {
  const inReach = new Set<string>();
  let isSeen = false;
  for (const accountId of accountIds) {
    const mayRun = await lookInto(
      accounts,
      { accountId, actor },
      (state, asking) => !isRejection(permitReading(state, 'bulk.run', asking)),
    );
    if (mayRun) inReach.add(accountId);
    isSeen ||= mayRun !== null;
  }
  if (inReach.size > 0) return inReach;
  return isSeen
    ? denied('bulk.run', 'an account of this bulk operation')
    : reject('NOT_FOUND', 'There is no such bulk operation, or you may not see it.', {
        field: 'bulkOperationId',
      });
};

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
