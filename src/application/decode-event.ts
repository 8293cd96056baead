import { type AccountEvent, accountEventTypes } from '../domain/account/events.js';
import type { StoredEvent } from '../domain/event.js';
import type { RecordedEvent } from '../event-store/event-store.js';

const knownTypes: ReadonlySet<string> = new Set(accountEventTypes);

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

/** The one cast from stored bytes to an event of an account's stream. */
export const decodeAccountEvent = (recorded: RecordedEvent): StoredEvent<AccountEvent> => {
  if (!knownTypes.has(recorded.type)) throw new UnknownEventType(recorded);
  return JSON.parse(recorded.body) as StoredEvent<AccountEvent>;
};
