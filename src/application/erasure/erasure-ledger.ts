/**
 * The port to the record of erasures that is kept apart from data and backups: a backup taken before an erasure brings
 * the person's key back, and only this record knows that it must not stay.
 */
export interface ErasureLedger {
  /** Durable when it resolves. Repeating an entry changes nothing. */
  record(entry: LedgerEntry): Promise<void>;
  /** In the order they were recorded. */
  entries(): readonly LedgerEntry[];
}

/** Ids only. */
export interface LedgerEntry {
  readonly userId: string;
  /** The ErasureRequested that decided it. */
  readonly requestEventId: string;
  readonly requestedAt: string;
}
