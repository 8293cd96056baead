import { type Mailer, MailNotTaken } from '../../application/mail/mailer.js';
import type { DueMail, WorkLists } from '../../application/work-lists.js';
import type { MailEvent } from '../../domain/mail/events.js';
import { type EventStore, WrongExpectedRevision } from '../../event-store/event-store.js';
import { leaseLeft, mayBegin } from '../lease.js';
import { HeldElsewhere, type Work } from '../work-loop.js';
import { type MailCause, readCause } from './mail-cause.js';
import { MailComposition, type MailCompositionParts } from './mail-composition.js';
import { MailEffect, type MailProgress } from './mail-effect.js';
import { nextAttemptAt } from './retry-times.js';

export interface MailDeliveryParts extends MailCompositionParts {
  readonly store: EventStore;
  readonly lists: WorkLists;
  readonly mailer: Mailer;
}

/** As many as the mailer has connections. */
const PARALLEL = 3;

/**
 * Sends what events ask for, at least once: the log says who sends a mail before it goes out, and what became of it
 * afterwards. A crash in between sends it again under the same Message-ID.
 */
export class MailDelivery implements Work<DueMail> {
  readonly name = 'mail';
  readonly parallel = PARALLEL;
  readonly #composition: MailComposition;

  constructor(private readonly parts: MailDeliveryParts) {
    this.#composition = new MailComposition(parts);
  }

  list(limit: number): readonly DueMail[] {
    return this.parts.lists.dueMails({ now: this.parts.environment.now(), limit });
  }

  keyOf({ causeEventId }: DueMail): string {
    return causeEventId;
  }

  async do(due: DueMail): Promise<number | HeldElsewhere | null> {
    const { causeEventId, kind, accountId, userId } = due;
    const cause = await readCause(this.parts.store, due);
    const effect = new MailEffect(this.parts, cause);
    const data = { causeEventId, kind, accountId, userId };
    const progress = await this.#claim(effect, { type: 'MailRequested', data });
    if (progress === null || progress instanceof HeldElsewhere) return progress;
    const outcome = await this.#attempt(cause, data, progress);
    if (outcome === null) return null;
    try {
      return await effect.append(outcome, progress.last);
    } catch (error) {
      // The lease ran out before this was written down, and another node has taken the mail over.
      if (error instanceof WrongExpectedRevision) return null;
      throw error;
    }
  }

  /** Null: there is nothing to do any more, or not yet. */
  async #claim(effect: MailEffect, requested: MailEvent): Promise<MailProgress | HeldElsewhere | null> {
    const progress = await effect.claim(requested);
    if (progress.isFresh) return progress;
    const now = this.parts.environment.now();
    if (progress.status === 'ENDED' || (progress.status === 'WAITING' && progress.nextAttemptAt > now))
      return null;
    const left = this.#leaseLeft(progress, now);
    if (left > 0) return new HeldElsewhere(left);
    // A process that has the log to itself races with nobody, so that a retry costs no event.
    if (this.parts.store.isExclusive) return progress;
    return effect.takeOver(requested, progress);
  }

  /** Null: held up for so long that another node may be sending it by now. */
  async #attempt(
    cause: MailCause,
    data: MailEvent['data'],
    { failures, last }: MailProgress,
  ): Promise<MailEvent | null> {
    const { environment, mailer, store } = this.parts;
    const { causeEventId, kind, accountId, userId } = data;
    const about = { causeEventId, kind, accountId, userId };
    const composed = await this.#composition.compose(cause);
    if (composed.suppressed !== null)
      return { type: 'MailSuppressed', data: { ...about, reason: composed.suppressed } };
    if (!store.isExclusive && !mayBegin(last, environment.now())) return null;
    const attempt = failures + 1;
    try {
      await mailer.send({ messageId: `${causeEventId}@${mailer.messageIdDomain}`, ...composed.mail });
      return { type: 'MailSent', data: { ...about, attempts: attempt } };
    } catch (error) {
      if (!(error instanceof MailNotTaken)) throw error;
      const next = nextAttemptAt(cause, attempt, environment.now());
      return {
        type: 'MailFailed',
        data: {
          ...about,
          attempt,
          code: error.code,
          nextAttemptAt: error.isPermanent ? null : new Date(next).toISOString(),
        },
      };
    }
  }

  /** Where this process has the log to itself, what was requested and not begun here was cut off by a crash. */
  #leaseLeft({ status, last }: MailProgress, now: number): number {
    return status === 'REQUESTED' && !this.parts.store.isExclusive ? leaseLeft(last, now) : 0;
  }
}
