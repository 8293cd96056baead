import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import { guardRank } from './authority.js';
import type { ReactivateUser } from './commands.js';
import { checkConfirmation } from './confirmation.js';
import type { Case } from './decide.js';
import { checkOffered } from './end-membership.js';
import type { AccountEvent } from './events.js';
import { responsibilityFromKey } from './responsibility.js';
import { ended, findMembership } from './targets.js';

/** Access again, with role, permissions and the groups that still exist; duties that moved on stay where they are. */
export const reactivateUser = (given: Case, command: ReactivateUser): Decision<AccountEvent> => {
  const { state, account } = given;
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  const notOffered = checkOffered(account, 'DEACTIVATE');
  if (notOffered !== null)
    return reject('OPERATION_NOT_OFFERED', 'This account does not offer reactivating.', { field: 'userId' });
  const outranked = guardRank(given, target);
  if (outranked !== null) return outranked;
  if (target.status === 'ACTIVE') return [];
  if (target.status !== 'INACTIVE') return ended(target);
  const unconfirmed = checkConfirmation(given, 'REACTIVATE', target, command.confirmation);
  if (unconfirmed !== null) return unconfirmed;

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
