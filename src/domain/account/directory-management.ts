import type { Decision } from '../decider.js';
import { isRejection, reject } from '../rejection.js';
import { guardRank } from './authority.js';
import type { OnMember, StartDirectoryManagement } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { isLive } from './state.js';
import { ended, findMembership } from './targets.js';

/** The name of a directory is an identifier, not a text. */
const directoryShape = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;

/** From now on a directory owns this member's state (PP-15); of nobody it could not change: nobody else may then. */
export const startDirectoryManagement = (
  given: Case,
  command: StartDirectoryManagement,
): Decision<AccountEvent> => {
  const { directory } = command;
  if (!directoryShape.test(directory))
    return reject(
      'INVALID_INPUT',
      'The name of a directory is 1 to 64 lower-case letters, digits, dots, underscores and hyphens.',
      { field: 'directory' },
    );
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const outranked = guardRank(given, target);
  if (outranked !== null) return outranked;
  if (!isLive(target)) return ended(target);
  if (target.directory === directory) return [];
  const { userId, membershipId } = target;
  return [{ type: 'DirectoryManagementStarted', data: { userId, membershipId, directory } }];
};

/** Whatever the rank: it only gives a member back to those who may act on him. */
export const endDirectoryManagement = ({ state }: Case, command: OnMember): Decision<AccountEvent> => {
  const target = findMembership(state, command.userId);
  if (isRejection(target)) return target;
  const { userId, membershipId, directory } = target;
  return directory === null
    ? []
    : [{ type: 'DirectoryManagementEnded', data: { userId, membershipId, directory } }];
};
