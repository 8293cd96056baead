import type { Actor } from '../../domain/account/actor.js';
import type { AccountCommand } from '../../domain/account/commands.js';
import { type DecisionContext, decide } from '../../domain/account/decide.js';
import { unrecorded } from '../../domain/account/due.js';
import type { AccountEvent } from '../../domain/account/events.js';
import { evolve } from '../../domain/account/evolve.js';
import { explainRefusal } from '../../domain/account/explain-refusal.js';
import { shownAsTheyAre } from '../../domain/account/shown-as-they-are.js';
import type { AccountState } from '../../domain/account/state.js';
import type { Decision } from '../../domain/decider.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import { refuseErasedEntrant } from '../../domain/user/entrance.js';
import { hashOf } from '../../event-store/chain.js';

/** Who asks, of which account, and when; the state's journal is open. */
export interface Standpoint {
  readonly state: AccountState;
  readonly actor: Actor;
  /** When a command would happen, ms. */
  readonly occurredAt: number;
  /** Whom nobody brings in any more, of those who are asked about. */
  readonly erased: ReadonlySet<string>;
}

/** What a request would come to. */
export interface Trial {
  /** With the right that was tried last. */
  readonly context: DecisionContext;
  readonly events: readonly AccountEvent[];
  /** By the place of the command that was refused. */
  readonly refusals: ReadonlyMap<number, Rejection>;
}

/**
 * Decides on a draft that is taken back, in turn, as `Accounts.execute` does with a request that is refused as a whole:
 * by the member's own right first, with what he holds as an operator only when that was refused.
 */
export const tryOut = (from: Standpoint, commands: readonly AccountCommand[]): Trial => {
  const [first = from.actor, second] = rightsInTurn(from);
  const trial = tryOnce({ ...from, actor: first }, commands);
  return trial.refusals.size === 0 || second === undefined
    ? trial
    : tryOnce({ ...from, actor: second }, commands);
};

/** The asker with each set of rights that a command would be tried with. */
export const rightsInTurn = ({ state, actor }: Standpoint): readonly Actor[] => {
  if (actor.kind !== 'USER' || actor.operatorAuthorities.length === 0) return [actor];
  const isMember = state.memberships.get(actor.userId)?.status === 'ACTIVE';
  return isMember ? [{ ...actor, operatorAuthorities: [] }, actor] : [actor];
};

/** With everything the asker holds at once, as `Accounts.execute` does where some may be refused and the others done. */
export const tryOnce = (
  { state, actor, occurredAt, erased }: Standpoint,
  commands: readonly AccountCommand[],
): Trial => {
  const context = { ...contextOf(actor, occurredAt), shown: shownAsTheyAre(state, commands, hashOf) };
  const events: AccountEvent[] = [];
  const refusals = new Map<number, Rejection>();
  const mark = state.journal.mark();
  try {
    for (const [place, command] of commands.entries()) {
      const decision: Decision<AccountEvent> = decide(state, command, context);
      if (isRejection(decision)) {
        refusals.set(place, decision);
        continue;
      }
      const refusal = refuseErasedEntrant(command, { decided: decision, erased });
      if (refusal !== null) {
        refusals.set(place, explainRefusal(refusal, { state, command, context }));
        continue;
      }
      for (const event of decision) evolve(state, unrecorded(event, occurredAt));
      events.push(...decision);
    }
  } finally {
    state.journal.rollbackTo(mark);
  }
  return { context, events, refusals };
};

/** @param occurredAt ms */
export const contextOf = (actor: Actor, occurredAt: number): DecisionContext => ({
  actor,
  occurredAt,
  commandId: '',
  fingerprint: null,
  digest: hashOf,
});
