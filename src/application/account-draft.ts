import type { Actor } from '../domain/account/actor.js';
import { permit } from '../domain/account/authority.js';
import type { AccountCommand } from '../domain/account/commands.js';
import { type DecisionContext, decide, recall } from '../domain/account/decide.js';
import type { AccountEvent } from '../domain/account/events.js';
import { evolve } from '../domain/account/evolve.js';
import { ACCOUNT, type AccountState } from '../domain/account/state.js';
import { subjectOf } from '../domain/account/subject.js';
import type { EventActor, EventReason, StoredEvent } from '../domain/event.js';
import { isRejection, type Rejection, reject } from '../domain/rejection.js';
import { hashOf } from '../event-store/chain.js';
import { MAX_APPEND_BYTES, type NewEvent } from '../event-store/event-store.js';
import { CommandTooLarge } from './account-errors.js';
import type { AccountFold, StreamHead } from './account-fold.js';
import { encodeEvent } from './envelope.js';
import type { Environment } from './environment.js';

/** One request as the draft sees it: who, what, and what its events will say of it. */
export interface DraftRequest {
  readonly accountId: string;
  readonly actor: Actor;
  readonly commands: readonly AccountCommand[];
  readonly commandId: string;
  readonly fingerprint: string | null;
  readonly dryRun: boolean;
  readonly reason: EventReason | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** Imports say when it happened; null = now. */
  readonly occurredAt: number | null;
}

/** What a request came to on the draft; final only when the draft has been appended or found to be at the head. */
export type Drafted =
  | { readonly kind: 'EVENTS'; readonly events: readonly StoredEvent<AccountEvent>[] }
  | { readonly kind: 'WOULD_APPLY'; readonly events: readonly StoredEvent<AccountEvent>[] }
  | { readonly kind: 'UNCHANGED' }
  | { readonly kind: 'REJECTED'; readonly rejection: Rejection }
  | { readonly kind: 'REPLAY'; readonly firstRevision: number; readonly lastRevision: number };

/**
 * Decisions taken in turn on a speculative state, each seeing what those before it did; they go out as one append.
 * The state's journal stays open until `keep` or `discard`.
 */
export class AccountDraft {
  readonly events: NewEvent[] = [];
  #bytes = 0;
  #head: StreamHead;
  readonly #state: AccountState;

  constructor(
    private readonly fold: AccountFold,
    private readonly environment: Environment,
  ) {
    this.#state = fold.state;
    this.#head = fold.head;
    this.#state.journal.open();
  }

  /** Null: does not fit into this append any more; decide it again in the next. */
  add(request: DraftRequest): Drafted | null {
    const mark = this.#state.journal.mark();
    const before = { head: this.#head, events: this.events.length, bytes: this.#bytes };
    const goBack = () => {
      this.#state.journal.rollbackTo(mark);
      this.#head = before.head;
      this.events.length = before.events;
      this.#bytes = before.bytes;
    };

    const remembered = request.dryRun
      ? null
      : recall(this.#state, request.commands, this.#contextOf(request));
    if (isRejection(remembered)) return { kind: 'REJECTED', rejection: remembered };
    if (remembered !== null) return { kind: 'REPLAY', ...remembered };

    const written: StoredEvent<AccountEvent>[] = [];
    const bytesPerCommand: number[] = [];
    for (const command of request.commands) {
      const bytesSoFar = this.#bytes;
      const rejection = this.#decideOne(request, command, written);
      if (rejection !== null) {
        goBack();
        return { kind: 'REJECTED', rejection };
      }
      bytesPerCommand.push(this.#bytes - bytesSoFar);
    }
    if (request.dryRun) {
      goBack();
      return written.length === 0 ? { kind: 'UNCHANGED' } : { kind: 'WOULD_APPLY', events: written };
    }
    if (this.#bytes > MAX_APPEND_BYTES) {
      goBack();
      if (before.events > 0) return null;
      throw new CommandTooLarge(bytesPerCommand);
    }
    return written.length === 0 ? { kind: 'UNCHANGED' } : { kind: 'EVENTS', events: written };
  }

  /** The events are in the log. */
  keep(): void {
    this.#state.journal.commit();
    this.fold.moveTo(this.#head);
  }

  /** The events are not in the log: the state is as if they had never been decided. */
  discard(): void {
    this.#state.journal.rollback();
  }

  #decideOne(
    request: DraftRequest,
    command: AccountCommand,
    written: StoredEvent<AccountEvent>[],
  ): Rejection | null {
    const now = this.environment.now();
    const context = this.#contextOf(request);
    if (
      request.occurredAt !== null &&
      (request.occurredAt < this.#head.occurredAt || request.occurredAt > now)
    )
      return outOfOrder(request.occurredAt, this.#head.occurredAt);
    const decision = decide(this.#state, command, context);
    if (isRejection(decision)) return decision;

    const actor = this.#actorOf(request.actor, command);
    for (const event of decision) {
      const policyVersion = this.#state.account.get(ACCOUNT)?.policyVersion ?? 1;
      const { stored, toAppend } = encodeEvent(
        event,
        { ...request, actor, occurredAt: context.occurredAt },
        {
          eventId: this.environment.newId(),
          stream: this.fold.stream,
          revision: this.#head.revision + 1,
          recordedAt: Math.max(now, this.#head.recordedAt),
          accountId: request.accountId,
          subjectId: subjectOf(event),
          policyVersion,
          previousHash: this.#head.hash,
        },
      );
      evolve(this.#state, stored);
      written.push(stored);
      this.events.push(toAppend);
      this.#bytes += Buffer.byteLength(toAppend.body);
      this.#head = {
        revision: stored.revision,
        hash: toAppend.hash,
        recordedAt: Date.parse(stored.recordedAt),
        occurredAt: context.occurredAt,
      };
    }
    return null;
  }

  #contextOf(request: DraftRequest): DecisionContext {
    const { actor, commandId, fingerprint } = request;
    const occurredAt = request.occurredAt ?? Math.max(this.environment.now(), this.#head.occurredAt);
    return { actor, commandId, fingerprint, occurredAt, digest: hashOf };
  }

  /** An operator's right is named with the place where it was read. */
  #actorOf(actor: Actor, command: AccountCommand): EventActor {
    if (actor.kind !== 'USER') return { kind: actor.kind, id: actor.id, onBehalfOf: null, authority: null };
    const authority = permit(this.#state, command, actor);
    return {
      kind: 'USER',
      id: actor.userId,
      onBehalfOf: null,
      authority: isRejection(authority) ? null : authority.source,
    };
  }
}

const outOfOrder = (occurredAt: number, last: number): Rejection =>
  reject(
    'OCCURRED_OUT_OF_ORDER',
    `An event of ${new Date(occurredAt).toISOString()} cannot follow one of ${new Date(last).toISOString()} ` +
      'in this account, nor lie in the future; correct the membership period instead.',
    { field: 'occurredAt' },
  );
