import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardManaged, guardOwnAccess, guardRank } from './authority.js';
import type { ReactivateUser } from './commands.js';
import { checkConfirmation } from './confirmation.js';
import type { Case } from './decide.js';
import { inSelection, isNotOffered, offers } from './end-membership.js';
import type { AccountEvent } from './events.js';
import { responsibilityFromKey } from './responsibility.js';
import { checkSeats } from './seats.js';
import type { Membership } from './state.js';
import { takesBack, undoneTooLate } from './takes-back.js';
import { alreadyDone, ended, findMembership, frozen } from './targets.js';

/** Access again, with role, permissions and the groups that still exist; duties that moved on stay where they are. */
export const reactivateUser = (given: Case, command: ReactivateUser): Decision<AccountEvent> => {
  const { state, account } = given;
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  const [guarded] = refuseReactivating(given, target);
  if (guarded !== undefined) return guarded;
  if (target.status === 'ACTIVE') return [];
  const tooLate = undoneTooLate(command, target, 'ACTIVE');
  if (tooLate !== null) return tooLate;
  const impossible = refuseInThisState(target);
  if (impossible !== null) return inSelection(given, command.confirmation, impossible);
  const unconfirmed = takesBack(command)
    ? null
    : checkConfirmation(given, 'REACTIVATE', target, command.confirmation);
  const refused = unconfirmed ?? checkSeats(account);
  if (refused !== null) return refused;

  const held = target.heldWhenDeactivated;
  return [
    {
      type: 'UserReactivated',
      data: {
        userId: target.userId,
        membershipId: target.membershipId,
        notRestored: {
          responsibilities: (held?.duties ?? [])
            .filter((duty) => !target.duties.includes(duty))
            .map(responsibilityFromKey),
          groupIds: (held?.groupIds ?? []).filter((groupId) => !target.groupIds.includes(groupId)),
        },
      },
    },
  ];
};

/** Everything that stands in the way whatever the caller sends along. */
export const reactivationBlockers = (given: Case, target: Membership): readonly Rejection[] => {
  const guards = refuseReactivating(given, target);
  if (guards.some(isNotOffered)) return guards;
  const impossible = target.status === 'ACTIVE' ? alreadyDone('reactivateUser') : refuseInThisState(target);
  const full = impossible === null ? checkSeats(given.account) : null;
  return [...guards, impossible, full].filter((refusal) => refusal !== null);
};

const refuseReactivating = (given: Case, target: Membership): readonly Rejection[] => {
  const refusals = [
    offers(given.account, 'DEACTIVATE')
      ? null
      : reject('OPERATION_NOT_OFFERED', 'This account does not offer reactivating.', { field: 'userId' }),
    target.status === 'ACTIVE' ? null : guardOwnAccess(given, target),
    guardRank(given, target),
    guardManaged(given, target),
  ];
  return refusals.filter((refusal) => refusal !== null);
};

const refuseInThisState = (target: Membership): Rejection | null => {
  if (target.status === 'INACTIVE') return null;
  return target.status === 'FROZEN' ? frozen() : ended(target);
};
