import type { Actor } from '../domain/account/actor.js';
import type { AccountCommand } from '../domain/account/commands.js';
import { offboardingFacts, previewToken } from '../domain/account/confirmation.js';
import { decide } from '../domain/account/decide.js';
import type { ConfirmedOperation } from '../domain/account/policy.js';
import { ACCOUNT } from '../domain/account/state.js';
import { findMembership } from '../domain/account/targets.js';
import { isRejection, type Rejection, reject } from '../domain/rejection.js';
import { hashOf } from '../event-store/chain.js';
import type { AccountView } from './account-writer.js';
import type { OffboardingPreview, PreviewRequest } from './application.js';

/** What an ending operation would meet at the head of the account's stream, as the decider sees it. */
export const preview = (
  { state }: AccountView,
  request: PreviewRequest,
  actor: Actor,
  now: number,
): OffboardingPreview | Rejection => {
  const account = state.account.get(ACCOUNT);
  const target = findMembership(state, request.userId);
  const digest = hashOf;
  const token =
    account === undefined || isRejection(target)
      ? null
      : previewToken(offboardingFacts(state, account, target, request.operation), digest);
  const decision = decide(state, commandOf(request, token), {
    actor,
    occurredAt: now,
    commandId: '',
    fingerprint: null,
    digest,
  });
  const refusal = isRejection(decision) ? decision : null;
  if (refusal?.code === 'NOT_FOUND' || refusal?.code === 'PERMISSION_DENIED') return refusal;
  if (account === undefined || isRejection(target) || token === null)
    return reject('NOT_FOUND', 'There is no such user in this account.', { field: 'userId' });
  const { accountId, policyVersion, ...facts } = offboardingFacts(state, account, target, request.operation);
  const { operation } = request;
  return {
    accountId,
    ...facts,
    reassignmentRequired: refusal?.code === 'REASSIGNMENT_REQUIRED',
    confirmation: account.policy.confirmation[operation].single,
    irreversible: operation === 'DELETE',
    refusal: refusal?.code === 'REASSIGNMENT_REQUIRED' ? null : refusal,
    policyVersion,
    token,
  };
};

/** The operation as it would be sent with everything a caller can confirm, and no successors. */
const commandOf = ({ operation, userId }: PreviewRequest, previewToken: string | null): AccountCommand => {
  const confirmation = { confirmed: true, previewToken, phrase: operation };
  return operation === 'REACTIVATE'
    ? { type: 'reactivateUser', userId, confirmation }
    : { type: endingCommands[operation], userId, confirmation, successors: { forAll: null, each: [] } };
};

const endingCommands: Readonly<
  Record<Exclude<ConfirmedOperation, 'REACTIVATE'>, 'removeUser' | 'deactivateUser' | 'deleteUser'>
> = { REMOVE: 'removeUser', DEACTIVATE: 'deactivateUser', DELETE: 'deleteUser' };
