import { confirmedOperations, type EndingOperation } from '../../domain/account/policy.js';
import { ACCOUNT, type AccountState } from '../../domain/account/state.js';
import type { BulkSelection } from '../../domain/bulk/events.js';
import type { BulkOrder } from '../../domain/bulk/progress.js';
import { kindOf } from '../../domain/bulk/undoing.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import type { Accounts } from '../accounts.js';
import type { EndEverywhereRequest, EverywherePreviewRequest } from '../application.js';
import { noSuccessors } from '../offboarding/operation-command.js';
import type { WorkLists } from '../work-lists.js';
import { END_EVERYWHERE } from './item-commands.js';
import { knownPhrase, knownToken, successorsOf } from './orders.js';
import { lookInto } from './visible-accounts.js';

interface Parts {
  readonly accounts: Accounts;
  readonly lists: Pick<WorkLists, 'livingAccountIds' | 'caughtUp'>;
}

/** What would be done in one account. */
interface Ending {
  readonly accountId: string;
  readonly operation: EndingOperation;
}

/** One person out of every account that the caller may see; each account decides for itself. */
export const orderToEndEverywhere = async (
  parts: Parts,
  bulkOperationId: string,
  request: EndEverywhereRequest,
): Promise<BulkOrder | Rejection> => {
  const { userId, confirmed, phrase, successors, previewTokens } = request;
  const endings = await endingsOf(parts, request);
  if (isRejection(endings)) return endings;
  const selection = endings.map(({ accountId, operation }): BulkSelection => {
    const isHere = (given: { readonly accountId: string }) => given.accountId === accountId;
    const named = successors.find(isHere)?.successors;
    const previewToken = knownToken(previewTokens.find(isHere)?.previewToken ?? null);
    return {
      accountId,
      operation,
      items: [{ userId, previewToken, undoesRevision: null }],
      successors: named === undefined ? noSuccessors : successorsOf(named),
    };
  });
  return {
    bulkOperationId,
    operation: kindOf(selection),
    errorPolicy: 'REJECT_FAILED_ITEMS',
    selection,
    confirmed,
    phrase: knownPhrase(phrase, [...confirmedOperations, END_EVERYWHERE]),
    undoes: null,
  };
};

/**
 * Every account that the caller may see the person in, with what would be done there.
 * @throws ReadModelBehind
 */
export const endingsOf = async (
  { accounts, lists }: Parts,
  { actor, userId, operation: wanted }: EverywherePreviewRequest,
): Promise<readonly Ending[] | Rejection> => {
  await lists.caughtUp();
  const endings: Ending[] = [];
  for (const accountId of lists.livingAccountIds(userId)) {
    const operation = await lookInto(accounts, { accountId, actor }, (state) => wanted ?? ownOf(state));
    if (operation !== null) endings.push({ accountId, operation });
  }
  return endings.length > 0
    ? endings
    : reject('NOT_FOUND', 'There is no such user in any account that you may see.', { field: 'userId' });
};

/** How an account parts with people: by removing them where it offers that, else by deactivating them. */
const ownOf = (state: AccountState): EndingOperation =>
  state.account.get(ACCOUNT)?.policy.operationsOffered.includes('REMOVE') ? 'REMOVE' : 'DEACTIVATE';
