import type { Environment } from '../../application/environment.js';
import type { ListedWebhook } from '../../application/webhooks/webhook-lists.js';
import type { Work } from '../work-loop.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import type { WebhookWatch } from './webhook-watch.js';

/** Posts under way at once, in each lane. */
const PARALLEL = 16;
/** Of these for one account, so that nobody fills a lane with receivers that hang for the first time again and again. */
const MOST_OF_ACCOUNT = 4;

export interface WebhookLanesParts {
  readonly environment: Environment;
  readonly delivery: Pick<WebhookDelivery, 'deliver' | 'laneOf' | 'underWayOf'>;
  readonly watch: Pick<WebhookWatch, 'waiting'>;
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
    list: (limit) => {
      const places = new Map<string, number>();
      return watch.waiting(environment.now(), limit, (webhook) => {
        if (delivery.laneOf(webhook) !== lane) return false;
        const { accountId } = webhook;
        const left = places.get(accountId) ?? MOST_OF_ACCOUNT - delivery.underWayOf(accountId);
        places.set(accountId, left - 1);
        return left > 0;
      });
    },
    keyOf: ({ webhookId }) => webhookId,
    do: (webhook) => delivery.deliver(webhook),
  }));
