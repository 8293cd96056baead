import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import type { UserEvent } from './events.js';
import { isBeingErased, noSuchPerson, type Person } from './person.js';

export interface EraseUser {
  readonly userId: string;
  /** Accounts where the membership has not ended, each looked at in its own stream. */
  readonly memberIn: { readonly accountIds: readonly string[]; readonly others: number };
}

export const eraseUser = (person: Person, { userId, memberIn }: EraseUser): Decision<UserEvent> => {
  if (person.status === 'UNKNOWN') return noSuchPerson();
  if (isBeingErased(person)) return [];
  if (person.holdIds.length > 0)
    return reject('LEGAL_HOLD', 'A legal hold forbids to erase this person; release it first.', {
      field: 'userId',
      holdIds: person.holdIds,
    });
  if (memberIn.accountIds.length + memberIn.others > 0)
    return reject(
      'STILL_A_MEMBER',
      'This person is still in an account, active or not; take them out first, with endEverywhere: where an account only deactivates, deactivate, then DELETE.',
      { field: 'userId', memberIn, useInstead: 'endEverywhere' },
    );
  return [{ type: 'ErasureRequested', data: { userId } }];
};
