import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  type Appended,
  type AppendRequest,
  AppendTooLarge,
  type EventStore,
  OutcomeUnknown,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StoreState,
  StoreUnavailable,
  type SubscribeOptions,
  type Subscription,
  WrongExpectedRevision,
} from '../event-store.js';
import { bytesOf } from '../request-checks.js';
import { Appender } from './appender.js';
import { type ClusterAddress, parseConnectionString } from './connection-string.js';
import { EventStoreDbError } from './eventstoredb-error.js';
import { connect, type LeaderClient } from './leader-client.js';
import { LogIdentity } from './log-identity.js';
import { type Access, LogReader } from './log-reader.js';
import { LogSubscription } from './log-subscription.js';
import { LogTail } from './log-tail.js';
import { type Pacing, REAL_PACING } from './patience.js';
import { type OpenPurpose, probe } from './probe.js';
import { bytesOnServer, SERVER_APPEND_BYTES } from './stored-event.js';

export interface EventStoreDbOptions {
  /** `esdb://user:password@host:2113,host:2113?tlsCAFile=ca.crt`, or `esdb://host:2113?tls=false`. */
  readonly url: string;
  /** Lets one cluster carry several logs: lower-case letters, digits and hyphens. Default: muster. */
  readonly logName?: string;
  /** The identity to give to a new log; a log that has another is refused. Default: a random one. */
  readonly logId?: string;
  /** Default: to be used. */
  readonly purpose?: OpenPurpose;
  /** How long one call may take. Default 5000. */
  readonly callTimeoutMs?: number;
  /** How long an append or a read is tried in all while the cluster is away. Default 20000. */
  readonly patienceMs?: number;
  readonly pacing?: Pacing;
}

/** Appends under way may hold this many bytes of bodies (of any number of callers); more are refused. */
export const MAX_BYTES_UNDER_WAY = 64 * 1024 * 1024;

/** A failed append is held against the cluster for so long at most: whoever gets no requests makes no append that shows better. */
export const APPEND_TROUBLE_HOLDS_MS = 30_000;

/** How long a store that is closed waits for appends under way (ms); of those that last longer nobody knows what became. */
const LAST_REPLIES_MS = 2_000;

/** Sent where there are no users: the client takes its safe way of appending only when it is given credentials. */
const NOBODY = { username: 'nobody', password: 'nobody' };

/**
 * The log in an EventStoreDB or KurrentDB cluster. Its streams are `<logName>.<stream>`; whatever else the cluster
 * carries is passed over. Several processes may append to it.
 *
 * The position of an event is that of its record in `$all`, where each event of an append has its own; its commit and its
 * prepare position are the same.
 *
 * Every call has a time limit of our own. An append names an exact revision, so that sending it again is harmless: while
 * nobody knows what became of it, it is sent again, and in the end it is read for.
 */
export class EventStoreDbEventStore implements EventStore {
  readonly isExclusive = false;
  readonly #access: Access;
  readonly #reader: LogReader;
  readonly #appender: Appender;
  readonly #identity: LogIdentity;
  readonly #tail: LogTail;
  readonly #subscriptions = new Set<LogSubscription>();
  /** Appends: what each comes to, and the way to stop waiting for it. */
  readonly #underWay = new Map<Promise<Appended>, (error: OutcomeUnknown) => void>();
  readonly #closing = new AbortController();
  #bytesUnderWay = 0;
  #readTrouble: string | null = null;
  #appendTrouble: { readonly whyNot: string; readonly at: number } | null = null;
  #closed: Promise<void> | null = null;

  /**
   * Makes the log when there is none, unless it is to be copied.
   * @throws EventStoreDbError what is wrong with address, server, credentials or log, and what to do about it
   */
  static async open(options: EventStoreDbOptions): Promise<EventStoreDbEventStore> {
    const { logName = 'muster' } = options;
    if (!/^[a-z0-9-]+$/.test(logName))
      throw new RangeError(`a log's name has lower-case letters, digits and hyphens only, not "${logName}"`);
    const address = parseConnectionString(options.url);
    const client = connect(address);
    try {
      const partsFor = (prefix: string): StoreParts => partsOf(options, { address, client, prefix });
      const { access, reader, appender } = partsFor(`${logName}-`);
      const identity = new LogIdentity({ reader, appender, newEventId: randomUUID });
      const logId = await probe({
        address,
        access,
        identity,
        newLogId: options.logId ?? randomUUID(),
        purpose: options.purpose ?? 'USE',
      });
      if (options.logId !== undefined && options.logId !== logId)
        throw new EventStoreDbError(
          'FOREIGN_LOG',
          `the event store holds the log ${logId} under the name ${logName}, not the log ${options.logId}`,
        );
      return new EventStoreDbEventStore(logId, { ...partsFor(`${logName}.`), identity });
    } catch (error) {
      await client.dispose();
      throw error;
    }
  }

