import { hashOf } from '../chain.js';
import { type NewEvent, StoreUnavailable, WrongExpectedRevision } from '../event-store.js';
import type { Appender } from './appender.js';
import { EventStoreDbError } from './eventstoredb-error.js';
import type { LogReader } from './log-reader.js';

/** Of the names `<logName>-log`: beside the streams of events, so that it is never delivered as one. */
export const IDENTITY_STREAM = 'log';

const NAMED = 'LogNamed';
/** Events are carried here, and not all are here yet. */
const FILLING = 'LogFillingBegan';
const FILLED = 'LogFilled';

export interface FoundIdentity {
  readonly logId: string;
  readonly isFilling: boolean;
  /** Of the last event of the stream. */
  readonly revision: number;
}

export interface LogIdentityParts {
  /** Their prefix is that of the identity. */
  readonly reader: LogReader;
  readonly appender: Appender;
  readonly newEventId: () => string;
}

/** Which log this is, and whether all of it is here, in a stream beside those of the events. */
export class LogIdentity {
  constructor(private readonly parts: LogIdentityParts) {}

  /** @throws EventStoreDbError, StoreUnavailable; RangeError: the server gives no positions */
  async find(): Promise<FoundIdentity | null> {
    const { reader } = this.parts;
    const [first] = await reader.readStream(IDENTITY_STREAM, { maxCount: 1 });
    if (first === undefined) return null;
    const { logId }: { readonly logId?: unknown } = JSON.parse(first.body);
    if (typeof logId !== 'string')
      throw new EventStoreDbError('FOREIGN_LOG', 'the stream of the identity holds none');
    const [last = first] = await reader.readStream(IDENTITY_STREAM, { maxCount: 1, direction: 'BACKWARDS' });
    return { logId, isFilling: last.type === FILLING, revision: last.revision };
  }

  /** Of those that do so at once one names it, and the others find his name. */
  async name(logId: string, { isFilling }: { readonly isFilling: boolean }): Promise<FoundIdentity> {
    const named = this.#event(NAMED, { logId });
    const events = isFilling ? [named, this.#event(FILLING, {})] : [named];
    await this.#append('NO_STREAM', events);
    const made = await this.find();
    if (made === null) throw new StoreUnavailable('the identity of the log was written but is not there');
    return made;
  }

  /** Whoever opens the log from now on is refused, or let in again. */
  async setFilling(isFilling: boolean): Promise<void> {
    for (;;) {
      const found = await this.find();
      if (found === null) throw new StoreUnavailable('the identity of the log is not there any more');
      if (found.isFilling === isFilling) return;
      await this.#append(found.revision, [this.#event(isFilling ? FILLING : FILLED, {})]);
    }
  }

  async #append(expectedRevision: number | 'NO_STREAM', events: readonly NewEvent[]): Promise<void> {
    try {
      await this.parts.appender.append({ stream: IDENTITY_STREAM, expectedRevision, events });
    } catch (error) {
      // Somebody else was faster: what he wrote is read next.
      if (!(error instanceof WrongExpectedRevision)) throw error;
    }
  }

  #event(type: string, data: object): NewEvent {
    const body = JSON.stringify(data);
    return { id: this.parts.newEventId(), type, body, hash: hashOf(body) };
  }
}
