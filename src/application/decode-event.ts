import { type AccountEvent, accountEventTypes } from '../domain/account/events.js';
import type { DomainEvent, StoredEvent } from '../domain/event.js';
import { readStoredEvent } from '../domain/stored-event.js';
import type { RecordedEvent } from '../event-store/event-store.js';

/** A stream holds an event that this build does not know: commands on it stop, nothing is guessed. */
export class UnknownEventType extends Error {
  override readonly name = 'UnknownEventType';
  constructor(readonly event: Pick<RecordedEvent, 'stream' | 'revision' | 'type'>) {
    super(
      `${event.stream} holds an event of type ${event.type} at revision ${event.revision}, which this build does ` +
        'not know; it was written by a newer version. Run that version.',
    );
  }
}

/**
 * Reads events of one kind of stream, which may hold these types.
 * @throws UnknownEventType, UnknownEventVersion
 */
export const decoderOf = <E extends DomainEvent>(types: readonly E['type'][]) => {
  const known: ReadonlySet<string> = new Set(types);
  return (recorded: RecordedEvent): StoredEvent<E> => {
    if (!known.has(recorded.type)) throw new UnknownEventType(recorded);
    // What stands in the stream is one of these types.
    return readStoredEvent(recorded.body) as StoredEvent<E>;
  };
};

export const decodeAccountEvent = decoderOf<AccountEvent>(accountEventTypes);
