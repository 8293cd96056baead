import { auditLogPage } from '../projections/queries/audit-log.js';
import { changedBetween } from '../projections/queries/changed-between.js';
import { eventPosition } from '../projections/queries/event-position.js';
import {
  duePosts,
  dueWebhooks,
  enabledWebhookIds,
  enabledWebhooksOf,
  postedAfter,
  postedEvent,
  type WebhookRow,
  webhook,
} from '../projections/queries/webhooks.js';
import type { ReadModel } from '../projections/read-model.js';
import type { ListedWebhook, WebhookLists } from './application/webhooks/webhook-lists.js';

/** What waits to be posted, on the read model of this process. */
export const webhookListsOf = (
  readModel: Pick<ReadModel, 'position' | 'members' | 'audit'>,
): WebhookLists => ({
  changedSince(after) {
    const { position } = readModel;
    if (after === null) return { position, accountIds: null };
    if (position === after) return { position, accountIds: [] };
    const changes = changedBetween(readModel.audit, { after, upTo: position });
    if (changes === null) return { position, accountIds: null };
    const accountIds = new Set(changes.map(({ accountId }) => accountId).filter((id) => id !== null));
    return { position, accountIds: [...accountIds] };
  },
  enabled: (accountId) =>
    accountId === null
      ? enabledWebhookIds(readModel.members)
      : enabledWebhooksOf(readModel.members, accountId),
  webhook(webhookId) {
    const row = webhook(readModel.members, webhookId);
    return row === null ? null : listed(row);
  },
  due: (options) => dueWebhooks(readModel.members, options).map(listed),
  entries({ webhookId, types, lastSettled, limit }) {
    const row = webhook(readModel.members, webhookId);
    if (row === null) return [];
    const { accountId, registeredPosition } = row;
    const { audit } = readModel;
    const after = lastSettled === null ? registeredPosition : eventPosition(audit, lastSettled);
    if (after === null) return [];
    return types.length === 0
      ? postedAfter(audit, { accountId, after, limit })
      : auditLogPage(audit, { accountIds: [accountId], type: types }, { after, limit }).rows;
  },
  duePosts: (webhookId, limit) =>
    duePosts(readModel.members, webhookId, limit)
      .map(({ eventId }) => postedEvent(readModel.audit, eventId))
      .filter((entry) => entry !== null),
});

const listed = (row: WebhookRow): ListedWebhook => {
  const { webhookId, accountId, status, types, generation, lastSettled, nextAttemptAt } = row;
  return {
    webhookId,
    accountId,
    isEnabled: status === 'ENABLED',
    types: JSON.parse(types) as readonly string[],
    generation,
    lastSettled,
    nextAttemptAt,
  };
};
