import { LRUCache } from 'lru-cache';
import type { AttemptRefused } from '../domain/audit/events.js';
import { type EventStore, WrongExpectedRevision } from '../event-store/event-store.js';
import { appendEvent } from './append-event.js';
import type { Environment } from './environment.js';

const MINUTE_MS = 60_000;
/** Events of this node in a minute: whoever floods Muster with attempts does not flood the log. */
export const MOST_REFUSALS_A_MINUTE = 120;
/** Of them, what was only to be read: pages that ask for more than their reader may see leave room for attempts to act. */
export const MOST_READINGS_A_MINUTE = 60;
/** Kinds of attempt remembered; the longest unused is forgotten. */
const MOST_KINDS = 10_000;
/** Races lost in a row before an attempt is counted as dropped. */
const MAX_ATTEMPTS = 5;

export interface RefusedAttempt {
  readonly actor: { readonly kind: 'USER' | 'SERVICE'; readonly id: string };
  /** The mutation, or the field that was to be read. */
  readonly command: string;
  readonly isReading: boolean;
  readonly code: AttemptRefused['data']['code'];
  /** Null: asked of no account. */
  readonly accountId: string | null;
  readonly targetUserId: string | null;
  readonly correlationId: string;
  /** From 1: so many people of one request. */
  readonly times: number;
}

export interface RefusalParts {
  readonly store: EventStore;
  readonly environment: Environment;
  readonly report: (error: unknown, doing: string) => void;
  /** Names this node's stream: nodes do not race for one. */
  readonly nodeId: string;
}

/** Records attempts of a forbidden kind: of one kind (actor, command, code, account) at most one event a minute. */
export class Refusals {
  readonly #parts: RefusalParts;
  readonly #kinds = new LRUCache<string, { until: number; waiting: number }>({ max: MOST_KINDS });
  #minute = { until: 0, events: 0, readings: 0 };
  #dropped = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(parts: RefusalParts) {
    this.#parts = parts;
  }

  /** Resolves when it is in the log, or counted for the next event. Never rejects: the refusal stands all the same. */
  async note(attempt: RefusedAttempt): Promise<void> {
    const now = this.#parts.environment.now();
    const name = JSON.stringify([attempt.actor.id, attempt.command, attempt.code, attempt.accountId]);
    const kind = this.#kinds.get(name) ?? { until: 0, waiting: 0 };
    this.#kinds.set(name, kind);
    if (now < kind.until) {
      kind.waiting += attempt.times;
      return;
    }
    if (!this.#hasRoom(now, attempt)) {
      this.#dropped += attempt.times;
      return;
    }
    const count = kind.waiting + attempt.times;
    kind.until = now + MINUTE_MS;
    kind.waiting = 0;
    const written = this.#last.then(() => this.#write(attempt, count));
    this.#last = written;
    await written;
  }

  #hasRoom(now: number, { isReading }: RefusedAttempt): boolean {
    if (now >= this.#minute.until) this.#minute = { until: now + MINUTE_MS, events: 0, readings: 0 };
    if (this.#minute.events >= MOST_REFUSALS_A_MINUTE) return false;
    if (isReading && this.#minute.readings >= MOST_READINGS_A_MINUTE) return false;
    this.#minute.events += 1;
    if (isReading) this.#minute.readings += 1;
    return true;
  }

  async #write(attempt: RefusedAttempt, count: number): Promise<void> {
    const dropped = this.#dropped;
    this.#dropped = 0;
    try {
      await this.#append(attempt, { count, dropped });
    } catch (error) {
      this.#dropped += dropped + count;
      this.#parts.report(error, 'recording a refused attempt');
    }
  }

  async #append(
    { actor, command, code, accountId, targetUserId, correlationId }: RefusedAttempt,
    counts: { readonly count: number; readonly dropped: number },
  ): Promise<void> {
    const { store, nodeId } = this.#parts;
    const stream = `refusals-${nodeId}`;
    for (let attempt = 1; ; attempt += 1) {
      const [previous = null] = await store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
      try {
        await appendEvent(this.#parts, {
          stream,
          previous,
          event: { type: 'AttemptRefused', data: { command, code, accountId, targetUserId, ...counts } },
          actor: { ...actor, onBehalfOf: null, authority: null },
          accountId,
          subjectId: targetUserId,
          correlationId,
        });
        return;
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}
