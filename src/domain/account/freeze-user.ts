import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardRank, guardSelf, isSelf } from './authority.js';
import type { OnMember } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent, SessionEndCause } from './events.js';
import { dataOf, type Membership } from './state.js';
import { ended, findMembership, guardLastOwner } from './targets.js';

/** Access off now; seat and duties are settled later. A directory's member too: an emergency does not wait. */
export const freezeUser = (given: Case, command: OnMember): Decision<AccountEvent> => {
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const refused = guardSelf(given, target) ?? guardRank(given, target) ?? guardLastOwner(given, target);
  if (refused !== null) return refused;
  if (target.status === 'FROZEN') return [];
  return target.status === 'ACTIVE' ? [{ type: 'UserFrozen', data: dataOf(target) }] : notActive(target);
};

/** Nobody gives the access back to himself, whatever right he comes by. */
export const unfreezeUser = (given: Case, command: OnMember): Decision<AccountEvent> => {
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  if (isSelf(given, target) && target.status === 'FROZEN')
    return reject('TARGET_OUTRANKS_ACTOR', 'Somebody else must unfreeze you.', { field: 'userId' });
  const outranked = guardRank(given, target);
  if (outranked !== null) return outranked;
  if (target.status === 'ACTIVE') return [];
  return target.status === 'FROZEN' ? [{ type: 'UserUnfrozen', data: dataOf(target) }] : notActive(target);
};

/** Access that outlasted a deactivation ends (D3-23); nothing to do when there is none. */
export const endSession = (
  given: Case,
  command: OnMember,
  cause: SessionEndCause,
): Decision<AccountEvent> => {
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const outranked = cause === 'TERMINATED' ? guardRank(given, target) : null;
  if (outranked !== null) return outranked;
  if (target.untilSessionEnd === null) return [];
  return [{ type: 'SessionAccessEnded', data: { ...dataOf(target), cause } }];
};

const notActive = (target: Membership): Rejection => {
  if (target.status !== 'INACTIVE') return ended(target);
  const isLingering = target.untilSessionEnd !== null;
  return reject(
    'MEMBERSHIP_NOT_ACTIVE',
    isLingering
      ? 'This user is deactivated and has access until the session ends; terminate the session instead.'
      : 'This user is deactivated already and has no access.',
    { field: 'userId', useInstead: isLingering ? 'terminateSession' : 'reactivateUser' },
  );
};
