import type { DeliveryData } from '../../src/domain/webhook/events.js';
import type { EventOf, Moment } from '../projection.js';
import type { MemberRows } from './member-rows.js';
import { accountOf } from './membership-status.js';
import { newRow } from './plain-cache.js';
import { type WebhookPostRow, type WebhookRow, webhookPostKey } from './webhook-rows.js';

export function register(rows: MemberRows, event: EventOf<'WebhookRegistered'>, moment: Moment): void {
  const { webhooks } = rows.processes;
  const { webhookId, host, sealedUrl, types } = event.data;
  webhooks.add(
    webhookId,
    newRow<WebhookRow>(webhooks, {
      webhookId,
      accountId: accountOf(event),
      host,
      sealedUrl,
      types: JSON.stringify(types),
      status: 'ENABLED',
      disabledCause: null,
      generation: 1,
      rotatedAt: null,
      registeredAt: moment.occurredAt,
      registeredBy: event.actor.id,
      registeredPosition: moment.position,
      lastSettled: null,
      failures: 0,
      failingSince: null,
      nextAttemptAt: null,
      lastFailedAt: null,
      lastCode: null,
      lastTakenAt: null,
      hasEnded: 0,
    }),
  );
}

/** What was changed is tried at once. */
export function change(rows: MemberRows, event: EventOf<'WebhookChanged'>): void {
  const { host, sealedUrl, types, isEnabled } = event.data;
  changeRow(rows, event.data.webhookId, {
    host,
    sealedUrl,
    types: JSON.stringify(types),
    status: isEnabled ? 'ENABLED' : 'DISABLED',
    disabledCause: null,
    failures: 0,
    failingSince: null,
    nextAttemptAt: null,
  });
}

export function rotate(rows: MemberRows, event: EventOf<'WebhookSecretRotated'>, moment: Moment): void {
  const { webhookId, generation } = event.data;
  changeRow(rows, webhookId, { generation, rotatedAt: moment.occurredAt });
}

export function disable(rows: MemberRows, { data }: EventOf<'WebhookDisabled'>): void {
  changeRow(rows, data.webhookId, { status: 'DISABLED', disabledCause: data.cause });
}

export function remove(rows: MemberRows, { data }: EventOf<'WebhookRemoved'>): void {
  changeRow(rows, data.webhookId, { status: 'REMOVED' });
}

export function ping(rows: MemberRows, event: EventOf<'WebhookPinged'>, moment: Moment): void {
  const { webhookId } = event.data;
  const { eventId, type: eventType } = event;
  addPost(rows, { webhookId, eventId, eventType, kind: 'PING', status: 'DUE' }, moment);
}

export function redeliver(rows: MemberRows, { data }: EventOf<'WebhookRedeliveryRequested'>): void {
  for (const eventId of data.eventIds) {
    const post = rows.processes.webhookPosts.find(webhookPostKey(data.webhookId, eventId));
    if (post?.status === 'GIVEN_UP') changePost(rows, post, { status: 'DUE' });
  }
}

export function delivered(rows: MemberRows, { data }: EventOf<'WebhookDelivered'>, moment: Moment): void {
  changeRow(rows, data.webhookId, { ...progressOf(data), lastTakenAt: moment.occurredAt });
}

export function fail(rows: MemberRows, { data }: EventOf<'WebhookAttemptFailed'>, moment: Moment): void {
  const failed = { lastFailedAt: moment.occurredAt, lastCode: data.code };
  changeRow(rows, data.webhookId, { ...progressOf(data), ...failed });
}

export function giveUp(rows: MemberRows, { data }: EventOf<'WebhookEventGivenUp'>, moment: Moment): void {
  const { webhookId, eventId, eventType, code, attempts } = data;
  const failed = { lastFailedAt: moment.occurredAt, lastCode: code };
  changeRow(rows, webhookId, { ...progressOf(data), ...failed });
  const post = { webhookId, eventId, eventType, code, attempts };
  addPost(rows, { ...post, kind: 'DEAD_LETTER', status: 'GIVEN_UP' }, moment);
}

export function sendOnRequest(
  rows: MemberRows,
  { data }: EventOf<'WebhookSentOnRequest'>,
  moment: Moment,
): void {
  const { webhookId, eventId, code } = data;
  const { occurredAt } = moment;
  changeRow(rows, webhookId, code === null ? { lastTakenAt: occurredAt } : {});
  const post = rows.processes.webhookPosts.find(webhookPostKey(webhookId, eventId));
  if (post === null) throw new Error(`${webhookId} was sent ${eventId}, which nobody had asked for`);
  const status = code === null ? 'TAKEN' : 'GIVEN_UP';
  changePost(rows, post, { status, code, attempts: post.attempts + 1, lastTriedAt: occurredAt });
}

export function end(rows: MemberRows, { data }: EventOf<'WebhookDeliveryEnded'>): void {
  changeRow(rows, data.webhookId, { hasEnded: 1, nextAttemptAt: null });
}

function progressOf({ progress }: DeliveryData): Partial<WebhookRow> {
  const { lastSettled, failures, failingSince, nextAttemptAt } = progress;
  const ms = (time: string | null) => (time === null ? null : Date.parse(time));
  return { lastSettled, failures, failingSince: ms(failingSince), nextAttemptAt: ms(nextAttemptAt) };
}

type NewPost = Pick<WebhookPostRow, 'webhookId' | 'eventId' | 'eventType' | 'kind' | 'status'> &
  Partial<Pick<WebhookPostRow, 'code' | 'attempts'>>;

function addPost(rows: MemberRows, post: NewPost, { occurredAt }: Moment): void {
  const { webhookPosts } = rows.processes;
  const isTried = post.status === 'GIVEN_UP';
  webhookPosts.add(
    webhookPostKey(post.webhookId, post.eventId),
    newRow<WebhookPostRow>(webhookPosts, {
      attempts: 0,
      code: null,
      addedAt: occurredAt,
      lastTriedAt: isTried ? occurredAt : null,
      ...post,
    }),
  );
}

function changePost(rows: MemberRows, post: WebhookPostRow, changes: Partial<WebhookPostRow>): void {
  Object.assign(post, changes);
  rows.processes.webhookPosts.touch(post);
}

function changeRow(rows: MemberRows, webhookId: string, changes: Partial<WebhookRow>): void {
  const { webhooks } = rows.processes;
  const row = webhooks.find(webhookId);
  if (row === null) throw new Error(`no event before says where the webhook ${webhookId} comes from`);
  Object.assign(row, changes);
  webhooks.touch(row);
}
