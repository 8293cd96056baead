import { expect } from 'chai';
import type {
  AccountCommand,
  ChangeWebhook,
  RegisterWebhook,
  WebhookAddress,
} from '../../../src/domain/account/commands.js';
import type { AccountEvent } from '../../../src/domain/account/events.js';
import { MAX_WEBHOOKS, OLD_SECRET_MS, signingGenerations } from '../../../src/domain/account/webhooks.js';
import { added, given, opened, START, STEP_MS, user } from './given.js';

const address: WebhookAddress = { host: 'hooks.example.test', sealedUrl: 'sealed', urlIndex: 'index' };
const base = [opened(), added('olga', 'OWNER'), added('adam', 'ADMIN')];
const registered = (webhookId = 'w1'): AccountEvent => ({
  type: 'WebhookRegistered',
  data: { webhookId, ...address, types: ['UserRemoved'] },
});
const removed = (webhookId = 'w1'): AccountEvent => ({
  type: 'WebhookRemoved',
  data: { webhookId, host: address.host },
});
const disabled: AccountEvent = { type: 'WebhookDisabled', data: { webhookId: 'w1', cause: 'FAILING' } };
const register: RegisterWebhook = { type: 'registerWebhook', webhookId: 'w1', address, types: [] };
const unchanged: ChangeWebhook = {
  type: 'changeWebhook',
  webhookId: 'w1',
  address: null,
  types: null,
  isEnabled: null,
};
const onOne: readonly AccountCommand[] = [
  unchanged,
  { type: 'rotateWebhookSecret', webhookId: 'w1', generation: 1 },
  { type: 'pingWebhook', webhookId: 'w1' },
  { type: 'redeliverWebhookEvents', webhookId: 'w1', eventIds: ['e1'], named: null },
  { type: 'removeWebhook', webhookId: 'w1' },
];

describe('webhooks', () => {
  it('are registered with their types, each once and in order', () =>
    given(...base)
      .when({ ...register, types: ['UserRemoved', 'UserAdded', 'UserRemoved'] })
      .then({
        type: 'WebhookRegistered',
        data: { webhookId: 'w1', ...address, types: ['UserAdded', 'UserRemoved'] },
      }));

  it('need audit.export', () => {
    for (const command of [register, ...onOne])
      given(...base, registered())
        .when(command, user('adam'))
        .thenRejected('PERMISSION_DENIED', { permission: 'audit.export' });
  });

  it('post what the audit log shows, not what became of posts, nor who reads, nor pings of others', () => {
    for (const types of [['WebhookDelivered'], ['AuditRead'], ['WebhookPinged'], ['UserRegistered']]) {
      given(...base)
        .when({ ...register, types })
        .thenRejected('INVALID_INPUT', { field: 'types' });
      given(...base, registered())
        .when({ ...unchanged, types })
        .thenRejected('INVALID_INPUT', { field: 'types' });
    }
    given(...base)
      .when({ ...register, types: ['MailSent', 'AttemptRefused', 'WebhookDisabled'] })
      .thenTypes('WebhookRegistered');
  });

  it('are few in one account', () => {
    const full = Array.from({ length: MAX_WEBHOOKS }, (_, n) => registered(`w${n}`));
    given(...base, ...full)
      .when({ ...register, webhookId: 'more' })
      .thenRejected('WEBHOOK_LIMIT_EXCEEDED');
    given(...base, ...full, removed('w0'))
      .when({ ...register, webhookId: 'more' })
      .thenTypes('WebhookRegistered');
  });

  it('are changed in what is given, and not at all when it is so already', () => {
    given(...base, registered())
      .when({ ...unchanged, isEnabled: false })
      .then({
        type: 'WebhookChanged',
        data: { webhookId: 'w1', ...address, types: ['UserRemoved'], isEnabled: false },
      });
    given(...base, registered())
      .when({
        ...unchanged,
        address: { ...address, sealedUrl: 'sealed anew' },
        types: ['UserRemoved'],
        isEnabled: true,
      })
      .thenNothing();
    const other = { host: 'other.example.test', sealedUrl: 'other', urlIndex: 'other index' };
    given(...base, registered())
      .when({ ...unchanged, address: other })
      .then({
        type: 'WebhookChanged',
        data: { webhookId: 'w1', ...other, types: ['UserRemoved'], isEnabled: true },
      });
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

  it('are signed by the old secret too for a while after a new one was made', () => {
    expect(signingGenerations({ generation: 1, rotatedAt: null }, 0)).to.deep.equal([1]);
    expect(signingGenerations({ generation: 3, rotatedAt: 5 }, 5 + OLD_SECRET_MS - 1)).to.deep.equal([3, 2]);
    expect(signingGenerations({ generation: 3, rotatedAt: 5 }, 5 + OLD_SECRET_MS)).to.deep.equal([3]);
  });

  it('are pinged, but not again at once', () => {
    const ping = { type: 'pingWebhook', webhookId: 'w1' } as const;
    const pinged: AccountEvent = { type: 'WebhookPinged', data: { webhookId: 'w1' } };
    given(...base, registered())
      .when(ping)
      .then(pinged);
    const again = given(...base, registered(), pinged);
    const pingedAt = START + 4 * STEP_MS;
    again
      .when(ping, user('olga'), pingedAt + 9_999)
      .thenRejected('TOO_SOON', { availableAt: pingedAt + 10_000 });
    again.when(ping, user('olga'), pingedAt + 10_000).then(pinged);
  });

  it('post dead letters again, those that are some', () => {
    const redeliver = (eventIds: readonly string[], named: string | null) =>
      given(...base, registered()).when({
        type: 'redeliverWebhookEvents',
        webhookId: 'w1',
        eventIds,
        named,
      });
    redeliver(['e1', 'e2'], null).then({
      type: 'WebhookRedeliveryRequested',
      data: { webhookId: 'w1', eventIds: ['e1', 'e2'] },
    });
    redeliver([], null).thenNothing();
    redeliver([], 'e1').thenRejected('NOT_FOUND', { field: 'eventId' });
  });

  describe('that fail', () => {
    // The registration is the fourth event of the account.
    const disable = (configuredAt: number) =>
      ({ type: 'disableWebhook', webhookId: 'w1', cause: 'FAILING', configuredAt }) as const;
    const scheduler = { kind: 'SCHEDULER', id: 'webhooks' } as const;

    it('are disabled by Muster only', () => {
      given(...base, registered())
        .when(disable(3), scheduler)
        .then(disabled);
      given(...base, registered())
        .when(disable(3))
        .thenRejected('PERMISSION_DENIED');
    });

    it('are left alone when they were changed since, or are disabled or removed already', () => {
      for (const after of [
        [{ type: 'WebhookChanged', data: { webhookId: 'w1', ...address, types: [], isEnabled: true } }],
        [disabled],
        [removed()],
      ] as const)
        given(...base, registered(), ...after)
          .when(disable(3), scheduler)
          .thenNothing();
    });

    it('are enabled again by whoever may change them', () =>
      given(...base, registered(), disabled)
        .when({ ...unchanged, isEnabled: true })
        .thenTypes('WebhookChanged'));
  });

  it('are unknown once they are removed', () => {
    given(...base, registered())
      .when({ type: 'removeWebhook', webhookId: 'w1' })
      .then(removed());
    for (const command of onOne)
      given(...base, registered(), removed())
        .when(command)
        .thenRejected('NOT_FOUND');
  });
});
