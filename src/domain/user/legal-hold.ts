import type { Decision } from '../decider.js';
import { reject } from '../rejection.js';
import type { UserEvent } from './events.js';
import { noSuchPerson, type Person, refuseErased } from './person.js';

export interface OnLegalHold {
  readonly userId: string;
  readonly holdId: string;
}

/** Each hold stands for itself: two cases are two holds. */
export const placeLegalHold = (person: Person, { userId, holdId }: OnLegalHold): Decision<UserEvent> => {
  if (person.status === 'UNKNOWN') return noSuchPerson();
  const refusal = refuseErased(person);
  if (refusal !== null) return refusal;
  return person.holdIds.includes(holdId) ? [] : [{ type: 'LegalHoldPlaced', data: { userId, holdId } }];
};

export const releaseLegalHold = (person: Person, { userId, holdId }: OnLegalHold): Decision<UserEvent> => {
  if (person.status === 'UNKNOWN') return noSuchPerson();
  if (person.releasedHoldIds.includes(holdId)) return [];
  if (!person.holdIds.includes(holdId))
    return reject('NOT_FOUND', 'There is no such legal hold on this user.', { field: 'holdId' });
  return [{ type: 'LegalHoldReleased', data: { userId, holdId } }];
};
