import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import type { AddGroupMember, ChangeGroupRole, RemoveGroupMember } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent, GroupRole } from './events.js';
import type { AccountState } from './state.js';
import { findGroup, findLiveMembership } from './targets.js';

export const addGroupMember = ({ state }: Case, command: AddGroupMember): Decision<AccountEvent> => {
  const { groupId, userId, role } = command;
  const present = findInGroup(state, groupId, userId);
  if (isRejection(present)) return present;
  const membership = findLiveMembership(state, userId);
  if (isRejection(membership)) return membership;
  if (present.role === role) return [];
  if (present.role !== null)
    return reject('ALREADY_MEMBER', `This user is in the group as ${present.role}; use changeGroupRole.`, {
      field: 'userId',
      useInstead: 'changeGroupRole',
    });
  if (membership.status !== 'ACTIVE')
    return reject('MEMBERSHIP_NOT_ACTIVE', 'Only active members can be put into a group.', {
      field: 'userId',
    });
  return [{ type: 'GroupMemberAdded', data: { groupId, userId, role } }];
};

export const changeGroupRole = ({ state }: Case, command: ChangeGroupRole): Decision<AccountEvent> => {
  const { groupId, userId, role, expectedRole } = command;
  const present = findInGroup(state, groupId, userId);
  if (isRejection(present)) return present;
  if (present.role === null)
    return reject('NOT_A_MEMBER', 'This user is not in the group.', {
      field: 'userId',
      useInstead: 'addGroupMember',
    });
  if (expectedRole !== null && expectedRole !== present.role)
    return reject('STALE_VALUE', `The role is ${present.role}, not ${expectedRole}; read it again.`, {
      field: 'expectedRole',
    });
  if (present.role === role) return [];
  return [{ type: 'GroupRoleChanged', data: { groupId, userId, from: present.role, to: role } }];
};

/** Out of one group only; the membership of the account goes on (SW-17). */
export const removeGroupMember = ({ state }: Case, command: RemoveGroupMember): Decision<AccountEvent> => {
  const { groupId, userId } = command;
  const present = findInGroup(state, groupId, userId);
  if (isRejection(present)) return present;
  return present.role === null
    ? []
    : [{ type: 'GroupMemberRemoved', data: { groupId, userId, role: present.role } }];
};

const findInGroup = (
  state: AccountState,
  groupId: string,
  userId: string,
): { readonly role: GroupRole | null } | Rejection => {
  const group = findGroup(state, groupId);
  if (isRejection(group)) return group;
  if (!state.memberships.has(userId))
    return reject('NOT_FOUND', 'There is no such user in this account.', { field: 'userId' });
  return { role: state.groupMembers.get(groupId)?.get(userId) ?? null };
};
