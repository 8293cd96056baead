import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardGrant, guardManaged, guardOwnAccess } from './authority.js';
import type { Case } from './decide.js';
import { offers } from './end-membership.js';
import type { AccountEvent } from './events.js';
import { checkPermissions } from './names.js';
import type { MemberKind, Role } from './roles.js';
import { isLive, type Membership } from './state.js';
import { findGroup } from './targets.js';

export interface Joining {
  readonly kind: MemberKind;
  readonly role: Role;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
}

/** Each once, permissions in order. */
export const tidy = <J extends Joining>(joining: J): J => ({
  ...joining,
  permissions: [...new Set(joining.permissions)].sort(),
  groupIds: [...new Set(joining.groupIds)],
});

/** What holds for everybody who comes in, added, invited or reinstated: nobody is given what the giver lacks. */
export const checkGrant = ({ account, authority }: Case, joining: Joining): Rejection | null => {
  const { kind, role, permissions } = joining;
  const badPermission = checkPermissions(permissions);
  if (badPermission !== null) return badPermission;
  if (kind === 'READER' && role !== 'REVIEWER')
    return reject('INVALID_INPUT', 'A READER has the role REVIEWER.', { field: 'role' });
  if (kind === 'SERVICE' && account.kind !== 'OPERATOR')
    return reject('INVALID_INPUT', 'A SERVICE can be a member of an operator account only.', {
      field: 'kind',
    });
  return guardGrant(account, authority, { role, permissions });
};

/** At least one group where the policy asks for it, and each of them there (SW-16). */
export const checkGroups = ({ state, account }: Case, groupIds: readonly string[]): Rejection | null => {
  if (account.policy.groupRequired && groupIds.length === 0)
    return reject('GROUP_REQUIRED', 'Choose at least one group for the new member.', { field: 'groupIds' });
  for (const groupId of groupIds) {
    const group = findGroup(state, groupId, 'groupIds');
    if (isRejection(group)) return group;
  }
  return null;
};

/** Nobody undoes here what a directory has ended (PP-15). */
export const checkNotManaged = (given: Case, known: Membership | undefined): Rejection | null =>
  known === undefined ? null : guardManaged(given, known);

/** Nobody whose membership others have ended brings himself back, whatever right he comes by. */
export const checkOwnReturn = (given: Case, known: Membership | undefined): Rejection | null =>
  known?.endedByOthers === true ? guardOwnAccess(given, known) : null;

/** Somebody already in is not added or invited again (SW-16). */
export const checkNotIn = ({ account }: Case, known: Membership | undefined): Rejection | null => {
  if (known?.status === 'INVITED')
    return reject(
      'ALREADY_INVITED',
      'This user has an open invitation; resend it, or revoke it and begin again.',
      {
        field: 'userId',
        useInstead: 'resendInvitation',
      },
    );
  if (known === undefined || !isLive(known)) return null;
  return reject('ALREADY_MEMBER', alreadyIn[known.status === 'ACTIVE' ? 'ACTIVE' : 'OTHER'], {
    field: 'userId',
    ...(known.status === 'INACTIVE' && offers(account, 'DEACTIVATE') ? { useInstead: 'reactivateUser' } : {}),
    ...(known.status === 'FROZEN' ? { useInstead: 'unfreezeUser' } : {}),
  });
};

const alreadyIn = {
  ACTIVE: 'This user is already a member of the account.',
  OTHER: 'This user is already a member, without access at present; give the access back instead.',
} as const;

export const intoGroups = (userId: string, groupIds: readonly string[]): readonly AccountEvent[] =>
  groupIds.map((groupId) => ({ type: 'GroupMemberAdded', data: { groupId, userId, role: 'MEMBER' } }));
