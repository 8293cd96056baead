import type { Actor } from '../domain/account/actor.js';
import { permit } from '../domain/account/authority.js';
import type { AccountCommand } from '../domain/account/commands.js';
import { type DecisionContext, decide, recall } from '../domain/account/decide.js';
import { dueEvents } from '../domain/account/due.js';
import type { AccountEvent } from '../domain/account/events.js';
import { evolve } from '../domain/account/evolve.js';
import { explainRefusal } from '../domain/account/explain-refusal.js';
import { shownAsTheyAre } from '../domain/account/shown-as-they-are.js';
import { ACCOUNT, type AccountState } from '../domain/account/state.js';
import { subjectOf } from '../domain/account/subject.js';
import type { BulkErrorPolicy } from '../domain/bulk/events.js';
import type { EventActor, EventReason, StoredEvent } from '../domain/event.js';
import { isRejection, type Rejection, reject } from '../domain/rejection.js';
import { refuseErasedEntrant } from '../domain/user/entrance.js';
import { hashOf } from '../event-store/chain.js';
import { MAX_APPEND_BYTES, type NewEvent } from '../event-store/event-store.js';
import { CommandTooLarge } from './account-errors.js';
import type { AccountFold, StreamHead } from './account-fold.js';
import { type EventContext, encodeEvent } from './envelope.js';
import type { Environment } from './environment.js';
import type { CommandResult } from './outcome.js';

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
  readonly onRejection: BulkErrorPolicy;
  /** Whom nobody brings in any more, of those the commands may bring in. */
  readonly erased: ReadonlySet<string>;
}

/** What a request came to on the draft; final only when the draft has been appended or found to be at the head. */
export type Drafted =
  | { readonly kind: 'EVENTS' | 'WOULD_APPLY'; readonly events: readonly Stored[]; readonly results: Results }
  | { readonly kind: 'UNCHANGED'; readonly results: Results }
  | { readonly kind: 'REJECTED'; readonly rejection: Rejection; readonly at: number }
  | { readonly kind: 'REPLAY'; readonly firstRevision: number; readonly lastRevision: number };

/** Events that time alone brings about, in an append of their own; each has under a kilobyte. */
const DUE_AT_ONCE = 500;

type Stored = StoredEvent<AccountEvent>;
type Results = readonly CommandResult[];

/**
 * Decisions taken in turn on a speculative state, each seeing what those before it did; they go out as one append.
 * The state's journal stays open until `keep` or `discard`.
 */
export class AccountDraft {
  readonly events: NewEvent[] = [];
  #bytes = 0;
  #head: StreamHead;
  readonly #state: AccountState;
  /** When all of it is recorded, ms: what is appended together is one moment, so that no time shows half of it. */
  readonly #recordedAt: number;

