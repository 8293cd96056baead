/** What waits to be posted, as the read model of this process knows it. */
export interface WebhookLists {
  /**
   * Accounts that events after a position are about; null when there are too many to tell.
   * @param after null: everything
   */
  changedSince(after: number | null): {
    readonly position: number;
    readonly accountIds: readonly string[] | null;
  };
  /** Ids of enabled webhooks, of one account or of all. */
  enabled(accountId: string | null): readonly string[];
  webhook(webhookId: string): ListedWebhook | null;
  /** Those whose next attempt is due at a moment (ms), that have something to be posted by itself, or keys left. */
  due(options: { readonly now: number; readonly limit: number }): readonly ListedWebhook[];
  /**
   * The account's events that are to be posted next, in the order of the log; none while the last that was settled is
   * not in the read model yet.
   */
  entries(question: EntriesQuestion): readonly PostedEntry[];
  /** Dead letters asked for again, and pings; the oldest first. */
  duePosts(webhookId: string, limit: number): readonly PostedEntry[];
}

export interface ListedWebhook {
  readonly webhookId: string;
  readonly accountId: string;
  readonly isEnabled: boolean;
  /** Empty = all. */
  readonly types: readonly string[];
  readonly generation: number;
  /** Id of the event up to which everything is settled; null = since the registration. */
  readonly lastSettled: string | null;
  /** Ms; null = at once. */
  readonly nextAttemptAt: number | null;
}

export interface EntriesQuestion {
  readonly webhookId: string;
  /** Empty = all. */
  readonly types: readonly string[];
  readonly lastSettled: string | null;
  readonly limit: number;
}

/** An event as it is posted: ids only. */
export interface PostedEntry {
  readonly eventId: string;
  readonly type: string;
  readonly position: number;
  /** Ms. */
  readonly occurredAt: number;
  readonly subjectId: string | null;
}
