import { expect } from 'chai';
import {
  deadLetterOf,
  deadLettersCount,
  deadLettersPage,
  duePosts,
  dueWebhooks,
  enabledWebhookIds,
  lastLetterBefore,
  lastPing,
  webhook,
  webhookFigures,
  webhooksOfAccount,
} from '../../projections/queries/webhooks.js';
import type { AccountEvent } from '../../src/domain/account/events.js';
import type { DeliveryProgress, WebhookDeliveryEvent } from '../../src/domain/webhook/events.js';
import { AccountHistory, accountOpened, day, ms } from './account-history.js';

const address = { host: 'hooks.example.test', sealedUrl: 'sealed', urlIndex: 'index' };

describe('webhooks in the read model', () => {
  let history: AccountHistory;
  beforeEach(async () => {
    history = new AccountHistory();
    await history.given([1, accountOpened()], [2, registered('w1')]);
  });
  afterEach(() => history.close());

  const registered = (webhookId: string): AccountEvent => ({
    type: 'WebhookRegistered',
    data: { webhookId, ...address, types: ['UserRemoved'] },
  });
  const progress = (changes: Partial<DeliveryProgress> = {}): DeliveryProgress => ({
    ...{ lastSettled: 'e0', failures: 0, nextAttemptAt: null, failingSince: null },
    ...{ isGivingUp: false, configuredAt: 1, claim: null, ...changes },
  });
  const of = (changes: Partial<DeliveryProgress> = {}) => ({
    ...{ webhookId: 'w1', accountId: 'a1', progress: progress(changes) },
  });
  const letter = (eventId: string) => ({ eventId, eventType: 'UserRemoved', code: 'HTTP_500' });
  const deliver = (n: number, ...events: readonly WebhookDeliveryEvent[]) =>
    history.givenBy({ stream: 'webhook-w1' }, [n, ...events]);
  const row = () => webhook(history.members, 'w1');
  const due = (n: number) =>
    dueWebhooks(history.members, { now: ms(n), limit: 9 }).map(({ webhookId }) => webhookId);

  it('are listed as they were registered, from their own place in the log', () => {
    expect(webhooksOfAccount(history.members, 'a1')).to.deep.equal([row()]);
    expect(row()).to.deep.include({
      ...{ webhookId: 'w1', accountId: 'a1', host: address.host, sealedUrl: 'sealed' },
      ...{ types: '["UserRemoved"]', status: 'ENABLED', generation: 1, registeredAt: ms(2) },
      ...{ registeredBy: 'olga', lastSettled: null, failures: 0 },
      registeredPosition: history.log.events.at(-1)?.position,
    });
    expect(due(9)).to.deep.equal([]);
  });

  it('tell how far delivery has come, and when it is tried again', async () => {
    const nextAttemptAt = day(5);
    const failing = { failures: 1, failingSince: day(3), nextAttemptAt };
    await deliver(3, { type: 'WebhookAttemptFailed', data: { ...of(failing), ...letter('e1') } });
    expect(row()).to.deep.include({
      ...{
        failures: 1,
        failingSince: ms(3),
        nextAttemptAt: ms(5),
        lastFailedAt: ms(3),
        lastCode: 'HTTP_500',
      },
    });
    expect([due(4), due(5)]).to.deep.equal([[], ['w1']]);
    expect(webhookFigures(history.members, 9)).to.deep.equal({ failing: 1, deadLetters: 0 });
    await deliver(5, { type: 'WebhookDelivered', data: { ...of({ lastSettled: 'e9' }), count: 2 } });
    expect(row()).to.deep.include({ lastSettled: 'e9', failures: 0, failingSince: null, lastTakenAt: ms(5) });
    expect(due(9)).to.deep.equal([]);
  });

  it('have their turn in the order of their times, after what was asked for', async () => {
    await history.given([2, registered('w2'), registered('w3')]);
    const failed = (webhookId: string, nextAttemptAt: string): WebhookDeliveryEvent => ({
      type: 'WebhookAttemptFailed',
      data: { ...of({ failures: 1, failingSince: day(3), nextAttemptAt }), webhookId, ...letter('e1') },
    });
    await deliver(3, failed('w1', day(7)));
    await history.givenBy({ stream: 'webhook-w2' }, [3, failed('w2', day(6))]);
    expect(due(9)).to.deep.equal(['w2', 'w1']);
    expect(
      dueWebhooks(history.members, { now: ms(9), limit: 1 }).map(({ webhookId }) => webhookId),
    ).to.deep.equal(['w2']);
    await history.given([4, { type: 'WebhookPinged', data: { webhookId: 'w3' } }]);
    expect(due(9)).to.deep.equal(['w3', 'w2', 'w1']);
  });

  it('begin anew when they are changed, and are not tried while disabled or once removed', async () => {
    const failing = { failures: 1, failingSince: day(3), nextAttemptAt: day(5) };
    await deliver(3, { type: 'WebhookAttemptFailed', data: { ...of(failing), ...letter('e1') } });
    await history.given([4, { type: 'WebhookDisabled', data: { webhookId: 'w1', cause: 'FAILING' } }]);
    expect(row()).to.include({ status: 'DISABLED', disabledCause: 'FAILING' });
    expect(webhookFigures(history.members, 9).failing).to.equal(0);
    expect([due(9), enabledWebhookIds(history.members)]).to.deep.equal([[], []]);
    const changed = { webhookId: 'w1', ...address, types: [], isEnabled: true };
    await history.given([5, { type: 'WebhookChanged', data: changed }]);
    expect(row()).to.include({ status: 'ENABLED', disabledCause: null, failures: 0, nextAttemptAt: null });
    expect(enabledWebhookIds(history.members)).to.deep.equal(['w1']);
    await history.given([6, { type: 'WebhookRemoved', data: { webhookId: 'w1', host: address.host } }]);
    expect(webhooksOfAccount(history.members, 'a1')).to.deep.equal([]);
    expect(due(9)).to.deep.equal(['w1']);
    await deliver(7, { type: 'WebhookDeliveryEnded', data: of() });
    expect(due(9)).to.deep.equal([]);
  });

  it('keep dead letters until they are taken', async () => {
    const givenUp = (eventId: string): WebhookDeliveryEvent => ({
      type: 'WebhookEventGivenUp',
      data: { ...of(), ...letter(eventId), attempts: 6 },
    });
    await deliver(3, givenUp('e1'), givenUp('e2'));
    const letters = () =>
      deadLettersPage(history.members, { webhookId: 'w1' }, { limit: 9 }).rows.map(
        ({ eventId, status, attempts }) => [eventId, status, attempts],
      );
    expect(letters()).to.deep.equal([
      ['e1', 'GIVEN_UP', 6],
      ['e2', 'GIVEN_UP', 6],
    ]);
    expect(webhookFigures(history.members, 9)).to.deep.equal({ failing: 0, deadLetters: 2 });
    expect(webhookFigures(history.members, 1)).to.deep.equal({ failing: 0, deadLetters: 1 });
    const asked = { webhookId: 'w1', eventIds: ['e1', 'unknown'] };
    await history.given([4, { type: 'WebhookRedeliveryRequested', data: asked }]);
    expect([due(4), duePosts(history.members, 'w1', 9).map(({ eventId }) => eventId)]).to.deep.equal([
      ['w1'],
      ['e1'],
    ]);
    expect(deadLetterOf(history.members, { webhookId: 'w1', eventId: 'e1' })).to.equal(null);
    const sent = (code: string | null): WebhookDeliveryEvent => ({
      type: 'WebhookSentOnRequest',
      data: { ...of(), ...letter('e1'), code },
    });
    await deliver(5, sent('TIMEOUT'));
    expect(letters()[0]).to.deep.equal(['e1', 'GIVEN_UP', 7]);
    await history.given([6, { type: 'WebhookRedeliveryRequested', data: asked }]);
    await deliver(7, sent(null));
    expect(letters()).to.deep.equal([['e2', 'GIVEN_UP', 6]]);
    expect(deadLettersCount(history.members, { webhookId: 'w1', status: ['TAKEN'] })).to.equal(1);
    expect(due(9)).to.deep.equal([]);
  });

  it('find the last dead letter before a place in the log', async () => {
    const ids: string[] = [];
    for (let n = 3; n < 10; n += 1) {
      await history.given([n, { type: 'WebhookSecretRotated', data: { webhookId: 'w1', generation: n } }]);
      if (n % 2 === 1) ids.push(history.eventId());
    }
    const positions = ids.map((id) => history.log.events.find((event) => event.id === id)?.position ?? 0);
    for (const eventId of ids)
      await deliver(10, {
        type: 'WebhookEventGivenUp',
        data: { ...of(), ...letter(eventId), attempts: 6 },
      });
    const { rows } = deadLettersPage(history.members, { webhookId: 'w1' }, { limit: 9 });
    const lastBefore = (position: number) => lastLetterBefore(history, { webhookId: 'w1', position });
    expect(lastBefore(0)).to.equal(0);
    for (const [n, position] of positions.entries()) {
      expect(lastBefore(position)).to.equal(rows[n - 1]?.number ?? 0);
      expect(lastBefore(position + 1)).to.equal(rows[n]?.number);
    }
    expect(lastBefore(Number.MAX_SAFE_INTEGER)).to.equal(rows.at(-1)?.number);
  });

  it('have pings beside, the last of which is shown', async () => {
    await history.given([3, { type: 'WebhookPinged', data: { webhookId: 'w1' } }]);
    const eventId = history.eventId();
    expect(lastPing(history.members, 'w1')).to.include({ eventId, status: 'DUE', attempts: 0 });
    const data = { ...of(), ...letter(eventId), eventType: 'WebhookPinged', code: null };
    await deliver(4, { type: 'WebhookSentOnRequest', data });
    expect(lastPing(history.members, 'w1')).to.include({ status: 'TAKEN', attempts: 1, lastTriedAt: ms(4) });
    expect(deadLettersCount(history.members, { webhookId: 'w1' })).to.equal(0);
  });

  it('are the same after a rebuild', async () => {
    await history.given([3, registered('w2'), { type: 'WebhookPinged', data: { webhookId: 'w1' } }]);
    await deliver(4, { type: 'WebhookEventGivenUp', data: { ...of(), ...letter('e1'), attempts: 6 } });
    await history.given([
      5,
      { type: 'WebhookRedeliveryRequested', data: { webhookId: 'w1', eventIds: ['e1'] } },
      { type: 'WebhookSecretRotated', data: { webhookId: 'w2', generation: 2 } },
    ]);
    await deliver(6, { type: 'WebhookSentOnRequest', data: { ...of(), ...letter('e1'), code: null } });
    expect(await history.rebuiltIsEqual()).to.equal(true);
  });
});
