import { appendEvent } from '../../application/append-event.js';
import { decoderOf } from '../../application/decode-event.js';
import type { Environment } from '../../application/environment.js';
import type { EventActor } from '../../domain/event.js';
import type { MailEvent } from '../../domain/mail/events.js';
import { type EventStore, type RecordedEvent, WrongExpectedRevision } from '../../event-store/event-store.js';
import type { MailCause } from './mail-cause.js';

const postman: EventActor = { kind: 'SYSTEM', id: 'mail', onBehalfOf: null, authority: null };

const decode = decoderOf<MailEvent>(['MailRequested', 'MailSent', 'MailSuppressed', 'MailFailed']);

/** More attempts than the retry times leave room for. */
const MAX_EVENTS = 1_000;

/** What the log says of one mail. */
export interface MailProgress {
  readonly last: RecordedEvent;
  /** Attempts that failed. */
  readonly failures: number;
  /** REQUESTED: nothing is known to have come of it · WAITING: until the next attempt · ENDED: no more attempts. */
  readonly status: 'REQUESTED' | 'WAITING' | 'ENDED';
  /** While WAITING, ms. */
  readonly nextAttemptAt: number;
  /** Requested by this call, not found. */
  readonly isFresh: boolean;
}

/** The `effect-<event id>` stream of one mail. */
export class MailEffect {
  readonly #stream: string;

  constructor(
    private readonly parts: { readonly store: EventStore; readonly environment: Environment },
    private readonly cause: MailCause,
  ) {
    this.#stream = `effect-${cause.eventId}`;
  }

  /** Whoever requests first holds it for the time of a lease; whoever comes later learns what the stream says. */
  async claim(requested: MailEvent): Promise<MailProgress> {
    const found = await this.#read();
    if (found !== null) return found;
    try {
      await this.append(requested, null);
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return this.#readBegun();
      throw error;
    }
    const claimed = await this.#readBegun();
    // Otherwise this node was held up for longer than the lease, and another has gone on meanwhile.
    return { ...claimed, isFresh: claimed.last.revision === 0 };
  }

  /** For another attempt, or after the lease of a claim has run out. Null: another node was faster. */
  async takeOver(requested: MailEvent, { last }: MailProgress): Promise<MailProgress | null> {
    try {
      await this.append(requested, last);
    } catch (error) {
      if (error instanceof WrongExpectedRevision) return null;
      throw error;
    }
    const claimed = await this.#readBegun();
    // Only after a pause longer than the lease; whoever claimed meanwhile has it.
    return claimed.last.revision === last.revision + 1 ? claimed : null;
  }

  /** Resolves with the log position. */
  append(event: MailEvent, previous: RecordedEvent | null): Promise<number> {
    const { accountId, userId } = event.data;
    return appendEvent(this.parts, {
      stream: this.#stream,
      previous,
      event,
      actor: postman,
      accountId,
      subjectId: userId,
      cause: this.cause,
    });
  }

  async #readBegun(): Promise<MailProgress> {
    const begun = await this.#read();
    if (begun === null) throw new Error(`${this.#stream} was begun, but cannot be read`);
    return begun;
  }

  async #read(): Promise<MailProgress | null> {
    const recorded = await this.parts.store.readStream(this.#stream, { maxCount: MAX_EVENTS });
    const last = recorded.at(-1);
    if (last === undefined) return null;
    const event = decode(last);
    const failures = recorded.filter(({ type }) => type === 'MailFailed').length;
    return { last, failures, ...statusAfter(event), isFresh: false };
  }
}

const statusAfter = (event: MailEvent): Pick<MailProgress, 'status' | 'nextAttemptAt'> => {
  switch (event.type) {
    case 'MailRequested':
      return { status: 'REQUESTED', nextAttemptAt: 0 };
    case 'MailSent':
    case 'MailSuppressed':
      return { status: 'ENDED', nextAttemptAt: 0 };
    case 'MailFailed': {
      const { nextAttemptAt } = event.data;
      return nextAttemptAt === null
        ? { status: 'ENDED', nextAttemptAt: 0 }
        : { status: 'WAITING', nextAttemptAt: Date.parse(nextAttemptAt) };
    }
  }
};
