import type { Decision } from '../decider.js';
import type { IdentityLinked, ProfileRecorded, UserEvent } from './events.js';
import { noSuchPerson, type Person, refuseErased } from './person.js';

/** The profile as a whole; it was sealed before, under a key that an erasure may have destroyed meanwhile. */
export const recordProfile = (person: Person, data: ProfileRecorded['data']): Decision<UserEvent> => {
  if (person.status === 'UNKNOWN') return noSuchPerson();
  return refuseErased(person) ?? [{ type: 'ProfileRecorded', data }];
};

export const linkIdentity = (person: Person, data: IdentityLinked['data']): Decision<UserEvent> => {
  if (person.status === 'UNKNOWN') return noSuchPerson();
  const refusal = refuseErased(person);
  if (refusal !== null) return refusal;
  return person.identities.includes(data.identity) ? [] : [{ type: 'IdentityLinked', data }];
};