  private constructor(
    readonly logId: string,
    { access, reader, appender, identity }: StoreParts & { readonly identity: LogIdentity },
  ) {
    this.#access = access;
    this.#reader = reader;
    this.#appender = appender;
    this.#identity = identity;
    this.#tail = new LogTail(access);
    // Every read under way listens; Node would take more than ten for a leak, and say so.
    setMaxListeners(0, this.#closing.signal);
  }

  /**
   * What the last append and the last read have found; nothing is known of a cluster that nobody asks. A read that succeeds
   * says nothing of appends.
   */
  get state(): StoreState {
    const whyNot = this.#closed === null ? (this.#readTrouble ?? this.#lastAppendTrouble()) : CLOSED;
    return whyNot === null ? { writable: true } : { writable: false, whyNot };
  }

  #lastAppendTrouble(): string | null {
    const trouble = this.#appendTrouble;
    if (trouble === null || this.#access.pacing.now() - trouble.at >= APPEND_TROUBLE_HOLDS_MS) return null;
    return trouble.whyNot;
  }

  /** While events are carried here from elsewhere nobody else can open the log; whoever has it open keeps it. */
  async setFilling(isFilling: boolean): Promise<void> {
    this.#refuseWhenClosed();
    await this.#identity.setFilling(isFilling);
  }

  async append(request: AppendRequest): Promise<Appended> {
    this.#refuseWhenClosed();
    const bytes = bytesOf(request);
    const onServer = bytesOnServer(request, bytes);
    if (onServer > SERVER_APPEND_BYTES) throw new AppendTooLarge(onServer);
    if (this.#bytesUnderWay + bytes > MAX_BYTES_UNDER_WAY)
      throw new StoreUnavailable(
        `${MAX_BYTES_UNDER_WAY / 1024 / 1024} MiB of appends are under way already: nothing was appended, send it again later`,
      );
    this.#bytesUnderWay += bytes;
    let giveUp: (error: OutcomeUnknown) => void = () => {};
    const replied = new Promise<Appended>((resolve, reject) => {
      giveUp = reject;
      this.#appender.append(request).then(resolve, reject);
    });
    const appending = this.#watched(replied, (whyNot) => {
      this.#appendTrouble = whyNot === null ? null : { whyNot, at: this.#access.pacing.now() };
    });
    this.#underWay.set(appending, giveUp);
    try {
      return await appending;
    } finally {
      this.#underWay.delete(appending);
      this.#bytesUnderWay -= bytes;
    }
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.#read((signal) => this.#reader.readStream(stream, options, signal));
  }

  async readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    return this.#read((signal) => this.#reader.readAll(options, signal));
  }

  async readAt(position: number): Promise<RecordedEvent | null> {
    return this.#read((signal) => this.#reader.readAt(position, signal));
  }

  async head(): Promise<number> {
    return this.#read((signal) => this.#reader.head(signal));
  }

  subscribe(options: SubscribeOptions): Subscription {
    this.#refuseWhenClosed();
    const subscription = new LogSubscription(options, {
      read: (page, signal) => this.#watchedRead(this.#reader.readAll(page, signal)),
      tail: this.#tail,
      pacing: this.#access.pacing,
    });
    this.#subscriptions.add(subscription);
    const forget = () => this.#subscriptions.delete(subscription);
    subscription.ended.then(forget, forget);
    return subscription;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    this.#tail.close();
    const impatience = setTimeout(() => {
      for (const giveUp of this.#underWay.values()) giveUp(new OutcomeUnknown(GIVEN_UP));
    }, LAST_REPLIES_MS);
    await Promise.allSettled(this.#underWay.keys());
    clearTimeout(impatience);
    await this.#access.client.dispose();
  }

  async #read<T>(read: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#refuseWhenClosed();
    const { signal } = this.#closing;
    return this.#watchedRead(read(signal)).catch((error: unknown) => {
      throw signal.aborted ? new StoreUnavailable(CLOSED, { cause: error }) : error;
    });
  }

  #watchedRead<T>(read: Promise<T>): Promise<T> {
    return this.#watched(read, (whyNot) => {
      this.#readTrouble = whyNot;
    });
  }

  /** Notes whether the cluster has answered; that a stream is elsewhere is an answer too. */
  async #watched<T>(call: Promise<T>, note: (whyNot: string | null) => void): Promise<T> {
    try {
      const answer = await call;
      note(null);
      return answer;
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof OutcomeUnknown) note(error.message);
      else if (error instanceof WrongExpectedRevision) note(null);
      throw error;
    }
  }

  #refuseWhenClosed(): void {
    if (this.#closed !== null) throw new StoreUnavailable(CLOSED);
  }
}

const CLOSED = 'the event log is closed';
const GIVEN_UP =
  'the event log was closed before the event store answered: nobody knows whether the append was done, send the same again to find out';

interface StoreParts {
  readonly access: Access;
  readonly reader: LogReader;
  readonly appender: Appender;
}

function partsOf(
  { callTimeoutMs = 5_000, patienceMs = 20_000, pacing = REAL_PACING }: EventStoreDbOptions,
  { address, client, prefix }: { address: ClusterAddress; client: LeaderClient; prefix: string },
): StoreParts {
  const access = { client, prefix, callTimeoutMs, patienceMs, pacing };
  const credentials = address.credentials ?? NOBODY;
  // Whoever has waited for an append that long shall not wait as long again to learn what became of it.
  const decidingReader = new LogReader({ ...access, patienceMs: callTimeoutMs });
  return {
    access,
    reader: new LogReader(access),
    appender: new Appender(access, { credentials, reader: decidingReader }),
  };
}
