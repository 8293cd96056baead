import type { WebhookPostStatus } from '../projections/queries/webhooks.js';
import type { WebhookDisabling as WebhookDisablingName } from '../src/domain/account/events.js';
import { enumOf } from './enums.js';

export const WebhookStatus = enumOf<'ENABLED' | 'DISABLED'>(
  'WebhookStatus',
  'Whether a webhook is posted to.',
  {
    ENABLED: 'Events are posted; with `failingSince`, not taken at present.',
    DISABLED: 'Nothing is posted, nothing is lost: enabled again it goes on where it stood.',
  },
);

export const WebhookDisabling = enumOf<WebhookDisablingName>(
  'WebhookDisabling',
  'Why Muster disabled a webhook.',
  {
    GONE: 'The receiver answered 410.',
    FAILING: 'The receiver has taken nothing for five days.',
  },
);

export const WebhookPostState = enumOf<WebhookPostStatus>(
  'WebhookPostState',
  'What became of a dead letter or a ping.',
  {
    GIVEN_UP: 'It was not taken, and is not tried again by itself.',
    DUE: 'It is being posted.',
    TAKEN: 'The receiver has taken it.',
  },
);
