import type { AccountEvent, AccountEventOf } from '../../src/domain/account/events.js';
import { bulkItemOutcomes } from '../../src/domain/bulk/events.js';
import type { StoredEvent } from '../../src/domain/event.js';
import type { MailKind } from '../../src/domain/mail/events.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { type EventBuilder, eventBuilder, uuidOf } from '../support/event-builder.js';

export type MailCause = StoredEvent<
  AccountEventOf<'UserInvited' | 'InvitationResent' | 'UserRemoved' | 'UserNotified'>
>;

/** Every one of these asks for a mail. */
export function isMailCause(event: StoredEvent<AccountEvent>): event is MailCause {
  if (event.type === 'UserRemoved') return event.data.notify === true;
  return event.type === 'UserInvited' || event.type === 'InvitationResent' || event.type === 'UserNotified';
}

const mailKindOf: Readonly<Record<MailCause['type'], MailKind>> = {
  UserInvited: 'INVITATION',
  InvitationResent: 'INVITATION',
  UserRemoved: 'REMOVAL',
  UserNotified: 'NOTIFICATION',
};

interface Dice {
  readonly a: number;
  readonly b: number;
}

/** Mails and bulk operations as they come about beside the accounts, some of them left half done. */
export class RandomEffects {
  readonly #store: EventStore;
  readonly #clock: () => string;
  readonly #mails = new Map<string, { readonly builder: EventBuilder; attempts: number; isOver: boolean }>();
  #bulk: { readonly builder: EventBuilder; readonly id: string; parts: number } | null = null;
  #bulks = 0;

  constructor(store: EventStore, clock: () => string) {
    this.#store = store;
    this.#clock = clock;
  }

  async play({ a, b }: Dice, causes: readonly MailCause[]): Promise<void> {
    if (b % 4 === 0) await this.#playBulk(a);
    else await this.#playMail(causes[a % causes.length], b);
  }

  async #playMail(cause: MailCause | undefined, b: number): Promise<void> {
    if (cause === undefined) return;
    const data = {
      causeEventId: cause.eventId,
      kind: mailKindOf[cause.type],
      accountId: 'a1',
      userId: cause.data.userId,
    };
    const known = this.#mails.get(cause.eventId);
    if (known === undefined) {
      const stream = `effect-${cause.eventId}`;
      const builder = eventBuilder({ accountId: null, stream, clock: this.#clock });
      this.#mails.set(cause.eventId, { builder, attempts: 0, isOver: false });
      await builder.append(this.#store, [{ type: 'MailRequested', data }]);
    } else if (!known.isOver) {
      known.attempts += 1;
      const { builder, attempts } = known;
      const nextAttemptAt = b % 2 === 0 ? new Date(Date.parse(this.#clock()) + 60_000).toISOString() : null;
      known.isOver = b % 3 !== 2 || nextAttemptAt === null;
      if (b % 3 === 0) await builder.append(this.#store, [{ type: 'MailSent', data: { ...data, attempts } }]);
      else if (b % 3 === 1)
        await builder.append(this.#store, [
          { type: 'MailSuppressed', data: { ...data, reason: 'NOT_ENTITLED' } },
        ]);
      else
        await builder.append(this.#store, [
          { type: 'MailFailed', data: { ...data, attempt: attempts, code: '451', nextAttemptAt } },
        ]);
    }
  }

  /** Two accounts, decided one after the other; the next operation may begin before this one has come to its end. */
  async #playBulk(a: number): Promise<void> {
    if (this.#bulk === null || a % 7 === 0) {
      this.#bulks += 1;
      const id = uuidOf(`bulk ${this.#bulks}`);
      const builder = eventBuilder({ accountId: null, stream: `bulk-${id}`, clock: this.#clock });
      this.#bulk = { builder, id, parts: 0 };
      const items = ['u1', 'u2', 'u3'].map((userId) => ({
        userId,
        previewToken: null,
        undoesRevision: null,
      }));
      const successors = { forAll: null, each: [] };
      const selection = ['a1', 'a2'].map((accountId) => ({
        accountId,
        operation: 'DEACTIVATE' as const,
        items,
        successors,
      }));
      const data = {
        bulkOperationId: id,
        operation: 'DEACTIVATE',
        errorPolicy: 'REJECT_FAILED_ITEMS',
        selection,
        confirmed: true,
        phrase: null,
        undoes: null,
      } as const;
      await builder.append(this.#store, [{ type: 'BulkOperationStarted', data }]);
      return;
    }
    const { builder, id, parts } = this.#bulk;
    if (parts < 2) {
      this.#bulk.parts += 1;
      const results = ['u1', 'u2', 'u3'].map((userId, n) => {
        const outcome = bulkItemOutcomes[(a + n) % 4] ?? 'APPLIED';
        const code = outcome === 'REJECTED' ? 'LAST_OWNER' : null;
        return { userId, outcome, code, revision: outcome === 'APPLIED' ? n : null };
      });
      const data = { bulkOperationId: id, accountId: parts === 0 ? 'a1' : 'a2', results };
      await builder.append(this.#store, [{ type: 'BulkPartDone', data }]);
      return;
    }
    this.#bulk = null;
    const counts = { APPLIED: 3, UNCHANGED: 1, REJECTED: 1, NOT_ATTEMPTED: 1 };
    await builder.append(this.#store, [
      { type: 'BulkOperationFinished', data: { bulkOperationId: id, counts } },
    ]);
  }
}
