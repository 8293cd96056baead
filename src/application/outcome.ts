import type { AccountEvent } from '../domain/account/events.js';
import type { StoredEvent } from '../domain/event.js';
import type { Rejection } from '../domain/rejection.js';

/** What became of a command on an account. */
export type Outcome = Applied | Unchanged | Rejected | WouldApply;

export interface Applied {
  readonly outcome: 'APPLIED';
  readonly accountId: string;
  /** As stored, in order. */
  readonly events: readonly StoredEvent<AccountEvent>[];
  /** Log position of the last of them. */
  readonly position: number;
  /** The same idempotency key and input had been applied before; these are the first result's events. */
  readonly replayed: boolean;
  /** One per command, in order; null when replayed. Only REJECT_FAILED_ITEMS has refusals among them. */
  readonly results: readonly CommandResult[] | null;
}

/** What became of one command among several. */
export type CommandResult =
  | { readonly events: readonly StoredEvent<AccountEvent>[]; readonly rejection: null }
  | { readonly events: readonly []; readonly rejection: Rejection };

/** It was so already; nothing was written. */
export interface Unchanged {
  readonly outcome: 'UNCHANGED';
  readonly accountId: string;
  /** The log's end when that was decided. */
  readonly position: number;
  readonly results: readonly CommandResult[] | null;
}

export interface Rejected {
  readonly outcome: 'REJECTED';
  readonly accountId: string;
  readonly rejection: Rejection;
  /** Which of the commands was refused, from 0. */
  readonly at: number;
}

/** Answer to a dry run: the events that would be written; ids, revisions and times are of no account. */
export interface WouldApply {
  readonly outcome: 'WOULD_APPLY';
  readonly accountId: string;
  readonly events: readonly StoredEvent<AccountEvent>[];
  readonly results: readonly CommandResult[] | null;
}
