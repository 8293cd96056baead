import type {
  ConfirmationGiven,
  EndMembership,
  ReactivateUser,
  Successors,
} from '../../domain/account/commands.js';
import { offboardingFacts, previewToken } from '../../domain/account/confirmation.js';
import type { ConfirmedOperation } from '../../domain/account/policy.js';
import { ACCOUNT, type AccountState } from '../../domain/account/state.js';
import { hashOf } from '../../event-store/chain.js';
import type { PreviewedOperation } from '../application.js';

export const noSuccessors: Successors = { forAll: null, each: [] };

export interface OperationOnUser {
  readonly operation: PreviewedOperation;
  readonly userId: string;
}

/** The operation as a caller would send it. */
export const operationCommand = (
  { operation, userId }: OperationOnUser,
  confirmation: ConfirmationGiven,
  successors: Successors,
): EndMembership | ReactivateUser =>
  operation === 'REACTIVATE'
    ? { type: 'reactivateUser', userId, confirmation }
    : { type: endings[operation], userId, confirmation, successors };

const endings = {
  REMOVE: 'removeUser',
  LEAVE: 'leaveAccount',
  DEACTIVATE: 'deactivateUser',
  DELETE: 'deleteUser',
} as const;

/** Under which of the policy's rules. */
export const confirmedAs = (operation: PreviewedOperation): ConfirmedOperation =>
  operation === 'LEAVE' ? 'REMOVE' : operation;

/** Everything that the account's policy asks a caller to send along. */
export const validConfirmation = (
  state: AccountState,
  on: OperationOnUser,
  how: 'single' | 'bulk',
): ConfirmationGiven => {
  const operation = confirmedAs(on.operation);
  const isTokenAsked = state.account.get(ACCOUNT)?.policy.confirmation[operation][how] === 'PREVIEW_TOKEN';
  const token = isTokenAsked ? tokenFor(state, on) : null;
  return { confirmed: true, previewToken: token, phrase: operation, isBulk: how === 'bulk' };
};

/** What a preview would give; null when there is nothing to preview. */
export const tokenFor = (state: AccountState, { operation, userId }: OperationOnUser): string | null => {
  const account = state.account.get(ACCOUNT);
  const target = state.memberships.get(userId);
  if (account === undefined || target === undefined) return null;
  return previewToken(offboardingFacts(state, account, target, confirmedAs(operation)), hashOf);
};
