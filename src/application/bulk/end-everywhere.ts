import type { EndingOperation } from '../../domain/account/policy.js';
import { ACCOUNT, type AccountState } from '../../domain/account/state.js';
import type { BulkSelection } from '../../domain/bulk/events.js';
import type { BulkOrder } from '../../domain/bulk/progress.js';
import { kindOf } from '../../domain/bulk/undoing.js';
import { type Rejection, reject } from '../../domain/rejection.js';
import type { Accounts } from '../accounts.js';
import type { EndEverywhereRequest } from '../application.js';
import { noSuccessors } from '../offboarding/operation-command.js';
import type { WorkLists } from '../work-lists.js';
import { knownPhrase, successorsOf } from './orders.js';
import { lookInto } from './visible-accounts.js';

interface Parts {
  readonly accounts: Accounts;
  readonly lists: Pick<WorkLists, 'livingAccountIds' | 'caughtUp'>;
}

/** One person out of every account that the caller may see; each account decides for itself. */
export const orderToEndEverywhere = async (
  { accounts, lists }: Parts,
  bulkOperationId: string,
  request: EndEverywhereRequest,
): Promise<BulkOrder | Rejection> => {
  const { actor, userId, confirmed, phrase, successors } = request;
  await lists.caughtUp();
  const selection: BulkSelection[] = [];
  for (const accountId of lists.livingAccountIds(userId)) {
    const operation = await lookInto(
      accounts,
      { accountId, actor },
      (state) => request.operation ?? ownOf(state),
    );
    if (operation === null) continue;
    const named = successors.find((entry) => entry.accountId === accountId)?.successors;
    selection.push({
      accountId,
      operation,
      items: [{ userId, previewToken: null, undoesRevision: null }],
      successors: named === undefined ? noSuccessors : successorsOf(named),
    });
  }
  if (selection.length === 0)
    return reject('NOT_FOUND', 'There is no such user in any account that you may see.', { field: 'userId' });
  return {
    bulkOperationId,
    operation: kindOf(selection),
    errorPolicy: 'REJECT_FAILED_ITEMS',
    selection,
    confirmed,
    phrase: knownPhrase(phrase),
    undoes: null,
  };
};

/** How an account parts with people: by removing them where it offers that, else by deactivating them. */
const ownOf = (state: AccountState): EndingOperation =>
  state.account.get(ACCOUNT)?.policy.operationsOffered.includes('REMOVE') ? 'REMOVE' : 'DEACTIVATE';
