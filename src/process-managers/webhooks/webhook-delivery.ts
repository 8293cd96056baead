import type { Accounts } from '../../application/accounts.js';
import type { ListedWebhook, PostedEntry, WebhookLists } from '../../application/webhooks/webhook-lists.js';
import {
  GONE,
  PostingClosed,
  type WebhookAnswer,
  type WebhookPoster,
} from '../../application/webhooks/webhook-poster.js';
import type { WebhookVault } from '../../application/webhooks/webhook-vault.js';
import type { WebhookDisabling } from '../../domain/account/events.js';
import type { Webhook } from '../../domain/account/state.js';
import { signingGenerations } from '../../domain/account/webhooks.js';
import { HeldElsewhere } from '../work-loop.js';
import { DeliveryCursor, type DeliveryCursorParts, LostToAnotherNode, unfailed } from './delivery-cursor.js';
import { attemptsOf, DISABLE_AFTER_MS, pauseAfter } from './retry-times.js';

export interface WebhookDeliveryParts extends Omit<DeliveryCursorParts, 'holder'> {
  readonly accounts: Accounts;
  readonly webhookVault: WebhookVault;
  readonly webhookPoster: WebhookPoster;
  readonly webhookLists: WebhookLists;
  /** From 0 to 1, for the pauses between attempts. */
  readonly random: () => number;
}

/** Most events posted before their delivery is written down; a crash posts them again. */
const BURST = 100;
/** Nothing more is begun in a burst after this long (ms). */
const BURST_MS = 5_000;
/** Dead letters and pings posted in one go. */
const POSTS = 20;

/** An answer that takes longer (ms) puts a webhook among the slow ones. */
const SLOW_MS = 1_000;

/**
 * Posts an account's events to a webhook in the order of the log, each at least once and under its own id. One that is
 * not taken is tried again, and holds up those after it until it is given up.
 */
export class WebhookDelivery {
  readonly #parts: WebhookDeliveryParts & DeliveryCursorParts;
  /** Those that failed, or answered late, the last time. */
  readonly #slow = new Set<string>();
  /** The account of each. */
  readonly #underWay = new Map<string, string>();
  #isStopped = false;

  constructor(parts: WebhookDeliveryParts) {
    this.#parts = { ...parts, holder: parts.environment.newId() };
  }

