import type { EventActor, EventReason, StoredEvent } from '../../domain/event.js';
import type { UserEvent } from '../../domain/user/events.js';
import { type Person, personAfter, unknownPerson } from '../../domain/user/person.js';
import type { EventStore, RecordedEvent } from '../../event-store/event-store.js';
import { emptyHead, headOf, refuseBrokenChain, type StreamHead } from '../account-fold.js';
import { decoderOf } from '../decode-event.js';
import { encodeEvent } from '../envelope.js';
import type { Environment } from '../environment.js';

export interface PersonStreamParts {
  readonly store: EventStore;
  readonly environment: Environment;
}

/** Who writes, and why. */
export interface WrittenBy {
  readonly actor: EventActor;
  /** The account that gave the right; null for what Muster records of itself. */
  readonly accountId: string | null;
  readonly commandId: string;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly fingerprint: string | null;
  readonly reason: EventReason | null;
}

/** An event of the stream, and where it stands. */
export interface PersonEntry {
  readonly event: StoredEvent<UserEvent>;
  readonly recorded: RecordedEvent;
}

const PAGE = 1_000;

/** The stream `user-<id>` to its end, and the way to write on it; it is short, so it is read whole. */
export class PersonStream {
  private constructor(
    private readonly parts: PersonStreamParts,
    readonly userId: string,
    readonly entries: readonly PersonEntry[],
    readonly person: Person,
    private readonly head: StreamHead,
  ) {}

  static async read(parts: PersonStreamParts, userId: string): Promise<PersonStream> {
    const entries: PersonEntry[] = [];
    let [person, head]: [Person, StreamHead] = [unknownPerson, emptyHead];
    for (;;) {
      const page = await parts.store.readStream(`user-${userId}`, {
        fromRevision: entries.length,
        maxCount: PAGE,
      });
      for (const recorded of page) {
        const event = decodeUserEvent(recorded);
        refuseBrokenChain(recorded, event.previousHash, head);
        person = personAfter(person, event);
        head = headOf(recorded, event);
        entries.push({ event, recorded });
      }
      if (page.length < PAGE) return new PersonStream(parts, userId, entries, person, head);
    }
  }

  /** As it would be written now. */
  encode(event: UserEvent, by: WrittenBy) {
    const now = this.parts.environment.now();
    const { revision, recordedAt, occurredAt, hash } = this.head;
    return encodeEvent<UserEvent>(
      event,
      { ...by, occurredAt: Math.max(now, occurredAt) },
      {
        eventId: this.parts.environment.newId(),
        stream: `user-${this.userId}`,
        revision: revision + 1,
        recordedAt: Math.max(now, recordedAt),
        accountId: by.accountId,
        subjectId: this.userId,
        policyVersion: 0,
        previousHash: hash,
      },
    );
  }

  /**
   * One event after the last one that was read.
   * @throws WrongExpectedRevision somebody else was faster: read it again
   */
  async append(event: UserEvent, by: WrittenBy) {
    const { stored, toAppend } = this.encode(event, by);
    const { revision } = this.head;
    const { position } = await this.parts.store.append({
      stream: `user-${this.userId}`,
      expectedRevision: revision === -1 ? 'NO_STREAM' : revision,
      events: [toAppend],
    });
    return { stored, position };
  }
}

/** As Muster itself, which nobody asked at that moment. */
export const writtenByMuster = (
  id: string,
  { newId }: Environment,
  cause: { readonly eventId: string; readonly correlationId: string } | null,
): WrittenBy => {
  const commandId = newId();
  return {
    actor: { kind: 'SYSTEM', id, onBehalfOf: null, authority: null },
    accountId: null,
    commandId,
    correlationId: cause?.correlationId ?? commandId,
    causationId: cause?.eventId ?? null,
    fingerprint: null,
    reason: null,
  };
};

/** Those of the people whose erasure was requested. */
export const erasedAmong = async (
  store: Pick<EventStore, 'readStream'>,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const erased = new Set<string>();
  for (const userId of new Set(userIds)) {
    const [last = null] = await store.readStream(`user-${userId}`, { maxCount: 1, direction: 'BACKWARDS' });
    if (isErasureStanding(last)) erased.add(userId);
  }
  return erased;
};

/** An event of a person's stream. */
export const decodeUserEvent = decoderOf<UserEvent>([
  'UserRegistered',
  'ProfileRecorded',
  'IdentityLinked',
  'LegalHoldPlaced',
  'LegalHoldReleased',
  'ErasureRequested',
  'PersonalDataErased',
]);

/** The person's erasure was requested or done: nothing but its completion follows these events. */
export const isErasureStanding = (last: RecordedEvent | null): boolean => {
  const type = last === null ? null : decodeUserEvent(last).type;
  return type === 'ErasureRequested' || type === 'PersonalDataErased';
};
