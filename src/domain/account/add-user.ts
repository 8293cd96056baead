import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import { guardGrant } from './authority.js';
import type { AddUser } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkPermissions } from './names.js';
import { isLive } from './state.js';
import { findGroup } from './targets.js';

/** Adds a person, or brings a removed one back under the same membership (SW-5, SW-16). */
export const addUser = ({ state, account, authority }: Case, command: AddUser): Decision<AccountEvent> => {
  const { userId, kind, role } = command;
  const permissions = [...new Set(command.permissions)].sort();
  const groupIds = [...new Set(command.groupIds)];
  const known = state.memberships.get(userId);

  const badPermission = checkPermissions(permissions);
  if (badPermission !== null) return badPermission;
  if (kind === 'READER' && role !== 'REVIEWER')
    return reject('INVALID_INPUT', 'A READER has the role REVIEWER.', { field: 'role' });
  const refused = guardGrant(account, authority, { role, permissions });
  if (refused !== null) return refused;
  if (known !== undefined && isLive(known)) {
    return reject(
      'ALREADY_MEMBER',
      known.status === 'ACTIVE'
        ? 'This user is already a member of the account.'
        : 'This user is already a member, deactivated; reactivate instead.',
      { field: 'userId', ...(known.status === 'INACTIVE' ? { useInstead: 'reactivateUser' } : {}) },
    );
  }
  if (account.policy.groupRequired && groupIds.length === 0)
    return reject('GROUP_REQUIRED', 'Choose at least one group for the new member.', { field: 'groupIds' });
  for (const groupId of groupIds) {
    const group = findGroup(state, groupId, 'groupIds');
    if (isRejection(group)) return group;
  }

  const rejoins = known?.status === 'REMOVED';
  const membershipId = rejoins ? known.membershipId : command.membershipId;
  return [
    {
      type: rejoins ? 'UserRejoined' : 'UserAdded',
      data: { userId, membershipId, kind, role, permissions },
    },
    ...groupIds.map(
      (groupId): AccountEvent => ({ type: 'GroupMemberAdded', data: { groupId, userId, role: 'MEMBER' } }),
    ),
  ];
};
