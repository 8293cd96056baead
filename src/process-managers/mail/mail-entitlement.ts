import type { AccountEventOf } from '../../domain/account/events.js';
import type { AccountState } from '../../domain/account/state.js';
import type { SuppressionReason } from '../../domain/mail/events.js';
import type { MailCause } from './mail-cause.js';
import { deadlineOf } from './retry-times.js';

/** Why a mail must not go out, by what holds in the account at this moment (ms); null = it may. */
export const suppressionOf = (
  state: AccountState,
  cause: MailCause,
  now: number,
): SuppressionReason | null => {
  const membership = state.memberships.get(cause.data.userId);
  // A machine reads no mail.
  if (membership?.kind === 'SERVICE') return 'NO_ADDRESS';
  return reasonOf(state, cause) ?? (now >= deadlineOf(cause) ? 'EXPIRED' : null);
};

const reasonOf = (state: AccountState, cause: MailCause): SuppressionReason | null => {
  switch (cause.type) {
    case 'UserInvited':
    case 'InvitationResent':
      return ofInvitation(state, cause);
    case 'UserRemoved':
      return ofRemoval(state, cause);
    case 'UserNotified':
      return ofNotification(state, cause);
  }
};

/** Only the newest link of an invitation nobody has answered. */
const ofInvitation = (
  state: AccountState,
  { data }: AccountEventOf<'UserInvited' | 'InvitationResent'>,
): SuppressionReason | null => {
  const membership = state.memberships.get(data.userId);
  const invitation = membership?.invitation;
  if (invitation?.invitationId !== data.invitationId || invitation.generation !== data.generation)
    return 'SUPERSEDED';
  if (membership?.status === 'INVITATION_EXPIRED') return 'EXPIRED';
  return membership?.status === 'INVITED' ? null : 'SUPERSEDED';
};

/**
 * Whoever had no access got no mail before, and gets none now (PP-3). Once the person is in again, or asked in, or has
 * been removed another time, "you have been removed" is no longer true or told by another mail. It stays true of a
 * membership that was deleted since.
 */
const ofRemoval = (
  state: AccountState,
  { data, revision }: MailCause & AccountEventOf<'UserRemoved'>,
): SuppressionReason | null => {
  if (data.from === 'INACTIVE' || data.from === 'FROZEN') return 'NOT_ENTITLED';
  const membership = state.memberships.get(data.userId);
  if (membership === undefined || membership.status === 'DELETED') return null;
  return membership.transitions.at(-2) === revision ? null : 'SUPERSEDED';
};

/** To members with access only, and not to a later membership of the same person. */
const ofNotification = (
  state: AccountState,
  { data }: AccountEventOf<'UserNotified'>,
): SuppressionReason | null => {
  const membership = state.memberships.get(data.userId);
  const isSame = membership?.membershipId === data.membershipId;
  return isSame && membership.status === 'ACTIVE' ? null : 'NOT_ENTITLED';
};
