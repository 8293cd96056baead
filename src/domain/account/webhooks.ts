import type { Decision } from '../decider.js';
import { type Rejection, reject } from '../rejection.js';
import { stableJson } from '../stable-json.js';
import type { ChangeWebhook, RegisterWebhook, RemoveWebhook, RotateWebhookSecret } from './commands.js';
import type { Case } from './decide.js';
import type { AccountEvent } from './events.js';
import type { AccountState, Webhook } from './state.js';

/** Each is looked after for every event of the account. */
export const MAX_WEBHOOKS = 10;

/** The log keeps it for ever, so it has no place for a password or a key: no user, no query, no fragment. */
const URL_WITHOUT_SECRETS = /^https?:\/\/[^\s/?#@\\]+(\/[^\s?#\\]*)?$/;
const MAX_URL_CHARS = 500;

export const registerWebhook = ({ state }: Case, command: RegisterWebhook): Decision<AccountEvent> => {
  const { webhookId, url, types } = command;
  const bad = checkUrl(url);
  if (bad !== null) return bad;
  // Ids are fresh; the same one again is the same command again.
  if (state.webhooks.has(webhookId)) return [];
  if (state.webhooks.size >= MAX_WEBHOOKS)
    return reject(
      'WEBHOOK_LIMIT_EXCEEDED',
      `An account has at most ${MAX_WEBHOOKS} webhooks; remove one, or let one endpoint serve several.`,
    );
  return [{ type: 'WebhookRegistered', data: { webhookId, url, types: inOrder(types) } }];
};

/** What is null stays as it is. */
export const changeWebhook = ({ state }: Case, command: ChangeWebhook): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(command.webhookId);
  if (webhook === undefined) return unknown();
  const { webhookId } = webhook;
  const url = command.url ?? webhook.url;
  const bad = checkUrl(url);
  if (bad !== null) return bad;
  const types = command.types === null ? webhook.types : inOrder(command.types);
  const isEnabled = command.isEnabled ?? webhook.isEnabled;
  const { generation } = webhook;
  if (stableJson(webhook) === stableJson({ webhookId, url, types, isEnabled, generation } satisfies Webhook))
    return [];
  return [{ type: 'WebhookChanged', data: { webhookId, url, types, isEnabled } }];
};

export const rotateWebhookSecret = (
  { state }: Case,
  command: RotateWebhookSecret,
): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(command.webhookId);
  if (webhook === undefined) return unknown();
  const { webhookId } = webhook;
  const generation = command.generation + 1;
  if (webhook.generation === generation) return [];
  if (webhook.generation !== command.generation)
    return reject(
      'STALE_VALUE',
      `The secret is of generation ${webhook.generation}, not ${command.generation}; read it again.`,
      { field: 'generation' },
    );
  return [{ type: 'WebhookSecretRotated', data: { webhookId, generation } }];
};

/** Repeating it finds none any more: an id that was never known and one removed long ago look alike. */
export const removeWebhook = ({ state }: Case, command: RemoveWebhook): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(command.webhookId);
  if (webhook === undefined) return unknown();
  return [{ type: 'WebhookRemoved', data: { webhookId: webhook.webhookId, url: webhook.url } }];
};

/** Folds one of its events. */
export const evolveWebhooks = (state: AccountState, event: WebhookEvent): void => {
  const { webhookId } = event.data;
  const webhook = state.webhooks.get(webhookId);
  switch (event.type) {
    case 'WebhookRegistered': {
      const { url, types } = event.data;
      return state.webhooks.set(webhookId, { webhookId, url, types, isEnabled: true, generation: 1 });
    }
    case 'WebhookChanged':
      if (webhook !== undefined) state.webhooks.set(webhookId, { ...webhook, ...event.data });
      return;
    case 'WebhookSecretRotated':
      if (webhook !== undefined) state.webhooks.set(webhookId, { ...webhook, ...event.data });
      return;
    case 'WebhookRemoved':
      state.webhooks.delete(webhookId);
  }
};

export type WebhookEvent = Extract<AccountEvent, { readonly data: { readonly webhookId: string } }>;

function checkUrl(url: string): Rejection | null {
  if (url.length <= MAX_URL_CHARS && URL_WITHOUT_SECRETS.test(url)) return null;
  return reject(
    'INVALID_INPUT',
    `A webhook's address is https:// with a host and a path, at most ${MAX_URL_CHARS} characters, without user, query or fragment: it stays in the log, and the signature proves the sender.`,
    { field: 'url' },
  );
}

const unknown = (): Rejection =>
  reject('NOT_FOUND', 'There is no such webhook in this account.', { field: 'webhookId' });

const inOrder = (types: readonly string[]): readonly string[] => [...new Set(types)].sort();
