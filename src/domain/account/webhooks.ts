import type { Decision } from '../decider.js';
import { type Rejection, reject } from '../rejection.js';
import { stableJson } from '../stable-json.js';
import type {
  ChangeWebhook,
  DisableWebhook,
  PingWebhook,
  RedeliverWebhookEvents,
  RegisterWebhook,
  RemoveWebhook,
  RotateWebhookSecret,
} from './commands.js';
import type { Case } from './decide.js';
import { type AccountEvent, accountEventTypes } from './events.js';
import type { AccountState, Webhook } from './state.js';

/** Each is looked after for every event of the account. */
export const MAX_WEBHOOKS = 10;

/** A secret that was replaced goes on signing beside the new one for so long (ms). */
export const OLD_SECRET_MS = 24 * 3600 * 1000;

/** Pings go where the caller says, so they have a brake (ms). */
const PING_PAUSE_MS = 10_000;

/** What the audit log shows of an account. A ping is posted to the webhook it is meant for only. */
const postedTypes: ReadonlySet<string> = new Set([
  ...accountEventTypes.filter((type) => type !== 'WebhookPinged'),
  ...['MailRequested', 'MailSent', 'MailSuppressed', 'MailFailed', 'AttemptRefused'],
]);

export const isPosted = (type: string): boolean => postedTypes.has(type);

/** Generations of its secret that sign at a moment (ms), the newest first. */
export const signingGenerations = (
  { generation, rotatedAt }: Pick<Webhook, 'generation' | 'rotatedAt'>,
  now: number,
): readonly number[] =>
  rotatedAt !== null && now < rotatedAt + OLD_SECRET_MS ? [generation, generation - 1] : [generation];

export const registerWebhook = ({ state }: Case, command: RegisterWebhook): Decision<AccountEvent> => {
  const { webhookId, address } = command;
  const bad = checkTypes(command.types);
  if (bad !== null) return bad;
  // Ids are fresh; the same one again is the same command again.
  if (state.webhooks.has(webhookId)) return [];
  if (state.webhooks.size >= MAX_WEBHOOKS)
    return reject(
      'WEBHOOK_LIMIT_EXCEEDED',
      `An account has at most ${MAX_WEBHOOKS} webhooks; remove one, or let one endpoint serve several.`,
    );
  return [{ type: 'WebhookRegistered', data: { webhookId, ...address, types: inOrder(command.types) } }];
};

/** What is null stays as it is. */
export const changeWebhook = ({ state }: Case, command: ChangeWebhook): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(command.webhookId);
  if (webhook === undefined) return unknown();
  const bad = checkTypes(command.types ?? []);
  if (bad !== null) return bad;
  const { webhookId, host, sealedUrl, urlIndex } = webhook;
  // Sealed anew the same address looks different; its index does not.
  const isSame = command.address === null || command.address.urlIndex === urlIndex;
  const address = isSame || command.address === null ? { host, sealedUrl, urlIndex } : command.address;
  const types = command.types === null ? webhook.types : inOrder(command.types);
  const isEnabled = command.isEnabled ?? webhook.isEnabled;
  if (isSame && isEnabled === webhook.isEnabled && stableJson(types) === stableJson(webhook.types)) return [];
  return [{ type: 'WebhookChanged', data: { webhookId, ...address, types, isEnabled } }];
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

export const pingWebhook = ({ state, context }: Case, command: PingWebhook): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(command.webhookId);
  if (webhook === undefined) return unknown();
  const availableAt = (webhook.pingedAt ?? 0) + PING_PAUSE_MS;
  if (context.occurredAt < availableAt)
    return reject(
      'TOO_SOON',
      `It was pinged a moment ago; the next can go out at ${new Date(availableAt).toISOString()}.`,
      { field: 'webhookId', availableAt },
    );
  return [{ type: 'WebhookPinged', data: { webhookId: webhook.webhookId } }];
};

/** None: nothing of what was asked for is a dead letter any more. */
export const redeliverWebhookEvents = (
  { state }: Case,
  { webhookId, eventIds, named }: RedeliverWebhookEvents,
): Decision<AccountEvent> => {
  if (!state.webhooks.has(webhookId)) return unknown();
  if (named !== null && !eventIds.includes(named))
    return reject('NOT_FOUND', 'This event is no dead letter of the webhook.', { field: 'eventId' });
  return eventIds.length === 0
    ? []
    : [{ type: 'WebhookRedeliveryRequested', data: { webhookId, eventIds: [...eventIds] } }];
};

export const disableWebhook = (
  { state }: Case,
  { webhookId, cause, configuredAt }: DisableWebhook,
): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(webhookId);
  const isAsItFailed = webhook?.isEnabled === true && webhook.configuredAt === configuredAt;
  return isAsItFailed ? [{ type: 'WebhookDisabled', data: { webhookId, cause } }] : [];
};

/** Repeating it finds none any more: an id that was never known and one removed long ago look alike. */
export const removeWebhook = ({ state }: Case, command: RemoveWebhook): Decision<AccountEvent> => {
  const webhook = state.webhooks.get(command.webhookId);
  if (webhook === undefined) return unknown();
  const { webhookId, host } = webhook;
  return [{ type: 'WebhookRemoved', data: { webhookId, host } }];
};

/** Where and when an event stands in the account's stream. */
interface Place {
  readonly revision: number;
  readonly occurredAt: string;
}

/** Folds one of its events. */
export const evolveWebhooks = (state: AccountState, event: WebhookEvent & Place): void => {
  const { webhookId } = event.data;
  const change = (changes: Partial<Webhook>): void => {
    const webhook = state.webhooks.get(webhookId);
    if (webhook !== undefined) state.webhooks.set(webhookId, { ...webhook, ...changes });
  };
  const at = Date.parse(event.occurredAt);
  const configuredAt = event.revision;
  switch (event.type) {
    case 'WebhookRegistered': {
      const fresh = { isEnabled: true, generation: 1, rotatedAt: null, pingedAt: null, configuredAt };
      return state.webhooks.set(webhookId, { ...event.data, ...fresh });
    }
    case 'WebhookChanged':
      return change({ ...event.data, configuredAt });
    case 'WebhookSecretRotated':
      return change({ generation: event.data.generation, rotatedAt: at });
    case 'WebhookPinged':
      return change({ pingedAt: at });
    case 'WebhookRedeliveryRequested':
      return;
    case 'WebhookDisabled':
      return change({ isEnabled: false });
    case 'WebhookRemoved':
      state.webhooks.delete(webhookId);
  }
};

export type WebhookEvent = Extract<AccountEvent, { readonly data: { readonly webhookId: string } }>;

function checkTypes(types: readonly string[]): Rejection | null {
  const wrong = types.find((type) => !isPosted(type));
  return wrong === undefined
    ? null
    : reject('INVALID_INPUT', `There are no events of type ${wrong} to be posted.`, { field: 'types' });
}

const unknown = (): Rejection =>
  reject('NOT_FOUND', 'There is no such webhook in this account.', { field: 'webhookId' });

const inOrder = (types: readonly string[]): readonly string[] => [...new Set(types)].sort();
