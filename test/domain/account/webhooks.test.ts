import type { ChangeWebhook, RegisterWebhook } from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { MAX_WEBHOOKS } from '../../../src/domain/account/webhooks.js';
import { added, given, opened, user } from './given.js';

const url = 'https://hooks.example.test/muster';
const base = [opened(), added('olga', 'OWNER'), added('adam', 'ADMIN')];
const registered = (webhookId = 'w1'): AccountEvent => ({
  type: 'WebhookRegistered',
  data: { webhookId, url, types: ['UserRemoved'] },
});
const register: RegisterWebhook = { type: 'registerWebhook', webhookId: 'w1', url, types: [] };
const unchanged: ChangeWebhook = {
  type: 'changeWebhook',
  webhookId: 'w1',
  url: null,
  types: null,
  isEnabled: null,
};

describe('webhooks', () => {
  it('are registered with their types, each once and in order', () =>
    given(...base)
      .when({ ...register, types: ['UserRemoved', 'UserAdded', 'UserRemoved'] })
      .then({
        type: 'WebhookRegistered',
        data: { webhookId: 'w1', url, types: ['UserAdded', 'UserRemoved'] },
      }));

  it('need audit.export', () => {
    for (const command of [
      register,
      unchanged,
      { type: 'rotateWebhookSecret', webhookId: 'w1', generation: 1 } as const,
    ])
      given(...base, registered())
        .when(command, user('adam'))
        .thenRejected('PERMISSION_DENIED', { permission: 'audit.export' });
  });

  for (const bad of [
    'ftp://hooks.example.test/',
    'https://user:key@hooks.example.test/',
    'https://hooks.example.test/?key=1',
    'https://hooks.example.test/#x',
    'https:///path',
    'hooks.example.test',
    `https://hooks.example.test/${'x'.repeat(500)}`,
  ])
    it(`have an address that can stay in the log, not ${bad.slice(0, 40)}`, () => {
      given(...base)
        .when({ ...register, url: bad })
        .thenRejected('INVALID_INPUT', { field: 'url' });
      given(...base, registered())
        .when({ ...unchanged, url: bad })
        .thenRejected('INVALID_INPUT', { field: 'url' });
    });

  it('are few in one account', () => {
    const full = Array.from({ length: MAX_WEBHOOKS }, (_, n) => registered(`w${n}`));
    given(...base, ...full)
      .when({ ...register, webhookId: 'more' })
      .thenRejected('WEBHOOK_LIMIT_EXCEEDED');
    given(...base, ...full, { type: 'WebhookRemoved', data: { webhookId: 'w0', url } })
      .when({ ...register, webhookId: 'more' })
      .thenTypes('WebhookRegistered');
  });

  it('are changed in what is given, and not at all when it is so already', () => {
    given(...base, registered())
      .when({ ...unchanged, isEnabled: false })
      .then({
        type: 'WebhookChanged',
        data: { webhookId: 'w1', url, types: ['UserRemoved'], isEnabled: false },
      });
    given(...base, registered())
      .when({ ...unchanged, url, types: ['UserRemoved'], isEnabled: true })
      .thenNothing();
  });

  it('get a new secret, once for the one that is replaced', () => {
    const rotated: AccountEvent = { type: 'WebhookSecretRotated', data: { webhookId: 'w1', generation: 2 } };
    const rotate = (generation: number) =>
      given(...base, registered(), rotated).when({
        type: 'rotateWebhookSecret',
        webhookId: 'w1',
        generation,
      });
    rotate(2).then({ type: 'WebhookSecretRotated', data: { webhookId: 'w1', generation: 3 } });
    rotate(1).thenNothing();
    rotate(3).thenRejected('STALE_VALUE', { field: 'generation' });
  });

  it('are unknown once they are removed', () => {
    given(...base, registered())
      .when({ type: 'removeWebhook', webhookId: 'w1' })
      .then({ type: 'WebhookRemoved', data: { webhookId: 'w1', url } });
    for (const command of [
      { type: 'removeWebhook', webhookId: 'w1' },
      { type: 'rotateWebhookSecret', webhookId: 'w1', generation: 1 },
      unchanged,
    ] as const)
      given(...base, registered(), { type: 'WebhookRemoved', data: { webhookId: 'w1', url } })
        .when(command)
        .thenRejected('NOT_FOUND');
  });
});
