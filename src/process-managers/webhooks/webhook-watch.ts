import type { ListedWebhook, WebhookLists } from '../../application/webhooks/webhook-lists.js';

/** Looked at in one go; the rest have their turn at the next look. */
const LOOKED_AT = 500;

/**
 * Which webhooks have something to be posted. Between two looks only accounts that something happened to are looked at,
 * so that it costs nothing how many webhooks there are; at the start, all of them once.
 */
export class WebhookWatch {
  #position: number | null = null;
  /** Enabled, and perhaps behind. */
  readonly #candidates = new Set<string>();

  constructor(private readonly lists: WebhookLists) {}

  waiting(
    now: number,
    limit: number,
    isWanted: (webhook: ListedWebhook) => boolean,
  ): readonly ListedWebhook[] {
    this.#look();
    const waiting = new Map(this.lists.due({ now, limit }).map((webhook) => [webhook.webhookId, webhook]));
    // One attempt may not be all of it: afterwards they are looked at like others.
    for (const webhookId of waiting.keys()) this.#candidates.add(webhookId);
    for (const webhookId of [...this.#candidates].slice(0, LOOKED_AT)) {
      const webhook = this.lists.webhook(webhookId);
      // Whoever looked at it goes to the end of the queue.
      this.#candidates.delete(webhookId);
      if (webhook === null || !this.#isBehind(webhook, now)) continue;
      this.#candidates.add(webhookId);
      waiting.set(webhookId, webhook);
    }
    return [...waiting.values()].filter(isWanted).slice(0, limit);
  }

  #look(): void {
    const { position, accountIds } = this.lists.changedSince(this.#position);
    this.#position = position;
    const found = accountIds?.flatMap((id) => this.lists.enabled(id)) ?? this.lists.enabled(null);
    for (const webhookId of found) this.#candidates.add(webhookId);
  }

  /** What waits for the time of its next attempt is listed when that has come. */
  #isBehind(
    { webhookId, isEnabled, nextAttemptAt, types, lastSettled }: ListedWebhook,
    now: number,
  ): boolean {
    if (!isEnabled || (nextAttemptAt !== null && nextAttemptAt > now)) return false;
    return this.lists.entries({ webhookId, types, lastSettled, limit: 1 }).length > 0;
  }
}
