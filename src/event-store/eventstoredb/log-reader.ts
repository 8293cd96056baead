import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  FORWARDS,
  type ReadPosition,
  type ResolvedEvent,
  START,
} from '@eventstore/db-client';
import {
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  StoreUnavailable,
} from '../event-store.js';
import { assertCount } from '../request-checks.js';
import { everythingOf, type StreamedRead } from './call.js';
import { isAccessDenied, isStreamNotFound, isUnknown, meaningOf, messageOf } from './failure.js';
import type { LeaderClient } from './leader-client.js';
import { type Pacing, Patience } from './patience.js';
import { hashFrom } from './stored-event.js';

export interface Access {
  readonly client: LeaderClient;
  /** Start of the names of this log's streams in the cluster. */
  readonly prefix: string;
  /** How long one call may take. */
  readonly callTimeoutMs: number;
  /** How long one thing is tried in all. */
  readonly patienceMs: number;
  readonly pacing: Pacing;
}

/** Most records, also of others, that one read asks for. */
const LARGEST_PAGE = 1_000;

/** A position between two records, or in the middle of one: the server refuses to read from there. */
class NoSuchPosition extends Error {}

interface ScanOptions extends ReadAllOptions {
  readonly from: number;
  /** That there is a record at `from`. */
  readonly isSure: boolean;
}

interface PageOptions {
  readonly from: ReadPosition;
  readonly count: number;
  readonly direction: typeof FORWARDS | typeof BACKWARDS;
  /** That there is a record at `from`. */
  readonly isSure: boolean;
}

/** Reads from the leader, so that what was acknowledged is seen; tries again while the cluster is away. */
export class LogReader {
  readonly #access: Access;
  /** Up to `upTo` there is nothing of this log after `last`: what others wrote there is looked through once. */
  #seen: { readonly last: number; readonly upTo: number } = { last: 0, upTo: 0 };

  constructor(access: Access) {
    this.#access = access;
  }

