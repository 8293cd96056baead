import type { AccountCommand } from '../account/commands.js';
import type { AccountEvent } from '../account/events.js';
import type { Rejection } from '../rejection.js';
import { personErased } from './person.js';

/** People whom a command may bring into an account, or back to access. */
export const entrantsOf = (command: AccountCommand): readonly string[] => {
  switch (command.type) {
    case 'addUser':
    case 'inviteUser':
    case 'resendInvitation':
    case 'acceptInvitation':
    case 'reinstateUser':
    case 'reactivateUser':
    case 'unfreezeUser':
      return [command.userId];
    case 'openAccount':
      return command.owner === null ? [] : [command.owner.userId];
    default:
      return [];
  }
};

/** Asked last, so that whoever may not bring anybody in does not learn who was erased. */
export const refuseErasedEntrant = (
  command: AccountCommand,
  { decided, erased }: { readonly decided: readonly AccountEvent[]; readonly erased: ReadonlySet<string> },
): Rejection | null =>
  decided.length > 0 && entrantsOf(command).some((userId) => erased.has(userId)) ? personErased() : null;
