import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import { guardGrant, guardRank } from './authority.js';
import type { ChangeRole } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { rankOf } from './roles.js';
import { findLiveMembership, guardLastOwner } from './targets.js';

/** Nobody promotes above himself, touches a higher rank, or demotes the last active owner. */
export const changeRole = (given: Case, command: ChangeRole): Decision<AccountEvent> => {
  const { state, account, authority, context } = given;
  const target = findLiveMembership(state, command.userId);
  if (isRejection(target)) return target;
  const isSelf = context.actor.kind === 'USER' && context.actor.userId === target.userId;
  const outranked = isSelf ? null : guardRank(account.policy, authority, target);
  if (outranked !== null) return outranked;
  const ungrantable = guardGrant(account, authority, { role: command.role, permissions: [] });
  if (ungrantable !== null) return ungrantable;
  if (command.expectedRole !== null && command.expectedRole !== target.role)
    return reject('STALE_VALUE', `The role is ${target.role}, not ${command.expectedRole}; read it again.`, {
      field: 'expectedRole',
    });
  if (target.role === command.role) return [];
  if (target.kind === 'READER')
    return reject('INVALID_INPUT', 'A READER has the role REVIEWER.', { field: 'role' });
  if (rankOf[command.role] < rankOf.OWNER) {
    const last = guardLastOwner(account, target);
    if (last !== null) return last;
  }
  const { userId, membershipId, role: from } = target;
  return [{ type: 'RoleChanged', data: { userId, membershipId, from, to: command.role } }];
};
