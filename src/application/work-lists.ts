import type { MailKind } from '../domain/mail/events.js';

/**
 * What waits to be done, as the read model knows it at its position: whoever acts on it looks again at the head of the
 * stream concerned.
 */
export interface WorkLists {
  /** Mails to be sent, or to be tried again, at a moment (ms); the oldest first. */
  dueMails(options: AtMost & { readonly now: number }): readonly DueMail[];
  /** Accounts in which an invitation or a lingering session is over by a moment (ms). */
  dueAccounts(options: AtMost & { readonly now: number }): readonly string[];
  dueScheduledEnds(options: AtMost & { readonly now: number }): readonly DueScheduledEnd[];
  /** Ids of bulk operations that have not come to their end. */
  unfinishedBulkOperations(options: AtMost): readonly string[];
  /** People whose erasure was requested and is not done; the oldest first. */
  openErasures(options: AtMost): readonly string[];
  /** People whose erasure is done. */
  erasedPeople(): readonly string[];
  /** Accounts where this person's access lasts until the session ends (D3-23). */
  lingeringAccounts(userId: string): readonly string[];
  /** Accounts where this person's membership has not ended. */
  livingAccountIds(userId: string): readonly string[];
  /** Where in a stream an event stands; null when the stream has no such event. */
  revisionOfEvent(event: EventInStream): number | null;
  /**
   * Resolves when the lists show everything that was in the log at the moment of the call.
   * @throws ReadModelBehind
   */
  caughtUp(): Promise<void>;
}

export interface EventInStream {
  readonly stream: string;
  readonly eventId: string;
}

export interface AtMost {
  /** From 1. */
  readonly limit: number;
}

export interface DueMail {
  /** The event that asked for it, and where it stands in the log. */
  readonly causeEventId: string;
  readonly causePosition: number;
  readonly kind: MailKind;
  readonly accountId: string;
  readonly userId: string;
}

export interface DueScheduledEnd {
  readonly scheduleId: string;
  readonly accountId: string;
  readonly userId: string;
  /** Who ordered it. */
  readonly orderedBy: string;
  /** The event that ordered it; null when it is not at hand. */
  readonly orderEventId: string | null;
}

/** The lists cannot be trusted at present, so nothing was decided on them and nothing was done. */
export class ReadModelBehind extends Error {
  override readonly name = 'ReadModelBehind';
  constructor() {
    super('The read model does not show the end of the log yet; nothing was done. Try again in a second.');
  }
}

/** Lists that are there as soon as a read model is; the command line has none. */
export class WorkListsToCome implements WorkLists {
  #lists: WorkLists | null = null;

  connect(lists: WorkLists): void {
    this.#lists = lists;
  }

  dueMails(options: AtMost & { readonly now: number }) {
    return this.#connected.dueMails(options);
  }

  dueAccounts(options: AtMost & { readonly now: number }) {
    return this.#connected.dueAccounts(options);
  }

  dueScheduledEnds(options: AtMost & { readonly now: number }) {
    return this.#connected.dueScheduledEnds(options);
  }

  unfinishedBulkOperations(options: AtMost) {
    return this.#connected.unfinishedBulkOperations(options);
  }

  openErasures(options: AtMost) {
    return this.#connected.openErasures(options);
  }

  erasedPeople() {
    return this.#connected.erasedPeople();
  }

  lingeringAccounts(userId: string) {
    return this.#connected.lingeringAccounts(userId);
  }

  livingAccountIds(userId: string) {
    return this.#connected.livingAccountIds(userId);
  }

  revisionOfEvent(event: EventInStream) {
    return this.#connected.revisionOfEvent(event);
  }

  async caughtUp() {
    await this.#connected.caughtUp();
  }

  get #connected(): WorkLists {
    if (this.#lists !== null) return this.#lists;
    throw new Error(
      'this process has no read model, so it cannot look across accounts: ask a running server',
    );
  }
}