  constructor(
    private readonly accountId: string,
    private readonly fold: AccountFold,
    private readonly environment: Environment,
  ) {
    this.#state = fold.state;
    this.#head = fold.head;
    this.#recordedAt = Math.max(environment.now(), fold.head.recordedAt);
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
    if (isRejection(remembered)) return { kind: 'REJECTED', rejection: remembered, at: 0 };
    if (remembered !== null) return { kind: 'REPLAY', ...remembered };

    const due = this.#recordDue(request);
    const results: CommandResult[] = [];
    const bytesPerCommand: number[] = [];
    const shown = shownAsTheyAre(this.#state, request.commands, hashOf);
    for (const [at, command] of request.commands.entries()) {
      const bytesSoFar = this.#bytes;
      const result = this.#decideOne(request, command, shown);
      if (result.rejection !== null && !result.rejection.passedOver && refusesAll(request, command)) {
        goBack();
        return { kind: 'REJECTED', rejection: result.rejection, at };
      }
      results.push(result);
      bytesPerCommand.push(this.#bytes - bytesSoFar);
    }
    const events = request.commands.length === 0 ? due : results.flatMap((result) => result.events);
    if (request.dryRun || events.length === 0) {
      goBack();
      return events.length === 0 ? { kind: 'UNCHANGED', results } : { kind: 'WOULD_APPLY', events, results };
    }
    if (this.#bytes > MAX_APPEND_BYTES) {
      goBack();
      if (before.events > 0) return null;
      if (due.length === 0) throw new CommandTooLarge(bytesPerCommand);
      // After a long rest more may be due than one append holds: it goes out first, part by part.
      this.#recordDue(request, DUE_AT_ONCE);
      return null;
    }
    return { kind: 'EVENTS', events, results };
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

  /** Before anything else is decided, what time has brought about is written down, as of when it took effect. */
  #recordDue(request: DraftRequest, atMost = Number.POSITIVE_INFINITY): readonly Stored[] {
    const { occurredAt: now } = this.#contextOf(request);
    const due = dueEvents(this.#state, now).slice(0, atMost);
    if (due.length === 0) return [];
    const commandId = this.environment.newId();
    return due.map(({ event, at }) =>
      this.#write(event, {
        actor: { kind: 'SCHEDULER', id: 'deadlines', onBehalfOf: null, authority: null },
        commandId,
        fingerprint: null,
        correlationId: commandId,
        causationId: null,
        reason: null,
        occurredAt: Math.max(at, this.#head.occurredAt),
      }),
    );
  }

  #decideOne(request: DraftRequest, command: AccountCommand, shown: ReadonlySet<string>): CommandResult {
    const context = { ...this.#contextOf(request), shown };
    if (
      request.occurredAt !== null &&
      (request.occurredAt < this.#head.occurredAt || request.occurredAt > this.#recordedAt)
    )
      return { events: [], rejection: outOfOrder(request.occurredAt, this.#head.occurredAt) };
    const decision = decide(this.#state, command, context);
    if (isRejection(decision)) return { events: [], rejection: decision };
    const rejection = refuseErasedEntrant(command, { decided: decision, erased: request.erased });
    if (rejection !== null)
      return { events: [], rejection: explainRefusal(rejection, { state: this.#state, command, context }) };
    const actor = this.#actorOf(request.actor, command);
    const { occurredAt } = context;
    const events = decision.map((event) => this.#write(event, { ...request, actor, occurredAt }));
    return { events, rejection: null };
  }

  #write(event: AccountEvent, context: EventContext): Stored {
    const { stored, toAppend } = encodeEvent(event, context, {
      eventId: this.environment.newId(),
      stream: this.fold.stream,
      revision: this.#head.revision + 1,
      recordedAt: this.#recordedAt,
      accountId: this.accountId,
      subjectId: subjectOf(event),
      policyVersion: this.#state.account.get(ACCOUNT)?.policyVersion ?? 1,
      previousHash: this.#head.hash,
    });
    evolve(this.#state, stored);
    this.events.push(toAppend);
    this.#bytes += Buffer.byteLength(toAppend.body);
    this.#head = {
      revision: stored.revision,
      hash: toAppend.hash,
      recordedAt: this.#recordedAt,
      occurredAt: context.occurredAt,
    };
    return stored;
  }

  #contextOf(request: DraftRequest): DecisionContext {
    const { actor, commandId, fingerprint } = request;
    const occurredAt = request.occurredAt ?? Math.max(this.#recordedAt, this.#head.occurredAt);
    return { actor, commandId, fingerprint, occurredAt, digest: hashOf };
  }

  /** An operator's right is named with the place where it was read; a machine is called one. */
  #actorOf(actor: Actor, command: AccountCommand): EventActor {
    if (actor.kind !== 'USER')
      return { kind: actor.kind, id: actor.id, onBehalfOf: actor.onBehalfOf ?? null, authority: null };
    const authority = permit(this.#state, command, actor);
    const isPermitted = !isRejection(authority);
    return {
      kind: isPermitted && authority.isService ? 'SERVICE' : 'USER',
      id: actor.userId,
      onBehalfOf: null,
      authority: isPermitted ? authority.source : null,
    };
  }
}

/** A selection that is refused as such leaves nothing to go ahead with. */
const refusesAll = ({ onRejection }: DraftRequest, command: AccountCommand): boolean =>
  onRejection === 'REJECT_EVERYTHING' || command.type === 'selectForBulk';

const outOfOrder = (occurredAt: number, last: number): Rejection =>
  reject(
    'OCCURRED_OUT_OF_ORDER',
    `An event of ${new Date(occurredAt).toISOString()} cannot follow one of ${new Date(last).toISOString()} ` +
      'in this account, nor lie in the future; correct the membership period instead.',
    { field: 'occurredAt' },
  );
