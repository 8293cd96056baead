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

/**
 * Records attempts of a forbidden kind: of one kind (actor, command, code, account) at most one event a minute. What
 * came meanwhile waits in memory for the next one, or for the end of the minute: a crash can lose that.
 */
export class Refusals {
  readonly #parts: RefusalParts;
  /** By kind: when the next event may be written. */
  readonly #until = new LRUCache<string, number>({ max: MOST_KINDS });
  /** By kind: not in the log yet; only such as had an event a short while ago, so that there are few. */
  readonly #waiting = new Map<string, RefusedAttempt>();
  #minute = { until: 0, events: 0, readings: 0 };
  #dropped = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: RefusalParts) {
    this.#parts = parts;
  }

  /** Resolves when it is in the log, or counted for the next event. Never rejects: the refusal stands all the same. */
  async note(attempt: RefusedAttempt): Promise<void> {
    const now = this.#parts.environment.now();
    const name = JSON.stringify([attempt.actor.id, attempt.command, attempt.code, attempt.accountId]);
    const together = sumOf(this.#waiting.get(name), attempt);
    if (now < (this.#until.get(name) ?? 0)) {
      this.#waiting.set(name, together);
      return;
    }
    if (!this.#hasRoom(now, attempt)) {
      this.#dropped += attempt.times;
      return;
    }
    await this.#record(name, together);
  }

  /** Kinds with attempts that no other has followed, and whose minute is over. */
  due(limit: number): readonly string[] {
    const now = this.#parts.environment.now();
    const due = [...this.#waiting.keys()].filter((name) => now >= (this.#until.get(name) ?? 0));
    return due.slice(0, limit);
  }

  /** Records what waits of a kind; gives its position, or null when it has to wait on or could not be recorded. */
  async recordDue(name: string): Promise<number | null> {
    const waiting = this.#waiting.get(name);
    if (waiting === undefined || !this.#hasRoom(this.#parts.environment.now(), waiting)) return null;
    return this.#record(name, waiting);
  }

  /** Records all that waits, however much it is: nobody will come back for it. */
  async close(): Promise<void> {
    for (const [name, waiting] of this.#waiting) if ((await this.#record(name, waiting)) === null) return;
  }

  #record(name: string, attempt: RefusedAttempt): Promise<number | null> {
    this.#until.set(name, this.#parts.environment.now() + MINUTE_MS);
    this.#waiting.delete(name);
    const written = this.#last.then(() => this.#write(attempt));
    this.#last = written;
    return written;
  }

  #hasRoom(now: number, { isReading }: RefusedAttempt): boolean {
    if (now >= this.#minute.until) this.#minute = { until: now + MINUTE_MS, events: 0, readings: 0 };
    if (this.#minute.events >= MOST_REFUSALS_A_MINUTE) return false;
    if (isReading && this.#minute.readings >= MOST_READINGS_A_MINUTE) return false;
    this.#minute.events += 1;
    if (isReading) this.#minute.readings += 1;
    return true;
  }

  async #write(attempt: RefusedAttempt): Promise<number | null> {
    const count = attempt.times;
    const dropped = this.#dropped;
    this.#dropped = 0;
    try {
      return await this.#append(attempt, { count, dropped });
    } catch (error) {
      this.#dropped += dropped + count;
      this.#parts.report(error, 'recording a refused attempt');
      return null;
    }
  }

  async #append(
    { actor, command, code, accountId, targetUserId, correlationId }: RefusedAttempt,
    counts: { readonly count: number; readonly dropped: number },
  ): Promise<number> {
    const { store, nodeId } = this.#parts;
    const stream = `refusals-${nodeId}`;
    for (let attempt = 1; ; attempt += 1) {
      const [previous = null] = await store.readStream(stream, { maxCount: 1, direction: 'BACKWARDS' });
      try {
        return await appendEvent(this.#parts, {
          stream,
          previous,
          event: { type: 'AttemptRefused', data: { command, code, accountId, targetUserId, ...counts } },
          actor: { ...actor, onBehalfOf: null, authority: null },
          accountId,
          subjectId: targetUserId,
          correlationId,
        });
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }
}

/** The latest of them, for all of them; whom it was to be done to only where that was one person. */
const sumOf = (earlier: RefusedAttempt | undefined, latest: RefusedAttempt): RefusedAttempt =>
  earlier === undefined
    ? latest
    : {
        ...latest,
        times: earlier.times + latest.times,
        targetUserId: earlier.targetUserId === latest.targetUserId ? latest.targetUserId : null,
      };
