import type { SystemActor } from '../domain/account/actor.js';
import type { AccountCommand } from '../domain/account/commands.js';
import type { BulkErrorPolicy } from '../domain/bulk/events.js';
import type { EventReason } from '../domain/event.js';
import type { Outcome } from './outcome.js';

/** The one door for every change of an account. */
export interface AccountCommands {
  /**
   * Decides on the account's own stream and appends the events durably.
   *
   * Refusals, repeats and dry runs are outcomes; it throws StoreUnavailable, OutcomeUnknown ("repeat with the same
   * key") or Overloaded, never after a commit.
   */
  execute(request: CommandRequest): Promise<Outcome>;
}

export interface CommandRequest {
  readonly accountId: string;
  readonly actor: RequestActor;
  /** Decided in turn, written together; nearly always one. None: only what time has brought about is written down. */
  readonly commands: readonly AccountCommand[];
  /**
   * REJECT_EVERYTHING (default): one refusal and nothing is written. REJECT_FAILED_ITEMS: the others go ahead, unless it
   * is their selection that is refused.
   */
  readonly onRejection?: BulkErrorPolicy;
  /** 1 to 200 characters; makes repeats of the same input harmless for at least 7 days. */
  readonly idempotencyKey?: string | null;
  /** What a part of a bulk operation is remembered by instead; no key that a client could send reaches it. */
  readonly partOf?: BulkPartName;
  /**
   * The input as the caller sent it, personal fields replaced by the user id; compared when a key comes again, and the
   * reason with it.
   */
  readonly fingerprintOf?: unknown;
  /** Tell what would be written, write nothing. */
  readonly dryRun?: boolean;
  readonly reason?: EventReason | null;
  readonly correlationId?: string;
  readonly causationId?: string | null;
  /** When it happened, ms since the epoch; imports only. Default: now. */
  readonly occurredAt?: number;
}

/** One append of a bulk operation: it names where it begins in the account's selection, not how far it goes. */
export interface BulkPartName {
  readonly bulkOperationId: string;
  readonly from: number;
}

export type RequestActor = { readonly kind: 'USER'; readonly userId: string } | SystemActor;