  async readStream(
    stream: string,
    { fromRevision, maxCount, direction = 'FORWARDS' }: ReadStreamOptions,
    signal?: AbortSignal,
  ): Promise<readonly RecordedEvent[]> {
    assertCount(maxCount);
    const isForwards = direction === 'FORWARDS';
    const options = {
      fromRevision: fromRevision === undefined ? (isForwards ? START : END) : BigInt(fromRevision),
      direction: isForwards ? FORWARDS : BACKWARDS,
      maxCount,
      requiresLeader: true,
    } as const;
    const read = () => this.#access.client.readStream(`${this.#access.prefix}${stream}`, options);
    try {
      const resolved = await this.#untilAnswered('a read of a stream', read, signal);
      return resolved.flatMap((item) => this.#ownEvent(item) ?? []);
    } catch (error) {
      if (isStreamNotFound(error)) return [];
      throw error;
    }
  }

  async readAll(
    { afterPosition, maxCount }: ReadAllOptions,
    signal?: AbortSignal,
  ): Promise<readonly RecordedEvent[]> {
    assertCount(maxCount);
    try {
      return await this.#scan(
        { afterPosition, maxCount, from: this.#unseenAfter(afterPosition), isSure: false },
        signal,
      );
    } catch (error) {
      if (!(error instanceof NoSuchPosition)) throw error;
      // Positions that Muster has given out are records: only who invents one makes the log be read from the start.
      return this.#scan({ afterPosition, maxCount, from: 0, isSure: true }, signal);
    }
  }

  async readAt(position: number, signal?: AbortSignal): Promise<RecordedEvent | null> {
    if (position === 0) return null;
    const options = { from: bothOf(position), count: 1, direction: FORWARDS, isSure: false } as const;
    try {
      const [record] = await this.#page(options, signal);
      return record !== undefined && positionOf(record) === position ? this.#ownEvent(record) : null;
    } catch (error) {
      if (error instanceof NoSuchPosition) return null;
      throw error;
    }
  }

  async head(signal?: AbortSignal): Promise<number> {
    let from: ReadPosition = END;
    let newest = 0;
    for (let count = 1; ; count = Math.min(8 * count, LARGEST_PAGE)) {
      const page = await this.#page({ from, count, direction: BACKWARDS, isSure: true }, signal);
      for (const record of page) {
        const position = positionOf(record);
        newest ||= position;
        const isOwn = this.#ownEvent(record) !== null;
        if (isOwn || position <= this.#seen.upTo)
          return this.#see(isOwn ? position : this.#seen.last, newest);
      }
      const oldest = page.at(-1);
      if (oldest === undefined) return 0;
      from = bothOf(positionOf(oldest));
    }
  }

  /** Pages forwards from one record (exclusive), keeps what is this log's and after the position. */
  async #scan(
    { afterPosition, maxCount, from, isSure }: ScanOptions,
    signal?: AbortSignal,
  ): Promise<readonly RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    let at = from;
    // The last event of this log up to `at`; null where nothing is known of what was before.
    let last = from === 0 ? 0 : from === afterPosition ? null : this.#seen.last;
    for (let count = maxCount; ; count *= 2) {
      // Reading begins with the record at the position itself.
      const limit = Math.min(count, LARGEST_PAGE) + (at === 0 ? 0 : 1);
      const page = await this.#page(
        {
          from: at === 0 ? START : bothOf(at),
          count: limit,
          direction: FORWARDS,
          isSure: isSure || at !== afterPosition,
        },
        signal,
      );
      for (const record of page) {
        const event = this.#ownEvent(record);
        if (event !== null) last = event.position;
        const position = positionOf(record);
        if (position <= at) continue;
        at = position;
        if (event !== null && position > afterPosition) found.push(event);
        if (found.length === maxCount) return found;
      }
      if (page.length < limit) {
        if (last !== null) this.#see(last, at);
        return found;
      }
    }
  }

  #unseenAfter(position: number): number {
    const { last, upTo } = this.#seen;
    return position >= last && position < upTo ? upTo : position;
  }

  #see(last: number, upTo: number): number {
    if (upTo > this.#seen.upTo) this.#seen = { last, upTo };
    return last;
  }

  /** @throws NoSuchPosition, StoreUnavailable */
  async #page(
    { from, count, direction, isSure }: PageOptions,
    signal?: AbortSignal,
  ): Promise<readonly AllStreamResolvedEvent[]> {
    const options = { fromPosition: from, maxCount: count, direction, requiresLeader: true } as const;
    return this.#untilAnswered(
      'a read of $all',
      () => this.#access.client.readAll(options),
      signal,
      (error, tries) => {
        if (!isSure && tries > 1 && isUnknown(error)) throw new NoSuchPosition();
      },
    );
  }

  /** @throws StoreUnavailable */
  async #untilAnswered<T>(
    what: string,
    read: () => StreamedRead<T>,
    signal: AbortSignal | undefined,
    onFailure: (error: unknown, tries: number) => void = () => {},
  ): Promise<readonly T[]> {
    const { pacing, patienceMs, callTimeoutMs } = this.#access;
    const patience = new Patience(pacing, patienceMs);
    for (let tries = 1; ; tries++)
      try {
        return await everythingOf(read(), { what, ms: callTimeoutMs, signal });
      } catch (error) {
        if (signal?.aborted === true || isStreamNotFound(error)) throw error;
        if (isAccessDenied(error))
          throw new StoreUnavailable(`the event store refused ${what}: ${messageOf(error)}`, {
            cause: error,
          });
        if (meaningOf(error) === 'REFUSED') throw error;
        onFailure(error, tries);
        if (!(await patience.again(signal)))
          throw new StoreUnavailable(`the event store did not answer ${what}: ${messageOf(error)}`, {
            cause: error,
          });
      }
  }

  /** Null for what is not of this log. */
  #ownEvent({ event }: AllStreamResolvedEvent | ResolvedEvent): RecordedEvent | null {
    const { prefix } = this.#access;
    if (event === undefined || !event.streamId.startsWith(prefix)) return null;
    const place = `revision ${event.revision} of the stream ${event.streamId}`;
    const hash = hashFrom(event.metadata);
    if (!(event.data instanceof Uint8Array) || hash === null || event.position === undefined)
      throw new Error(
        `${place} was not written by Muster: only Muster may write streams that begin with ${prefix}`,
      );
    return {
      id: event.id,
      type: event.type,
      body: Buffer.from(event.data).toString('utf8'),
      hash,
      stream: event.streamId.slice(prefix.length),
      revision: Number(event.revision),
      position: numberFrom(event.position.commit),
    };
  }
}

const positionOf = ({ event }: AllStreamResolvedEvent): number => {
  if (event === undefined) throw new Error('the event store sent a link of $all without its event');
  return numberFrom(event.position.commit);
};

const bothOf = (position: number): ReadPosition => ({ commit: BigInt(position), prepare: BigInt(position) });

/** @throws RangeError a log of 8 PiB, or a server that gives no positions */
export function numberFrom(position: bigint): number {
  const number = Number(position);
  if (!Number.isSafeInteger(number)) throw new RangeError(`the position ${position} is beyond 2^53 - 1`);
  return number;
}
