import type { EndMembership, ReactivateUser, RevokeInvitation } from '../../domain/account/commands.js';
import { alreadyDone } from '../../domain/account/targets.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import { isChangeOf } from '../bulk/item-results.js';
import { blockers, openCase } from './blockers.js';
import type { Standpoint, Trial } from './trial.js';

/** Whether an operation could be done to one of a selection, with good successors if need be. */
export interface Availability {
  readonly available: boolean;
  /** Null exactly when it is available. */
  readonly reason: Rejection | null;
  readonly reassignmentRequired: boolean;
}

/** As it came out of a trial of the whole selection without successors. */
export const availability = (
  { state }: Standpoint,
  item: EndMembership | ReactivateUser | RevokeInvitation,
  { trial, at }: { readonly trial: Trial; readonly at: number },
): Availability => {
  const refusal = trial.refusals.get(at);
  if (refusal?.code === 'REASSIGNMENT_REQUIRED' && item.type !== 'revokeInvitation') {
    const given = openCase(state, item, trial.context);
    // Successors will do, unless nobody could be one or the caller may not name them.
    const reason = isRejection(given) ? given : (blockers(given, item)[0] ?? null);
    return { available: reason === null, reason, reassignmentRequired: true };
  }
  if (refusal !== undefined) return unavailable(refusal);
  return trial.events.some((event) => isChangeOf(item.userId, event))
    ? { available: true, reason: null, reassignmentRequired: false }
    : unavailable(alreadyDone(item.type));
};

export const unavailable = (reason: Rejection): Availability => ({
  available: false,
  reason,
  reassignmentRequired: false,
});
