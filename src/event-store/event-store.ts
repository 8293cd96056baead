/**
 * The port to the log. A store carries bytes: it knows streams, revisions and positions, and nothing of membership.
 *
 * - A *revision* counts the events of one stream from 0, without gaps.
 * - A *position* orders all events of the log; it is strictly increasing (gaps allowed) and at most 2^53 - 1.
 *   Position 0 is before the first event.
 */
export interface EventStore {
  /** Names this log for ever; a read model made from another log is recognised by it. */
  readonly logId: string;

  /** Nobody else can append while this store is open, so what was read to its end stays so until one's own append. */
  readonly isExclusive: boolean;

  /**
   * Appends all events or none, and resolves only after they are durable.
   *
   * Sending the very same events (same ids, same expected revision) again resolves with the first outcome.
   * @throws WrongExpectedRevision the stream is elsewhere; nothing was appended
   * @throws AppendTooLarge the bodies exceed MAX_APPEND_BYTES; nothing was appended
   * @throws StoreUnavailable this call appended nothing; an earlier one whose outcome was unknown stays unknown
   * @throws OutcomeUnknown the events may or may not be there; the same append may be sent again
   * @throws RangeError no events, or an expected revision that is none: a mistake of the caller
   */
  append(request: AppendRequest): Promise<Appended>;

  /** Events of one stream in order (or backwards), at most `maxCount`; an unknown stream has none. */
  readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]>;

  /** Events after a position in log order, at most `maxCount`; fewer only at the end of the log. */
  readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]>;

  /** The event at a position; null when none is there. Costs one look-up, however long the log is. */
  readAt(position: number): Promise<RecordedEvent | null>;

  /** Position of the last event, 0 for an empty log. */
  head(): Promise<number>;

  /**
   * Delivers every event after a position in order, without gap or repeat, then new ones as they are appended, also
   * by other processes. The next batch waits for the handler's promise. A throwing handler ends the subscription.
   */
  subscribe(options: SubscribeOptions): Subscription;

  /**
   * Finishes the appends it has taken, ends its subscriptions after their running handlers, then lets go of the log.
   * Everything asked of it afterwards is refused with StoreUnavailable; closing again changes nothing.
   */
  close(): Promise<void>;
}

/** A revision, or NO_STREAM for "the stream must not exist yet". There is no ANY: every append names where it stands. */
export type ExpectedRevision = number | 'NO_STREAM';

export interface NewEvent {
  /** UUID; with stream and revision it makes a retry recognisable. */
  readonly id: string;
  readonly type: string;
  /** The whole event (envelope and data) as one JSON text; kept and returned byte for byte. */
  readonly body: string;
  /** SHA-256 of the UTF-8 bytes of `body`, 64 lower-case hex digits. */
  readonly hash: string;
}

export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: number;
  readonly position: number;
}

/** Whether appends are taken at present, for a readiness probe. */
export type StoreState = { readonly writable: true } | { readonly writable: false; readonly whyNot: string };

export interface AppendRequest {
  readonly stream: string;
  readonly expectedRevision: ExpectedRevision;
  readonly events: readonly NewEvent[];
}

/** Where the last event of the append went. */
export interface Appended {
  readonly revision: number;
  readonly position: number;
}

export interface ReadStreamOptions {
  /** First revision wanted, inclusive. Default: 0 forwards, the last revision backwards. */
  readonly fromRevision?: number;
  /** From 1. */
  readonly maxCount: number;
  readonly direction?: 'FORWARDS' | 'BACKWARDS';
}

export interface ReadAllOptions {
  /** Exclusive. */
  readonly afterPosition: number;
  /** From 1. */
  readonly maxCount: number;
}

export interface SubscribeOptions {
  /** Exclusive. */
  readonly afterPosition: number;
  readonly onEvents: (events: readonly RecordedEvent[]) => void | Promise<void>;
  /** Most events in one delivery. Default 1000. */
  readonly maxBatch?: number;
}

export interface Subscription {
  /** Resolves after `close()` of it or of the store, rejects with what ended the subscription otherwise. */
  readonly ended: Promise<void>;
  /** Stops delivery; resolves when a running handler has finished, so a handler must not wait for it. */
  close(): Promise<void>;
}

/** An append may hold at most this many bytes of bodies, so that every store takes it (EventStoreDB: 1 MiB). */
export const MAX_APPEND_BYTES = 900_000;

export class WrongExpectedRevision extends Error {
  override readonly name = 'WrongExpectedRevision';
  constructor(
    readonly stream: string,
    readonly expected: ExpectedRevision,
    /** The last revision of the stream, or NO_STREAM. */
    readonly actual: ExpectedRevision,
  ) {
    super(`stream ${stream} is at ${actual}, not at ${expected}`);
  }
}

export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
  constructor(readonly bytes: number) {
    super(`an append of ${bytes} bytes exceeds the limit of ${MAX_APPEND_BYTES} bytes`);
  }
}

/** The store cannot take appends (disk full, read-only, closed …); `message` says why and what to do. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}
