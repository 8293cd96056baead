import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardManaged } from './authority.js';
import type { AddGroupMember, ChangeGroupRole, RemoveGroupMember } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent, GroupRole } from './events.js';
import { findGroup, findLiveMembership, findMembership } from './targets.js';

export const addGroupMember = (given: Case, command: AddGroupMember): Decision<AccountEvent> => {
  const { groupId, userId, role } = command;
  const present = findInGroup(given, groupId, userId);
  if (isRejection(present)) return present;
  const membership = findLiveMembership(given.state, userId);
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

export const changeGroupRole = (given: Case, command: ChangeGroupRole): Decision<AccountEvent> => {
  const { groupId, userId, role, expectedRole } = command;
  const present = findInGroup(given, groupId, userId);
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
export const removeGroupMember = (given: Case, command: RemoveGroupMember): Decision<AccountEvent> => {
  const { groupId, userId } = command;
  const present = findInGroup(given, groupId, userId);
  if (isRejection(present)) return present;
  return present.role === null
    ? []
    : [{ type: 'GroupMemberRemoved', data: { groupId, userId, role: present.role } }];
};

/** Which groups a directory's member is in is the directory's too: they give access (PP-15). */
const findInGroup = (
  given: Case,
  groupId: string,
  userId: string,
): { readonly role: GroupRole | null } | Rejection => {
  const { state } = given;
  const group = findGroup(state, groupId);
  if (isRejection(group)) return group;
  const membership = findMembership(state, userId);
  if (isRejection(membership)) return membership;
  const managed = guardManaged(given, membership);
  if (managed !== null) return managed;
  return { role: state.groupMembers.get(groupId)?.get(userId) ?? null };
};
