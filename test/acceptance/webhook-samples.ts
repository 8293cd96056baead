import { type AccountWorld, applied } from '../support/account-world.js';
import type { Sample } from './mutation-sample.js';

/** Never posted to: nothing is registered there by anybody. */
const url = 'https://hooks.example.test/muster?key=1';
const other = { webhookId: 'f0f0f0f0-0000-4000-8000-000000000001' };

const register = async ({ olga, accountId }: AccountWorld): Promise<{ readonly webhookId: string }> => {
  const input = { accountId, url, types: ['RoleChanged'] };
  const { webhook } = applied(await olga.client.mutate('registerWebhook', input, 'webhook { id }'));
  applied(await olga.client.mutate('changeWebhook', { accountId, webhookId: webhook.id, enabled: false }));
  return { webhookId: webhook.id };
};

export const webhookSamples: readonly Sample[] = [
  {
    mutation: 'registerWebhook',
    input: () => ({ url, types: ['RoleChanged'] }),
    writes: ['WebhookRegistered'],
    again: 'APPLIED',
    other: { url: 'https://hooks.example.test/other' },
    permission: 'audit.export',
  },
  {
    mutation: 'changeWebhook',
    input: async (world) => ({ ...(await register(world)), url: 'https://other.example.test/' }),
    writes: ['WebhookChanged'],
    again: 'UNCHANGED',
    other: { types: ['UserRemoved'] },
    permission: 'audit.export',
  },
  {
    mutation: 'rotateWebhookSecret',
    input: async (world) => ({ ...(await register(world)), secretGeneration: 1 }),
    writes: ['WebhookSecretRotated'],
    again: 'UNCHANGED',
    other: { secretGeneration: 2 },
    permission: 'audit.export',
  },
  {
    mutation: 'pingWebhook',
    input: register,
    writes: ['WebhookPinged'],
    again: 'TOO_SOON',
    other,
    permission: 'audit.export',
  },
  {
    mutation: 'removeWebhook',
    input: register,
    writes: ['WebhookRemoved'],
    again: 'NOT_FOUND',
    other,
    permission: 'audit.export',
  },
];
