import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import { denied, guardManaged, guardOwnAccess } from './authority.js';
import type { ReinstateUser, SnapshotPart } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent, MembershipSnapshot } from './events.js';
import { checkGrant, checkGroups, checkNotIn, intoGroups, tidy } from './joining.js';
import { responsibilityKey } from './responsibility.js';
import { checkSeats } from './seats.js';
import type { AccountState } from './state.js';
import { takesBack, undoneTooLate } from './takes-back.js';
import { findMembership } from './targets.js';

/**
 * A removed member comes back with chosen parts of what was held. Groups that are gone and duties that somebody else
 * holds now are reported, not forced; invitations, links and sessions never come back.
 */
export const reinstateUser = (given: Case, command: ReinstateUser): Decision<AccountEvent> => {
  const { state, account, authority } = given;
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  if (takesBack(command) && target.status === 'ACTIVE') return [];
  const isOwn = target.status === 'REMOVED' ? guardOwnAccess(given, target) : null;
  if (isOwn !== null) return isOwn;
  const tooLate = undoneTooLate(command, target, 'ACTIVE');
  if (tooLate !== null) return tooLate;
  const held = target.heldAtEnd;
  if (target.status !== 'REMOVED' || held === null)
    return (
      checkNotIn(given, target) ??
      reject('NOTHING_TO_REINSTATE', 'There is no removed membership to bring back; add the user instead.', {
        field: 'userId',
        useInstead: 'addUser',
      })
    );
  const { role, permissions, groupIds, groupsHeld, groupsThere, more } = comingBack(state, held, command);
  const duties = command.parts.includes('RESPONSIBILITIES') ? held.responsibilities : [];
  const vacant = duties.filter((duty) => state.contacts.get(responsibilityKey(duty)) === null);
  const refused =
    checkGrant(given, { kind: held.kind, role, permissions, groupIds }) ??
    guardManaged(given, target) ??
    (vacant.length > 0 && !authority.holds('contacts.reassign') ? denied('contacts.reassign') : null) ??
    checkGroups(given, groupIds) ??
    checkSeats(account);
  if (refused !== null) return refused;

  const { userId, membershipId } = target;
  const roleIn = new Map(groupsThere.map((group) => [group.groupId, group.role]));
  const notRestored = {
    responsibilities: duties.filter((duty) => !vacant.includes(duty)),
    groupIds: groupsHeld.map(({ groupId }) => groupId).filter((id) => !roleIn.has(id)),
  };
  return [
    {
      type: 'UserReinstated',
      data: { userId, membershipId, kind: held.kind, role, permissions, notRestored },
    },
    ...intoGroups(userId, more),
    ...groupsThere.map(
      ({ groupId, role }): AccountEvent => ({ type: 'GroupMemberAdded', data: { groupId, userId, role } }),
    ),
    ...vacant.map(
      (responsibility): AccountEvent => ({ type: 'ContactAssigned', data: { responsibility, userId } }),
    ),
  ];
};

/** The parts asked for of what was held, and the groups beside. */
export const comingBack = (state: AccountState, held: MembershipSnapshot, command: ReinstateUser) => {
  const wants = (part: SnapshotPart) => command.parts.includes(part);
  const groupsHeld = wants('GROUPS') ? held.groups : [];
  const groupsThere = groupsHeld.filter(({ groupId }) => state.groups.has(groupId));
  const more = [...new Set(command.groupIds)].filter(
    (id) => !groupsThere.some(({ groupId }) => groupId === id),
  );
  const joining = tidy({
    kind: held.kind,
    role: command.role ?? (wants('ROLE') ? held.role : 'REVIEWER'),
    permissions: wants('PERMISSIONS') ? held.permissions : [],
    groupIds: [...groupsThere.map(({ groupId }) => groupId), ...more],
  });
  return { ...joining, groupsHeld, groupsThere, more };
};
