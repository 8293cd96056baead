import type { Application } from '../src/application/application.js';
import type { Checkpoints } from '../src/application/checkpoints.js';
import type { AnalyticsReads } from './analytics-reads.js';
import type { LedgerReads } from './ledger-reads.js';
import type { MemberActions } from './member-actions.js';
import type { PendingReads } from './pending-reads.js';
import type { ProofReads } from './proof-reads.js';
import type { Reads } from './reads.js';
import type { Rights } from './rights.js';

/** What one request knows; made anew for each. */
export interface RequestContext {
  /** Stands as correlation id in the events the request writes. */
  readonly requestId: string;
  readonly caller: { readonly issuer: string; readonly subject: string };
  /** Null: signed in, but unknown to Muster. */
  readonly userId: string | null;
  /** The user id, or one that nobody has: unknown people are refused like strangers to the account. */
  readonly actorId: string;
  readonly application: Application;
  readonly readModel: ReadModelPosition;
  readonly progress: ReadModelProgress;
  readonly reads: Reads;
  readonly pending: PendingReads;
  readonly ledgers: LedgerReads;
  readonly analytics: AnalyticsReads;
  readonly proofs: ProofReads;
  readonly checkpoints: Pick<Checkpoints, 'verifierKey' | 'signOnDemand'>;
  /** A file for one person's offboarding in one account; null when nothing concerns them. */
  readonly offboardingEvidence: (whose: {
    readonly accountId: string;
    readonly userId: string;
  }) => Promise<string | null>;
  readonly rights: Rights;
  readonly memberActions: MemberActions;
  readonly live: LiveChanges;
  readonly log: FaultLog;
  /** A fresh id for a thing the request makes. */
  readonly newId: () => string;
  /** Ms since the epoch. */
  readonly now: () => number;
}

/** How far the read model is. */
export interface ReadModelPosition {
  readonly position: number;
  /** True as soon as the position is readable, false when `timeoutMs` have passed. */
  waitFor(position: number, timeoutMs: number): Promise<boolean>;
}

/** How far the read model is behind the log; answers also when it has stopped. */
export interface ReadModelProgress {
  look(): Promise<{
    readonly position: number;
    readonly headPosition: number;
    /** Counted up to 1,000. */
    readonly lagEvents: number;
    readonly lagMs: number;
    readonly failure: {
      readonly event: {
        readonly eventId: string | null;
        readonly type: string;
        readonly position: number;
      } | null;
    } | null;
  }>;
}

/** Tells of what is new in an account, or about a person. */
export interface LiveChanges {
  follow(followed: { readonly accountId: string; readonly userId: string | null }): {
    /** Resolves when there may be more to read, or it is closed. */
    next(): Promise<void>;
    readonly isClosed: boolean;
    close(): void;
  };
}

export interface FaultLog {
  error(facts: object, message: string): void;
}

/** No one has it: UUIDs made by Muster are never all zeros. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';
