import type { Rejection } from './rejection.js';

/** The one shape of every decision: given the state of a stream, a command gives events or a refusal. */
export interface Decider<State, Command, Context, Event, Stored> {
  initialState(): State;
  /** Pure: time, ids and the asker come in with the command and its context. */
  decide(state: State, command: Command, context: Context): Decision<Event>;
  /** Folds one event into the state, in place: the caller owns the state and keeps it private. */
  evolve(state: State, event: Stored): void;
}

/** No events: it is already so. */
export type Decision<Event> = readonly Event[] | Rejection;
