import type { Decision } from '../decider.js';
import { isRejection } from '../rejection.js';
import type { NotifyUser } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import { checkNoticePace } from './mail-pace.js';
import { findLiveMembership } from './targets.js';

/** Asks for a mail to a member; whether it goes out is decided when it would (PP-3, PP-17). */
export const notifyUser = (given: Case, command: NotifyUser): Decision<AccountEvent> => {
  const target = findLiveMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const tooSoon = checkNoticePace(given, target.userId);
  if (tooSoon !== null) return tooSoon;
  const { userId, membershipId } = target;
  return [{ type: 'UserNotified', data: { userId, membershipId, sealedMessage: command.sealedMessage } }];
};
