import { offboardingFacts, previewToken } from '../../domain/account/confirmation.js';
import { sessionEnd } from '../../domain/account/end-membership.js';
import type { ConfirmedOperation } from '../../domain/account/policy.js';
import { seatUse } from '../../domain/account/seats.js';
import { dutiesLeftOpen, eligibleSuccessors } from '../../domain/account/settle-duties.js';
import { holdsSeat } from '../../domain/account/state.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import { hashOf } from '../../event-store/chain.js';
import type { OffboardingPreview, PreviewRequest } from '../application.js';
import { fewestBlockers, type OpenCase, openCase } from './blockers.js';
import { confirmedAs, noSuccessors, operationCommand, tokenFor } from './operation-command.js';
import { type Standpoint, tryOut } from './trial.js';

const MAX_SUCCESSORS_SHOWN = 100;

/** What an operation would meet, and a token bound to exactly the facts shown. */
export const previewOf = (from: Standpoint, request: PreviewRequest): OffboardingPreview | Rejection => {
  const { operation, userId, successors = noSuccessors } = request;
  const previewed = tokenFor(from.state, { operation, userId });
  const confirmed = confirmedAs(operation);
  const confirmation = { confirmed: true, previewToken: previewed, phrase: confirmed };
  const command = operationCommand({ operation, userId }, confirmation, successors);
  const trial = tryOut(from, [command]);
  const given = openCase(from.state, command, trial.context);
  if (isRejection(given)) return given;

  const { account, target } = given;
  const facts = offboardingFacts(from.state, account, target, confirmed);
  const open = (named: typeof successors) =>
    confirmed === 'REACTIVATE'
      ? []
      : dutiesLeftOpen(given, target, { operation: confirmed, successors: named });
  return {
    ...facts,
    operation,
    token: previewToken(facts, hashOf),
    missingSuccessors: open(successors),
    reassignmentRequired: open(noSuccessors).length > 0,
    eligibleSuccessors: successorsOf(given),
    confirmation: account.policy.confirmation[confirmed].single,
    irreversible: operation === 'DELETE',
    alternative:
      operation === 'DELETE' && account.policy.operationsOffered.includes('DEACTIVATE') ? 'DEACTIVATE' : null,
    blockers: fewestBlockers(from, command),
    canCommit: trial.events.length > 0,
    seats: operation === 'LEAVE' && !given.authority.holds('seats.read') ? null : seatsOf(given, confirmed),
    untilSessionEnd: operation === 'DEACTIVATE' ? lingeringOf(given) : null,
  };
};

const successorsOf = ({ state, target }: OpenCase): OffboardingPreview['eligibleSuccessors'] => {
  const userIds: string[] = [];
  let totalCount = 0;
  for (const userId of eligibleSuccessors(state, target.userId)) {
    totalCount += 1;
    if (totalCount <= MAX_SUCCESSORS_SHOWN) userIds.push(userId);
  }
  return { userIds, totalCount };
};

const seatsOf = ({ account, target }: OpenCase, operation: ConfirmedOperation) => {
  const { limit, inUse } = seatUse(account, account.policy);
  const freed = operation !== 'REACTIVATE' && holdsSeat(target) ? 1 : 0;
  const taken = operation === 'REACTIVATE' && target.status === 'INACTIVE' ? 1 : 0;
  return { limit, inUse, inUseAfterwards: inUse - freed + taken };
};

const lingeringOf = (given: OpenCase): { readonly latest: number | null } | null => {
  const lingering = sessionEnd(given, given.target);
  if (lingering === null) return null;
  return { latest: lingering.latest === null ? null : Date.parse(lingering.latest) };
};
