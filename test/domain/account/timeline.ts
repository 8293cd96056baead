import type { Actor } from '../../../src/domain/account/actor.js';
import { permit } from '../../../src/domain/account/authority.js';
import type { AccountCommand } from '../../../src/domain/account/commands.js';
import { type DecisionContext, decide } from '../../../src/domain/account/decide.js';
import { dueEvents } from '../../../src/domain/account/due.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { evolve } from '../../../src/domain/account/evolve.js';
import { type AccountState, initialAccountState } from '../../../src/domain/account/state.js';
import type { Decision } from '../../../src/domain/decider.js';
import type { EventActor, StoredEvent } from '../../../src/domain/event.js';
import { isRejection } from '../../../src/domain/rejection.js';
import { START, stored, user } from './given.js';

const deadlines: EventActor = { kind: 'SCHEDULER', id: 'deadlines', onBehalfOf: null, authority: null };

/** One account on a clock that moves: what is due is written first, then the command is decided, as the draft does. */
export class Timeline {
  readonly state: AccountState = initialAccountState();
  readonly events: StoredEvent<AccountEvent>[] = [];

  /** @param now ms */
  constructor(
    events: readonly AccountEvent[],
    public now = START,
  ) {
    for (const event of events) this.write(event);
  }

  /**
   * Writes what is due, then what the command comes to.
   * @param watch sees each event with the state before it
   */
  ask(
    command: AccountCommand,
    actor: Actor = user('olga'),
    watch: (event: AccountEvent, state: AccountState) => void = () => {},
  ): Decision<AccountEvent> {
    this.writeDue();
    const by = this.#actorOf(command, actor);
    const decision = this.decide(command, actor);
    if (isRejection(decision)) return decision;
    for (const event of decision) {
      watch(event, this.state);
      this.write(event, by);
    }
    return decision;
  }

  /** Decides, and writes nothing. */
  decide(command: AccountCommand, actor: Actor = user('olga')): Decision<AccountEvent> {
    return decide(this.state, command, this.contextOf(actor));
  }

  contextOf(actor: Actor): DecisionContext {
    return { actor, occurredAt: this.now, commandId: 'c', fingerprint: null, digest: (text) => text };
  }

  /** What time has brought about is written as of when it took effect, never before what is written already. */
  writeDue(): readonly AccountEvent[] {
    const due = dueEvents(this.state, this.now);
    for (const { event, at } of due) {
      const last = Date.parse(this.events.at(-1)?.occurredAt ?? new Date(0).toISOString());
      this.#append(event, { at: Math.max(at, last), actor: deadlines });
    }
    return due.map(({ event }) => event);
  }

  write(event: AccountEvent, actor?: EventActor): void {
    this.#append(event, actor === undefined ? { at: this.now } : { at: this.now, actor });
  }

  #append(event: AccountEvent, context: { at: number; actor?: EventActor }): void {
    const as = stored(event, this.events.length, context);
    evolve(this.state, as);
    this.events.push(as);
  }

  #actorOf(command: AccountCommand, actor: Actor): EventActor {
    if (actor.kind !== 'USER')
      return { kind: actor.kind, id: actor.id, onBehalfOf: actor.onBehalfOf ?? null, authority: null };
    const authority = permit(this.state, command, actor);
    const isService = !isRejection(authority) && authority.isService;
    return { kind: isService ? 'SERVICE' : 'USER', id: actor.userId, onBehalfOf: null, authority: null };
  }
}