  /** Which lane it belongs to; null while it is being delivered to. */
  laneOf({ webhookId, nextAttemptAt }: ListedWebhook): 'QUICK' | 'SLOW' | null {
    if (this.#underWay.has(webhookId)) return null;
    return nextAttemptAt !== null || this.#slow.has(webhookId) ? 'SLOW' : 'QUICK';
  }

  /** How many of an account's webhooks are being delivered to. */
  underWayOf(accountId: string): number {
    let count = 0;
    for (const of of this.#underWay.values()) if (of === accountId) count += 1;
    return count;
  }

  /** What is under way comes to its end, nothing more is begun. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Position of the last event written; null when there was nothing to do, or another node has written meanwhile. */
  async deliver(listed: ListedWebhook): Promise<number | HeldElsewhere | null> {
    const { webhookId } = listed;
    if (this.#isStopped || this.#underWay.has(webhookId)) return null;
    this.#underWay.set(webhookId, listed.accountId);
    try {
      return await this.#deliver(listed);
    } catch (error) {
      if (error instanceof LostToAnotherNode || error instanceof PostingClosed) return null;
      throw error;
    } finally {
      this.#underWay.delete(webhookId);
    }
  }

  async #deliver(listed: ListedWebhook): Promise<number | HeldElsewhere | null> {
    const { accountId, webhookId } = listed;
    const { accounts } = this.#parts;
    const webhook = await accounts.read(accountId, ({ state }) => state.webhooks.get(webhookId) ?? null);
    const cursor = await DeliveryCursor.open(this.#parts, listed);
    if (cursor.hasEnded) return null;
    const heldForMs = await cursor.claim();
    if (heldForMs > 0) return new HeldElsewhere(heldForMs);
    if (webhook === null) return this.#end(listed, cursor);
    cursor.configured(webhook.configuredAt);
    const asked = await this.#postAsked(webhook, cursor, listed);
    return (await this.#postNext(webhook, cursor, listed)) ?? asked;
  }

  async #end({ webhookId, generation }: ListedWebhook, cursor: DeliveryCursor): Promise<number> {
    // A secret that was made for a change which lost its race has the next number.
    await this.#parts.webhookVault.destroyKeys({ webhookId, generation: generation + 1 });
    this.#slow.delete(webhookId);
    return cursor.append({}, (data) => ({ type: 'WebhookDeliveryEnded', data }));
  }

  async #postAsked(
    webhook: Webhook,
    cursor: DeliveryCursor,
    { accountId }: ListedWebhook,
  ): Promise<number | null> {
    let position: number | null = null;
    const began = performance.now();
    for (const entry of this.#parts.webhookLists.duePosts(webhook.webhookId, POSTS)) {
      if (!this.#mayGoOn(cursor, began)) break;
      const answer = await this.#post(webhook, accountId, entry);
      const code = answer.isTaken ? null : answer.code;
      position = await cursor.append({}, (data) => ({
        type: 'WebhookSentOnRequest',
        data: { ...data, ...named(entry), code },
      }));
    }
    return position;
  }

  async #postNext(
    webhook: Webhook,
    cursor: DeliveryCursor,
    { accountId }: ListedWebhook,
  ): Promise<number | null> {
    const { environment, webhookLists } = this.#parts;
    const { nextAttemptAt } = cursor.progress;
    const isDue = nextAttemptAt === null || Date.parse(nextAttemptAt) <= environment.now();
    if (!webhook.isEnabled || !isDue) return null;
    const { webhookId, types } = webhook;
    const began = performance.now();
    const { lastSettled } = cursor.progress;
    const taken: PostedEntry[] = [];
    let failed: { readonly entry: PostedEntry; readonly answer: NotTaken } | null = null;
    let isCutOff = false;
    for (const entry of webhookLists.entries({ webhookId, types, lastSettled, limit: BURST })) {
      if (!this.#mayGoOn(cursor, began)) break;
      try {
        const answer = await this.#post(webhook, accountId, entry);
        if (!answer.isTaken) failed = { entry, answer };
      } catch (error) {
        if (!(error instanceof PostingClosed)) throw error;
        isCutOff = true;
      }
      if (failed !== null || isCutOff) break;
      taken.push(entry);
    }
    let position: number | null = null;
    const last = taken.at(-1);
    if (last !== undefined) {
      const progress = { ...unfailed, lastSettled: last.eventId };
      const count = taken.length;
      position = await cursor.append(progress, (data) => ({
        type: 'WebhookDelivered',
        data: { ...data, count },
      }));
    }
    if (failed !== null) position = await this.#fail(webhook, cursor, { ...failed, accountId });
    return position;
  }

  #mayGoOn(cursor: DeliveryCursor, began: number): boolean {
    return !this.#isStopped && cursor.holdsClaim && performance.now() - began <= BURST_MS;
  }

  async #fail(
    webhook: Webhook,
    cursor: DeliveryCursor,
    { entry, answer, accountId }: { entry: PostedEntry; answer: NotTaken; accountId: string },
  ): Promise<number> {
    const { environment, random } = this.#parts;
    const { code, retryAfterMs } = answer;
    const now = environment.now();
    const failures = cursor.progress.failures + 1;
    const failingSince = cursor.progress.failingSince ?? new Date(now).toISOString();
    const event = { ...named(entry), code };
    const nextAttemptAt = new Date(now + pauseAfter(failures, random(), retryAfterMs)).toISOString();
    const position =
      failures >= attemptsOf(cursor.progress) && code !== GONE
        ? await cursor.append(
            { ...unfailed, lastSettled: entry.eventId, failingSince, isGivingUp: true },
            (data) => ({ type: 'WebhookEventGivenUp', data: { ...data, ...event, attempts: failures } }),
          )
        : await cursor.append({ failures, failingSince, nextAttemptAt }, (data) => ({
            type: 'WebhookAttemptFailed',
            data: { ...data, ...event },
          }));
    const cause =
      code === GONE ? 'GONE' : now - Date.parse(failingSince) >= DISABLE_AFTER_MS ? 'FAILING' : null;
    return cause === null ? position : this.#disable(webhook, accountId, cause, position);
  }

  /** After a crash before this, the next failure asks for it again. */
  async #disable(
    { webhookId, configuredAt }: Webhook,
    accountId: string,
    cause: WebhookDisabling,
    position: number,
  ): Promise<number> {
    const outcome = await this.#parts.accounts.execute({
      accountId,
      actor: { kind: 'SCHEDULER', id: 'webhooks' },
      commands: [{ type: 'disableWebhook', webhookId, cause, configuredAt }],
    });
    return outcome.outcome === 'APPLIED' ? outcome.position : position;
  }

  async #post(webhook: Webhook, accountId: string, entry: PostedEntry): Promise<WebhookAnswer> {
    const { environment, webhookPoster } = this.#parts;
    const at = environment.now();
    const [url, keys] = await Promise.all([this.#urlOf(webhook), this.#keysOf(webhook, at)]);
    const began = performance.now();
    const answer = await webhookPoster.post({
      url,
      id: entry.eventId,
      at,
      body: bodyOf(accountId, entry),
      keys,
    });
    const isSlow = !answer.isTaken || performance.now() - began > SLOW_MS;
    if (isSlow) this.#slow.add(webhook.webhookId);
    else this.#slow.delete(webhook.webhookId);
    return answer;
  }

  async #urlOf({ webhookId, sealedUrl }: Webhook): Promise<string> {
    const url = await this.#parts.webhookVault.openUrl(webhookId, sealedUrl);
    if (url === null) throw new Error(`the vault has no key to the address of the webhook ${webhookId}`);
    return url;
  }

  async #keysOf(webhook: Webhook, now: number): Promise<readonly Uint8Array[]> {
    const { webhookId } = webhook;
    const generations = signingGenerations(webhook, now);
    const keys = await Promise.all(
      generations.map((generation) => this.#parts.webhookVault.secret({ webhookId, generation })),
    );
    const found = keys.filter((key) => key !== null);
    if (found.length < generations.length)
      throw new Error(`the vault has no secret for the webhook ${webhookId}`);
    return found;
  }
}

type NotTaken = Extract<WebhookAnswer, { isTaken: false }>;

const named = ({ eventId, type }: PostedEntry) => ({ eventId, eventType: type });

/** As Standard Webhooks has it, thin: whoever wants to know more asks, and is given what he may see. */
const bodyOf = (accountId: string, { eventId, type, position, occurredAt, subjectId }: PostedEntry): string =>
  JSON.stringify({
    type,
    timestamp: new Date(occurredAt).toISOString(),
    data: { accountId, eventId, position: String(position), userId: subjectId },
  });
