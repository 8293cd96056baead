import { type Rejection, reject } from '../rejection.js';
import type { AccountRow, AccountState, Group, Membership } from './state.js';
import { isLive } from './state.js';

/** The person acted on: somebody the account knows, else unknown. */
export const findMembership = (state: AccountState, userId: string): Membership | Rejection =>
  state.memberships.get(userId) ??
  reject('NOT_FOUND', 'There is no such user in this account.', { field: 'userId' });

/** A membership that has not ended. */
export const findLiveMembership = (state: AccountState, userId: string): Membership | Rejection => {
  const found = findMembership(state, userId);
  return 'rejected' in found || isLive(found) ? found : ended(found);
};

export const ended = (membership: Membership): Rejection =>
  reject(
    'MEMBERSHIP_ENDED',
    membership.status === 'DELETED'
      ? 'This membership was deleted for good; adding the user makes a new one.'
      : 'This user was removed; add the user again first.',
    { field: 'userId', useInstead: 'addUser' },
  );

export const findGroup = (state: AccountState, groupId: string, field = 'groupId'): Group | Rejection =>
  state.groups.get(groupId) ?? reject('NOT_FOUND', 'There is no such group in this account.', { field });

/** An account that has an owner never loses its last active one (D3-15). */
export const guardLastOwner = (account: AccountRow, membership: Membership): Rejection | null =>
  membership.status === 'ACTIVE' && membership.role === 'OWNER' && account.activeOwners === 1
    ? reject('LAST_OWNER', 'This is the last active owner of the account; make somebody else OWNER first.', {
        field: 'userId',
        useInstead: 'changeRole',
      })
    : null;
