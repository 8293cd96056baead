import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { guardGrant, guardManaged, guardRank, isSelf } from './authority.js';
import type {
  AnswerInvitation,
  CopyInvitationLink,
  InviteUser,
  ResendInvitation,
  RevokeInvitation,
} from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import {
  checkGrant,
  checkGroups,
  checkNotIn,
  checkNotManaged,
  checkOwnReturn,
  intoGroups,
  tidy,
} from './joining.js';
import { checkInvitationPace } from './mail-pace.js';
import { checkSeats } from './seats.js';
import { dataOf, type Invitation, isInvited, isLive, type Membership } from './state.js';
import { findMembership } from './targets.js';

/** Asks somebody in; the link counts for as long as the policy says, and holds a seat if the policy says so (SW-15). */
export const inviteUser = (given: Case, command: InviteUser): Decision<AccountEvent> => {
  const { userId, invitationId, kind, role, permissions, groupIds, tokenHash } = tidy(command);
  const known = given.state.memberships.get(userId);
  const refused =
    checkOwnReturn(given, known) ??
    checkGrant(given, { kind, role, permissions, groupIds }) ??
    checkNotIn(given, known) ??
    checkNotManaged(given, known) ??
    checkGroups(given, groupIds) ??
    checkReservation(given) ??
    checkInvitationPace(given, known?.invitation);
  if (refused !== null) return refused;
  const goesOn = known !== undefined && known.status !== 'DELETED';
  const membershipId = goesOn ? known.membershipId : command.membershipId;
  const link = { generation: 1, tokenHash, expiresAt: expiryOf(given) };
  const promised = { kind, role, permissions, groupIds };
  return [{ type: 'UserInvited', data: { userId, membershipId, invitationId, ...promised, ...link } }];
};

/** A new link; every older one is dead. Also gives an expired invitation another term. */
export const resendInvitation = (given: Case, command: ResendInvitation): Decision<AccountEvent> => {
  const target = findInvited(given, command.userId);
  if (isRejection(target)) return target;
  const { userId, membershipId, status, role, permissions, invitation } = target;
  const refused =
    guardGrant(given.account, given.authority, { role, permissions }) ??
    guardManaged(given, target) ??
    (status === 'INVITATION_EXPIRED' ? checkReservation(given) : null);
  if (refused !== null) return refused;
  const { invitationId, generation, tokenHash } = command;
  if (invitationId !== invitation.invitationId || generation !== invitation.generation + 1)
    return reject('STALE_VALUE', 'Somebody else has just sent this invitation again; look at it anew.', {
      field: 'userId',
    });
  if (tokenHash === null) return linksDestroyed();
  const tooSoon = checkInvitationPace(given, invitation);
  if (tooSoon !== null) return tooSoon;
  const link = { generation, tokenHash, expiresAt: expiryOf(given) };
  return [{ type: 'InvitationResent', data: { userId, membershipId, invitationId, ...link } }];
};

/** Every link of it is dead; mails nobody. */
export const revokeInvitation = (given: Case, command: RevokeInvitation): Decision<AccountEvent> => {
  const known = findMembership(given.state, command.userId);
  if (isRejection(known)) return known;
  const refused = guardRank(given, known) ?? guardManaged(given, known);
  if (refused !== null) return refused;
  const { status, statusBefore } = known;
  if (status === 'REMOVED' && statusBefore !== null && isInvited({ status: statusBefore })) return [];
  const target = findInvited(given, command.userId);
  return isRejection(target) ? target : [{ type: 'InvitationRevoked', data: invitationData(target) }];
};

/** The link is worth as much as the mail, so that whoever is shown it is written down. */
export const copyInvitationLink = (given: Case, command: CopyInvitationLink): Decision<AccountEvent> => {
  const target = findInvited(given, command.userId);
  if (isRejection(target)) return target;
  const { role, permissions, invitation } = target;
  const refused = guardGrant(given.account, given.authority, { role, permissions });
  if (refused !== null) return refused;
  if (command.destroyedInvitationId === invitation.invitationId) return linksDestroyed();
  if (target.status === 'INVITATION_EXPIRED') return { ...expired(), useInstead: 'resendInvitation' };
  return [
    { type: 'InvitationLinkCopied', data: { ...invitationData(target), generation: invitation.generation } },
  ];
};

