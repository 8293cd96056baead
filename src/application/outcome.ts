import type { AccountEvent } from '../domain/account/events.js';
import type { DomainEvent, StoredEvent } from '../domain/event.js';
import type { Rejection } from '../domain/rejection.js';

/** What became of a command, on an account unless said otherwise. */
export type Outcome<E extends DomainEvent = AccountEvent> = Applied<E> | Unchanged | Rejected | WouldApply<E>;

export interface Applied<E extends DomainEvent = AccountEvent> {
  readonly outcome: 'APPLIED';
  readonly accountId: string;
  /** As stored, in order. */
  readonly events: readonly StoredEvent<E>[];
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
export interface WouldApply<E extends DomainEvent = AccountEvent> {
  readonly outcome: 'WOULD_APPLY';
  readonly accountId: string;
  readonly events: readonly StoredEvent<E>[];
  readonly results: readonly CommandResult[] | null;
}
