import { type Rejection, reject } from '../rejection.js';
import type { TakesBack } from './commands.js';
import type { Membership, MembershipStatus } from './state.js';

/** The command undoes a change of status. */
export const takesBack = ({ undoesRevision }: TakesBack): boolean => undoesRevision != null;

/**
 * Only the last change of a membership's status is taken back, and only to what it was before: nobody who was frozen or
 * deactivated comes out of it with access.
 */
export const undoneTooLate = (
  { undoesRevision }: TakesBack,
  { transitions, statusBefore }: Membership,
  becomes: MembershipStatus,
): Rejection | null => {
  if (undoesRevision == null) return null;
  if (transitions.at(-2) !== undoesRevision)
    return reject('STALE_VALUE', 'The membership has changed since, so it is left as it is.', {
      field: 'userId',
    });
  return statusBefore === becomes
    ? null
    : reject(
        'UNDO_IMPOSSIBLE',
        `This user was ${statusBefore} before, and that does not come back by undoing.`,
        {
          field: 'userId',
        },
      );
};