/** At most once, in time, by the person invited, with the newest link. Promised groups that are gone are told. */
export const acceptInvitation = (given: Case, command: AnswerInvitation): Decision<AccountEvent> => {
  const target = findAnswered(given, command);
  if (isRejection(target)) return target;
  if (target.status === 'ACTIVE') return [];
  if (target.status === 'INVITATION_EXPIRED') return expired();
  if (target.status !== 'INVITED') return over();
  if (target.invitation.expiresAt <= given.context.occurredAt) return expired();
  const { policy } = given.account;
  const full = policy.invitationReservesSeat ? null : checkSeats(given.account);
  if (full !== null) return { ...full, message: 'The account is full; ask whoever invited you.' };
  const { userId, kind, role, permissions, invitation } = target;
  const isThere = (groupId: string) => given.state.groups.has(groupId);
  const groupIdsGone = invitation.groupIds.filter((groupId) => !isThere(groupId));
  return [
    {
      type: 'InvitationAccepted',
      data: { ...invitationData(target), kind, role, permissions, groupIdsGone },
    },
    ...intoGroups(userId, invitation.groupIds.filter(isThere)),
  ];
};

export const declineInvitation = (given: Case, command: AnswerInvitation): Decision<AccountEvent> => {
  const target = findAnswered(given, command);
  if (isRejection(target)) return target;
  if (target.status === 'REMOVED') return [];
  if (!isInvited(target)) return over();
  return [{ type: 'InvitationDeclined', data: invitationData(target) }];
};

type WithInvitation = Membership & { readonly invitation: Invitation };

const hasInvitation = (membership: Membership): membership is WithInvitation =>
  membership.invitation !== null;

const findInvited = ({ state }: Case, userId: string): WithInvitation | Rejection => {
  const target = findMembership(state, userId);
  if (isRejection(target)) return target;
  return isInvited(target) && hasInvitation(target)
    ? target
    : reject('INVITATION_ENDED', 'This user has no open invitation here.', {
        field: 'userId',
        ...(isLive(target) ? {} : { useInstead: 'inviteUser' }),
      });
};

/** The membership of the person who answers, if the link is his and the newest. */
const findAnswered = (given: Case, command: AnswerInvitation): WithInvitation | Rejection => {
  const target = given.state.memberships.get(command.userId);
  if (
    target === undefined ||
    (given.context.actor.kind === 'USER' && !isSelf(given, target)) ||
    !hasInvitation(target) ||
    target.invitation.invitationId !== command.invitationId
  )
    return reject(
      'INVITATION_FOR_ANOTHER_ADDRESS',
      'This invitation is not for you, or no longer: sign in with the verified e-mail address it was sent to.',
      { field: 'token' },
    );
  const { generation, tokenHash } = target.invitation;
  return generation === command.generation && tokenHash === command.tokenHash
    ? target
    : reject('INVITATION_SUPERSEDED', 'A newer link was sent; use that one, or ask for another.', {
        field: 'token',
      });
};

const invitationData = (invited: WithInvitation) => ({
  ...dataOf(invited),
  invitationId: invited.invitation.invitationId,
});

const checkReservation = ({ account }: Case): Rejection | null =>
  account.policy.invitationReservesSeat ? checkSeats(account) : null;

const expiryOf = ({ account, context }: Case): string =>
  new Date(context.occurredAt + account.policy.invitationTtlSeconds * 1000).toISOString();

const expired = (): Rejection =>
  reject('INVITATION_EXPIRED', 'This invitation has expired; ask for a new link.');

const linksDestroyed = (): Rejection =>
  reject('INVITATION_ENDED', 'The links of this invitation were destroyed; revoke it and invite again.', {
    field: 'userId',
    useInstead: 'revokeInvitation',
  });

const over = (): Rejection =>
  reject('INVITATION_ENDED', 'This invitation was used, withdrawn or declined; ask for a new one.', {
    field: 'token',
  });
