import { type Rejection, reject } from '../rejection.js';
import type { UserEvent } from './events.js';

/** What the rules about a person need of the stream `user-<id>`. */
export interface Person {
  /** UNKNOWN: nobody has this id. ERASURE_REQUESTED: decided, not yet done. */
  readonly status: 'UNKNOWN' | 'KNOWN' | 'ERASURE_REQUESTED' | 'ERASED';
  /** HMACs of the identities that are theirs. */
  readonly identities: readonly string[];
  /** Those that stand, in the order they were placed. */
  readonly holdIds: readonly string[];
  readonly releasedHoldIds: readonly string[];
}

export const unknownPerson: Person = {
  status: 'UNKNOWN',
  identities: [],
  holdIds: [],
  releasedHoldIds: [],
};

export const personAfter = (person: Person, event: UserEvent): Person => {
  switch (event.type) {
    case 'UserRegistered':
      return { ...person, status: 'KNOWN' };
    case 'ProfileRecorded':
      return person;
    case 'IdentityLinked':
      return { ...person, identities: [...person.identities, event.data.identity] };
    case 'LegalHoldPlaced':
      return { ...person, holdIds: [...person.holdIds, event.data.holdId] };
    case 'LegalHoldReleased': {
      const { holdId } = event.data;
      return {
        ...person,
        holdIds: person.holdIds.filter((id) => id !== holdId),
        releasedHoldIds: [...person.releasedHoldIds, holdId],
      };
    }
    case 'ErasureRequested':
      return { ...person, status: 'ERASURE_REQUESTED' };
    case 'PersonalDataErased':
      return { ...person, status: 'ERASED' };
  }
};

export const isBeingErased = ({ status }: Person): boolean =>
  status === 'ERASURE_REQUESTED' || status === 'ERASED';

/** Why nothing can be written about this person any more; null while it can. */
export const refuseErased = (person: Person): Rejection | null =>
  isBeingErased(person) ? personErased() : null;

export const personErased = (): Rejection =>
  reject(
    'PERSON_ERASED',
    'This person is being erased or has been; it cannot be undone. The same address names a new person afterwards.',
    { field: 'userId' },
  );

export const noSuchPerson = (): Rejection =>
  reject('NOT_FOUND', 'There is no such user.', { field: 'userId' });
