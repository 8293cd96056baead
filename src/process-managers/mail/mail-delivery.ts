import { type Mailer, MailNotTaken } from '../../application/mail/mailer.js';
import type { DueMail, WorkLists } from '../../application/work-lists.js';
import type { StoredEvent } from '../../domain/event.js';
import type { MailEvent } from '../../domain/mail/events.js';
import { type EventStore, WrongExpectedRevision } from '../../event-store/event-store.js';
import type { Work } from '../work-loop.js';
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

/** Where several nodes share a log, whoever requested a mail has this long to send it before another one does (ms). */
const CLAIM_MS = 10 * 60_000;

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

  async do(due: DueMail): Promise<number | null> {
    const { causeEventId, kind, accountId, userId } = due;
    const cause = await readCause(this.parts.store, due);
    const effect = new MailEffect(this.parts, cause);
    const data = { causeEventId, kind, accountId, userId };
    const progress = await effect.claim({ type: 'MailRequested', data });
    if (!this.#isMine(progress)) return null;
    const outcome = await this.#attempt(cause, data, progress);
    try {
      return await effect.append(outcome, progress.last);
    } catch (error) {
      // Another node was at the same attempt, and has said what came of it.
      if (error instanceof WrongExpectedRevision) return null;
      throw error;
    }
  }

  async #attempt(cause: MailCause, data: MailEvent['data'], { failures }: MailProgress): Promise<MailEvent> {
    const { environment, mailer } = this.parts;
    const { causeEventId, kind, accountId, userId } = data;
    const about = { causeEventId, kind, accountId, userId };
    const composed = await this.#composition.compose(cause);
    if (composed.suppressed !== null)
      return { type: 'MailSuppressed', data: { ...about, reason: composed.suppressed } };
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

  /** Nobody else can be sending a mail that this process has not begun: what was requested before was cut off. */
  #isMine({ status, isFresh, nextAttemptAt: next, last }: MailProgress): boolean {
    const now = this.parts.environment.now();
    switch (status) {
      case 'ENDED':
        return false;
      case 'WAITING':
        return next <= now;
      case 'REQUESTED': {
        if (isFresh || this.parts.store.isExclusive) return true;
        const { recordedAt } = JSON.parse(last.body) as StoredEvent;
        return Date.parse(recordedAt) + CLAIM_MS <= now;
      }
    }
  }
}
