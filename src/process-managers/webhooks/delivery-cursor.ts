import { appendEvent } from '../../application/append-event.js';
import { decoderOf } from '../../application/decode-event.js';
import type { Environment } from '../../application/environment.js';
import type { ListedWebhook } from '../../application/webhooks/webhook-lists.js';
import type { EventActor } from '../../domain/event.js';
import {
  type DeliveryData,
  type DeliveryProgress,
  type WebhookDeliveryEvent,
  webhookStream,
} from '../../domain/webhook/events.js';
import { type EventStore, type RecordedEvent, WrongExpectedRevision } from '../../event-store/event-store.js';

const postman: EventActor = { kind: 'SYSTEM', id: 'webhooks', onBehalfOf: null, authority: null };

const decode = decoderOf<WebhookDeliveryEvent>([
  'WebhookDeliveryClaimed',
  'WebhookDelivered',
  'WebhookAttemptFailed',
  'WebhookEventGivenUp',
  'WebhookSentOnRequest',
  'WebhookDeliveryEnded',
]);

/** How long a node has a webhook for itself (ms), where several share a log. */
const CLAIM_MS = 90_000;
/** Less is not enough for two bursts and the attempts that end them (ms): it is claimed again first. */
const CLAIM_LEFT_MS = 45_000;

export interface DeliveryCursorParts {
  readonly store: EventStore;
  readonly environment: Environment;
  /** Names this process among those on the log. */
  readonly holder: string;
}

/** Another node has written to the stream: what was done here is done there too, or will be. */
export class LostToAnotherNode extends Error {
  override readonly name = 'LostToAnotherNode';
}

/** The `webhook-<id>` stream: how far the delivery to one webhook has come. */
export class DeliveryCursor {
  progress: DeliveryProgress;

  private constructor(
    private readonly parts: DeliveryCursorParts,
    private readonly webhook: ListedWebhook,
    private last: RecordedEvent | null,
  ) {
    this.progress = last === null ? begun : decode(last).data.progress;
  }

  static async open(parts: DeliveryCursorParts, webhook: ListedWebhook): Promise<DeliveryCursor> {
    return new DeliveryCursor(parts, webhook, await lastOf(parts.store, webhook.webhookId));
  }

  get hasEnded(): boolean {
    return this.last?.type === 'WebhookDeliveryEnded';
  }

  /** What was changed since begins anew where it stands. */
  configured(configuredAt: number): void {
    if (this.progress.configuredAt === configuredAt) return;
    const { lastSettled, claim } = this.progress;
    this.progress = { ...unfailed, lastSettled, claim, configuredAt };
  }

  /**
   * How long (ms) another node has it for itself; 0: claimed. Nobody else can have it where the log is this process's own. Clocks that differ by more
   * than what is left of a claim make two nodes post the same ids; whoever writes second is lost.
   */
  async claim(): Promise<number> {
    const { store, environment, holder } = this.parts;
    if (store.isExclusive) return 0;
    const now = environment.now();
    const { claim } = this.progress;
    const left = claim === null ? 0 : Date.parse(claim.until) - now;
    if (claim !== null && claim.holder !== holder && left > 0) return left;
    if (claim?.holder === holder && left > CLAIM_LEFT_MS) return 0;
    const until = new Date(now + CLAIM_MS).toISOString();
    await this.append({ claim: { holder, until } }, (data) => ({ type: 'WebhookDeliveryClaimed', data }));
    return 0;
  }

  /** Whether a post may be begun now: a process that was held up may have lost the webhook to another node. */
  get holdsClaim(): boolean {
    const { store, environment, holder } = this.parts;
    const { claim } = this.progress;
    if (store.isExclusive) return true;
    return claim?.holder === holder && environment.now() < Date.parse(claim.until);
  }

  /**
   * Resolves with the log position.
   * @throws LostToAnotherNode
   */
  async append(
    changes: Partial<DeliveryProgress>,
    eventOf: (data: DeliveryData) => WebhookDeliveryEvent,
  ): Promise<number> {
    const { webhookId, accountId } = this.webhook;
    const progress = { ...this.progress, ...changes };
    const event = eventOf({ webhookId, accountId, progress });
    try {
      const position = await appendEvent(this.parts, {
        stream: webhookStream(webhookId),
        previous: this.last,
        event,
        actor: postman,
        accountId,
        subjectId: null,
      });
      this.last = await lastOf(this.parts.store, webhookId);
      if (this.last?.position !== position) throw new LostToAnotherNode();
      this.progress = progress;
      return position;
    } catch (error) {
      throw error instanceof WrongExpectedRevision ? new LostToAnotherNode() : error;
    }
  }
}

/** As after something was taken. */
export const unfailed: Pick<DeliveryProgress, 'failures' | 'nextAttemptAt' | 'failingSince' | 'isGivingUp'> =
  {
    failures: 0,
    nextAttemptAt: null,
    failingSince: null,
    isGivingUp: false,
  };

const begun: DeliveryProgress = { ...unfailed, lastSettled: null, configuredAt: 0, claim: null };

async function lastOf(store: EventStore, webhookId: string): Promise<RecordedEvent | null> {
  const [last] = await store.readStream(webhookStream(webhookId), { maxCount: 1, direction: 'BACKWARDS' });
  return last ?? null;
}
