import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import { guardGrant, guardManaged, guardRank } from './authority.js';
import type { ChangeRole } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { isLive } from './state.js';
import { ended, findMembership, guardLastOwner } from './targets.js';

/** Nobody promotes above himself, touches a higher rank, or demotes the last active owner. */
export const changeRole = (given: Case, command: ChangeRole): Decision<AccountEvent> => {
  const { state, account, authority } = given;
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  const refused =
    guardGrant(account, authority, { role: command.role, permissions: [] }) ??
    guardRank(given, target) ??
    guardManaged(given, target) ??
    (command.role === 'OWNER' ? null : guardLastOwner(given, target));
  if (refused !== null) return refused;
  if (!isLive(target)) return ended(target);
  if (command.expectedRole !== null && command.expectedRole !== target.role)
    return reject('STALE_VALUE', `The role is ${target.role}, not ${command.expectedRole}; read it again.`, {
      field: 'expectedRole',
    });
  if (target.role === command.role) return [];
  if (target.kind === 'READER')
    return reject('INVALID_INPUT', 'A READER has the role REVIEWER.', { field: 'role' });
  const { userId, membershipId, role: from } = target;
  return [{ type: 'RoleChanged', data: { userId, membershipId, from, to: command.role } }];
};
