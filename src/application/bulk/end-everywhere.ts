import type { Actor } from '../../domain/account/actor.js';
import { permit } from '../../domain/account/authority.js';
import type { AccountCommand } from '../../domain/account/commands.js';
import { offers } from '../../domain/account/end-membership.js';
import { confirmedOperations, type EndingOperation } from '../../domain/account/policy.js';
import { ACCOUNT, type AccountState, isInvited } from '../../domain/account/state.js';
import type { BulkSelection } from '../../domain/bulk/events.js';
import type { BulkOrder } from '../../domain/bulk/progress.js';
import { kindOf } from '../../domain/bulk/undoing.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import type { Accounts } from '../accounts.js';
import type { EndEverywhereRequest, EverywhereOperation, EverywherePreviewRequest } from '../application.js';
import { noSuccessors, operationCommand, validConfirmation } from '../offboarding/operation-command.js';
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
  readonly operation: EverywhereOperation;
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
    const operation = await lookInto(accounts, { accountId, actor }, (state, asking) =>
      endingOf(state, asking, { userId, wanted }),
    );
    if (operation !== null) endings.push({ accountId, operation });
  }
  return endings.length > 0
    ? endings
    : reject('NOT_FOUND', 'There is no such user in any account that you may see.', { field: 'userId' });
};

interface Wanted {
  readonly userId: string;
  /** Null: the account's own. */
  readonly wanted: EndingOperation | null;
}

/**
 * Of somebody who has only been invited the invitation is ended, by whatever of it the caller may do: a link that is left
 * alive is a way back in. When he may do none of it, the revocation is ordered all the same, and its refusal told.
 */
const endingOf = (state: AccountState, actor: Actor, { userId, wanted }: Wanted): EverywhereOperation => {
  const membership = state.memberships.get(userId);
  if (membership === undefined || !isInvited(membership)) return wanted ?? ownOf(state);
  const may = (operation: EverywhereOperation) => mayEndInvitation(state, actor, { userId, operation });
  if (wanted === 'DELETE' && may('DELETE')) return 'DELETE';
  return !may('REVOKE_INVITATION') && may('REMOVE') ? 'REMOVE' : 'REVOKE_INVITATION';
};

const mayEndInvitation = (
  state: AccountState,
  actor: Actor,
  { userId, operation }: { readonly userId: string; readonly operation: EverywhereOperation },
): boolean => {
  const isPermitted = (command: AccountCommand) => !isRejection(permit(state, command, actor));
  if (operation === 'REVOKE_INVITATION') return isPermitted({ type: 'revokeInvitation', userId });
  const account = state.account.get(ACCOUNT);
  const on = { operation, userId };
  const command = operationCommand(on, validConfirmation(state, on, 'bulk'), noSuccessors);
  return account !== undefined && offers(account, operation) && isPermitted(command);
};

/** How an account parts with people: by removing them where it offers that, else by deactivating them. */
const ownOf = (state: AccountState): EndingOperation =>
  state.account.get(ACCOUNT)?.policy.operationsOffered.includes('REMOVE') ? 'REMOVE' : 'DEACTIVATE';
