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
}

/** It was so already; nothing was written. */
export interface Unchanged {
  readonly outcome: 'UNCHANGED';
  readonly accountId: string;
  /** The log's end when that was decided. */
  readonly position: number;
}

export interface Rejected {
  readonly outcome: 'REJECTED';
  readonly accountId: string;
  readonly rejection: Rejection;
}

/** Answer to a dry run: the events that would be written; ids, revisions and times are of no account. */
export interface WouldApply {
  readonly outcome: 'WOULD_APPLY';
  readonly accountId: string;
  readonly events: readonly StoredEvent<AccountEvent>[];
}
