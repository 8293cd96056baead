import type { Decision } from '../decider.js';
import type { AddUser } from './commands.js';
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
import { checkSeats } from './seats.js';

/** Adds a person, or brings one back under the same membership (SW-5, SW-16). */
export const addUser = (given: Case, command: AddUser): Decision<AccountEvent> => {
  const { userId, kind, role, permissions, groupIds } = tidy(command);
  const known = given.state.memberships.get(userId);
  const refused =
    checkOwnReturn(given, known) ??
    checkGrant(given, { kind, role, permissions, groupIds }) ??
    checkNotIn(given, known) ??
    checkNotManaged(given, known) ??
    checkGroups(given, groupIds) ??
    checkSeats(given.account);
  if (refused !== null) return refused;

  const goesOn = known !== undefined && known.status !== 'DELETED';
  const membershipId = goesOn ? known.membershipId : command.membershipId;
  return [
    {
      type: goesOn ? 'UserRejoined' : 'UserAdded',
      data: { userId, membershipId, kind, role, permissions },
    },
    ...intoGroups(userId, groupIds),
  ];
};
