import { NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import {
  type Appended,
  type AppendRequest,
  type ExpectedRevision,
  OutcomeUnknown,
  type RecordedEvent,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../event-store.js';
import { inTime } from './call.js';
import { meaningOf, messageOf } from './failure.js';
import { type Access, type LogReader, numberFrom } from './log-reader.js';
import { Patience } from './patience.js';
import { storedFrom } from './stored-event.js';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/**
 * When the client may cancel a call that we have long given up. Node ends a request before it resets it, so that a server
 * can take what was sent of a cancelled append for the whole of it: an append that stalls is left alone until all
 * of it has surely gone out, or the connection has been found dead.
 */
const CANCELLED_AFTER_MS = 60_000;

/** Sends an append until it is known what became of it, or patience ends. */
export class Appender {
  readonly #access: Access;
  readonly #credentials: Credentials;
  readonly #reader: LogReader;

  constructor(access: Access, { credentials, reader }: { credentials: Credentials; reader: LogReader }) {
    this.#access = access;
    this.#credentials = credentials;
    this.#reader = reader;
  }

  async append(request: AppendRequest): Promise<Appended> {
    const patience = new Patience(this.#access.pacing, this.#access.patienceMs);
    /** Once an attempt may have been done, no later one can say that nothing was appended. */
    let isOpen = false;
    for (;;) {
      const failure = await this.#send(request).catch(failureFrom);
      if (!('error' in failure)) return failure;
      const { error } = failure;
      if (error instanceof WrongExpectedVersionError)
        return this.#settle(request, revisionFrom(error), isOpen);
      const meaning = meaningOf(error);
      isOpen ||= meaning === 'MAYBE_DONE';
      if (meaning !== 'REFUSED' && (await patience.again())) continue;
      if (isOpen) return this.#readToDecide(request, error);
      throw new StoreUnavailable(`nothing was appended: ${messageOf(error)}`, { cause: error });
    }
  }

  async #send(request: AppendRequest): Promise<Appended> {
    const { client, prefix, callTimeoutMs } = this.#access;
    const { stream, expectedRevision, events } = request;
    const answer = client.appendToStream(`${prefix}${stream}`, events.map(storedFrom), {
      expectedRevision: expectedRevision === 'NO_STREAM' ? NO_STREAM : BigInt(expectedRevision),
      // Without credentials the client would use its batch call, which has no time limit and mixes up callers.
      credentials: this.#credentials,
      requiresLeader: true,
      deadline: CANCELLED_AFTER_MS,
    });
    const { position } = await inTime(answer, { what: 'an append', ms: callTimeoutMs });
    if (position !== undefined)
      return { revision: lastRevisionOf(request), position: numberFrom(position.commit) };
    // A repeat of an append that was not yet indexed is acknowledged without its position.
    const found = await this.#find(request);
    if (found === null) throw new Error(`an append to ${stream} was acknowledged but is not there`);
    return found;
  }

  /** The server says that the stream is elsewhere: also because these very events are there already. */
  async #settle(request: AppendRequest, actual: ExpectedRevision, isOpen: boolean): Promise<Appended> {
    const { stream, expectedRevision } = request;
    const isPast = numberOf(actual) > numberOf(expectedRevision);
    if (isPast) {
      const found = await this.#find(request).catch((error: unknown) => {
        throw isOpen ? unknown(request, error) : error;
      });
      if (found !== null) return found;
    }
    // Where the stream is not past the place, an attempt that nobody heard of may still reach it.
    if (!isPast && isOpen) throw unknown(request, null);
    throw new WrongExpectedRevision(stream, expectedRevision, actual);
  }

  async #readToDecide(request: AppendRequest, error: unknown): Promise<Appended> {
    const { stream } = request;
    let last: RecordedEvent | undefined;
    try {
      [last] = await this.#reader.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
    } catch {
      throw unknown(request, error);
    }
    const actual = last?.revision ?? 'NO_STREAM';
    if (numberOf(actual) <= numberOf(request.expectedRevision)) throw unknown(request, error);
    return this.#settle(request, actual, true);
  }

  /** Where these very events are, or null when there are others, or not all of them, in their place. */
  async #find(request: AppendRequest): Promise<Appended | null> {
    const { stream, expectedRevision, events } = request;
    const there = await this.#reader.readStream(stream, {
      fromRevision: numberOf(expectedRevision) + 1,
      maxCount: events.length,
    });
    const last = there.at(-1);
    const isSame = there.length === events.length && events.every(({ id }, i) => id === there[i]?.id);
    return isSame && last !== undefined ? { revision: last.revision, position: last.position } : null;
  }
}

const failureFrom = (error: unknown) => ({ error });

const numberOf = (revision: ExpectedRevision): number => (revision === 'NO_STREAM' ? -1 : revision);

const lastRevisionOf = ({ expectedRevision, events }: AppendRequest): number =>
  numberOf(expectedRevision) + events.length;

const revisionFrom = ({ actualVersion }: WrongExpectedVersionError): ExpectedRevision =>
  typeof actualVersion === 'bigint' ? Number(actualVersion) : 'NO_STREAM';

const unknown = ({ stream }: AppendRequest, cause: unknown): OutcomeUnknown =>
  new OutcomeUnknown(
    `nobody knows whether the append to ${stream} was done: send the same again to find out${cause === null ? '' : ` (${messageOf(cause)})`}`,
    { cause },
  );
