import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardOwnAccess, guardRank, guardSelf } from './authority.js';
import type { OnMember } from './commands.js';
import type { Case } from './decide.js';
import { offers } from './end-membership.js';
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
  return target.status === 'ACTIVE'
    ? [{ type: 'UserFrozen', data: dataOf(target) }]
    : notActive(given, target);
};

export const unfreezeUser = (given: Case, command: OnMember): Decision<AccountEvent> => {
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const isOwn = target.status === 'FROZEN' ? guardOwnAccess(given, target) : null;
  const refused = isOwn ?? guardRank(given, target);
  if (refused !== null) return refused;
  if (target.status === 'ACTIVE') return [];
  return target.status === 'FROZEN'
    ? [{ type: 'UserUnfrozen', data: dataOf(target) }]
    : notActive(given, target);
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

const notActive = ({ account }: Case, target: Membership): Rejection => {
  if (target.status !== 'INACTIVE') return ended(target);
  const isLingering = target.untilSessionEnd !== null;
  const reactivate = offers(account, 'DEACTIVATE') ? { useInstead: 'reactivateUser' } : {};
  return reject(
    'MEMBERSHIP_NOT_ACTIVE',
    isLingering
      ? 'This user is deactivated and has access until the session ends; terminate the session instead.'
      : 'This user is deactivated already and has no access.',
    { field: 'userId', ...(isLingering ? { useInstead: 'terminateSession' } : reactivate) },
  );
};
