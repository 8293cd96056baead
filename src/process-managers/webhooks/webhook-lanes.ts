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
  (['QUICK', 'SLOW'] as const).map((lane) => ({
    name: lane === 'SLOW' ? 'webhooks that fail' : 'webhooks',
    parallel: PARALLEL,
    list: (limit) => watch.waiting(environment.now(), limit, (webhook) => delivery.laneOf(webhook) === lane),
    keyOf: ({ webhookId }) => webhookId,
    do: (webhook) => delivery.deliver(webhook),
  }));
