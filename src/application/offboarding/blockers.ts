import { permit, unknownAccount } from '../../domain/account/authority.js';
import type { EndMembership, ReactivateUser } from '../../domain/account/commands.js';
import type { Case, DecisionContext } from '../../domain/account/decide.js';
import { blockersOf, guardLeaver } from '../../domain/account/end-membership.js';
import { explainRefusal } from '../../domain/account/explain-refusal.js';
import { reactivationBlockers } from '../../domain/account/reactivate-user.js';
import { ACCOUNT, type AccountState, type Membership } from '../../domain/account/state.js';
import { findMembership } from '../../domain/account/targets.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import { contextOf, rightsInTurn, type Standpoint } from './trial.js';

/** A question about one member by somebody who may ask it. */
export interface OpenCase extends Case {
  readonly target: Membership;
}

/** What a leaf of the decision would start with; unknown or forbidden otherwise. */
export const openCase = (
  state: AccountState,
  command: EndMembership | ReactivateUser,
  context: DecisionContext,
): OpenCase | Rejection => {
  const refused = (rejection: Rejection) => explainRefusal(rejection, { state, command, context });
  const authority = permit(state, command, context.actor);
  if (isRejection(authority)) return refused(authority);
  const account = state.account.get(ACCOUNT);
  if (account === undefined) return unknownAccount();
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return refused(target);
  const given: OpenCase = { state, account, authority, context, target };
  const notOwn = command.type === 'leaveAccount' ? guardLeaver(given, target) : null;
  return notOwn === null ? given : refused(notOwn);
};

/** Everything that stands in the way whatever is confirmed and whoever takes over. */
export const blockers = (given: OpenCase, command: EndMembership | ReactivateUser): readonly Rejection[] => {
  const { state, context, target } = given;
  const found =
    command.type === 'reactivateUser'
      ? reactivationBlockers(given, target)
      : blockersOf(given, command, target);
  return found.map((rejection) => explainRefusal(rejection, { state, command, context }));
};

/** By whichever of the asker's rights the least stands in the way. */
export const fewestBlockers = (
  from: Standpoint,
  command: EndMembership | ReactivateUser,
): readonly Rejection[] => {
  const { state, occurredAt } = from;
  return rightsInTurn(from)
    .map((actor) => openCase(state, command, contextOf(actor, occurredAt)))
    .map((given) => (isRejection(given) ? [given] : blockers(given, command)))
    .reduce((fewest, found) => (found.length < fewest.length ? found : fewest));
};
