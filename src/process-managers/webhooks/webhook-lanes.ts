import type { Environment } from '../../application/environment.js';
import type { ListedWebhook } from '../../application/webhooks/webhook-lists.js';
import type { Work } from '../work-loop.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import type { WebhookWatch } from './webhook-watch.js';

/** Posts under way at once, in each lane. */
const PARALLEL = 16;

export interface WebhookLanesParts {
  readonly environment: Environment;
  readonly delivery: WebhookDelivery;
  readonly watch: WebhookWatch;
}

/** Receivers that hang or fail have a lane of their own, so that they hold up nobody who answers. */
export const webhookLanes = ({
  environment,
  delivery,
  watch,
}: WebhookLanesParts): readonly Work<ListedWebhook>[] =>
  [false, true].map((isSlow) => ({
    name: isSlow ? 'webhooks that fail' : 'webhooks',
    parallel: PARALLEL,
    list: (limit) =>
      watch.waiting(environment.now(), limit, (webhook) => delivery.isSlow(webhook) === isSlow),
    keyOf: ({ webhookId }) => webhookId,
    do: (webhook) => delivery.deliver(webhook),
  }));
