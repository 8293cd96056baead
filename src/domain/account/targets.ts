import { type Rejection, reject } from '../rejection.js';
import { guardManaged } from './authority.js';
import type { AccountCommand } from './commands.js';
import type { Case } from './decide.js';
import type { AccountState, Group, Membership } from './state.js';
import { isInvited, isLive } from './state.js';

/** The person acted on: somebody the account knows, else unknown. */
export const findMembership = (state: AccountState, userId: string): Membership | Rejection =>
  state.memberships.get(userId) ??
  reject('NOT_FOUND', 'There is no such user in this account.', { field: 'userId' });

/** A membership that has not ended. */
export const findLiveMembership = (state: AccountState, userId: string): Membership | Rejection => {
  const found = findMembership(state, userId);
  return 'rejected' in found || isLive(found) ? found : ended(found);
};

/** Why a membership that is not live cannot be changed. */
export const ended = (membership: Membership): Rejection => {
  if (isInvited(membership))
    return reject(
      'INVITATION_PENDING',
      'This user has only been invited; revoke the invitation and invite again to change what it promises.',
      { field: 'userId', useInstead: 'revokeInvitation' },
    );
  if (membership.heldAtEnd !== null)
    return reject('MEMBERSHIP_ENDED', 'This user was removed; reinstate the user first.', {
      field: 'userId',
      useInstead: 'reinstateUser',
    });
  return reject(
    'MEMBERSHIP_ENDED',
    membership.status === 'DELETED'
      ? 'This membership was deleted for good; adding the user makes a new one.'
      : 'This user is not in the account; add the user first.',
    { field: 'userId', useInstead: 'addUser' },
  );
};

export const frozen = (): Rejection =>
  reject('MEMBERSHIP_FROZEN', 'This user is frozen, not deactivated; unfreeze instead.', {
    field: 'userId',
    useInstead: 'unfreezeUser',
  });

/** A command that would be let, and write nothing. */
export const alreadyDone = (type: AccountCommand['type'] | null): Rejection =>
  reject(
    'ALREADY_DONE',
    (type === null ? undefined : nothingToDo[type]) ?? 'It is so already; there is nothing to do.',
    { field: 'userId' },
  );

const nothingToDo: Readonly<Partial<Record<AccountCommand['type'], string>>> = {
  removeUser: 'This user is not in the account any more.',
  leaveAccount: 'You are not in the account any more.',
  deactivateUser: 'This user is deactivated already.',
  reactivateUser: 'This user is active already.',
  deleteUser: 'This membership was deleted already.',
  freezeUser: 'This user is frozen already.',
  unfreezeUser: 'This user is active, not frozen.',
  terminateSession: 'This user has no open session to end.',
  revokeInvitation: 'This invitation is over already.',
};

export const findGroup = (state: AccountState, groupId: string, field = 'groupId'): Group | Rejection =>
  state.groups.get(groupId) ?? reject('NOT_FOUND', 'There is no such group in this account.', { field });

/** An account that has an owner never loses its last active one (D3-15). */
export const guardLastOwner = (given: Case, membership: Membership): Rejection | null => {
  const isActiveOwner = membership.status === 'ACTIVE' && membership.role === 'OWNER';
  if (!isActiveOwner || given.account.activeOwners !== 1) return null;
  return reject(
    'LAST_OWNER',
    'This is the last active owner of the account; make somebody else OWNER first.',
    { field: 'userId', ...(canMakeAnOwner(given) ? { useInstead: 'changeRole' } : {}) },
  );
};

/** There is a member whom the asker could make OWNER: changeRole would be let do it. */
const canMakeAnOwner = (given: Case): boolean => {
  const { state, authority } = given;
  if (authority.role !== 'OWNER' || !authority.holds('users.edit')) return false;
  for (const member of state.memberships.values())
    if (mayBecomeOwner(member) && guardManaged(given, member) === null) return true;
  return false;
};

const mayBecomeOwner = ({ status, role, kind }: Membership): boolean =>
  status === 'ACTIVE' && role !== 'OWNER' && kind !== 'READER';
