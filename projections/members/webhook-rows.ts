import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import { plainCache } from './plain-cache.js';
import type { Row, RowCache } from './row-cache.js';

export interface WebhookRow extends Row {
  readonly webhookId: string;
  readonly accountId: string;
  host: string;
  sealedUrl: string;
  /** JSON array. */
  types: string;
  status: 'ENABLED' | 'DISABLED' | 'REMOVED';
  disabledCause: string | null;
  generation: number;
  rotatedAt: number | null;
  readonly registeredAt: number;
  readonly registeredBy: string;
  readonly registeredPosition: number;
  lastSettled: string | null;
  failures: number;
  failingSince: number | null;
  nextAttemptAt: number | null;
  lastFailedAt: number | null;
  lastCode: string | null;
  lastTakenAt: number | null;
  /** 1 = its keys are destroyed, nothing is left to do. */
  hasEnded: number;
}

/** What is posted by itself: a dead letter, or a ping. */
export interface WebhookPostRow extends Row {
  readonly webhookId: string;
  readonly eventId: string;
  readonly kind: 'DEAD_LETTER' | 'PING';
  readonly eventType: string;
  status: 'GIVEN_UP' | 'DUE' | 'TAKEN';
  attempts: number;
  code: string | null;
  readonly addedAt: number;
  lastTriedAt: number | null;
}

export const webhookPostKey = (webhookId: string, eventId: string): string => `${webhookId} ${eventId}`;

export interface WebhookCaches {
  readonly webhooks: RowCache<WebhookRow>;
  readonly webhookPosts: RowCache<WebhookPostRow>;
}

export const webhookCaches = (db: Database.Database, mode: WriteMode): WebhookCaches => ({
  webhooks: plainCache<WebhookRow>(db, mode, {
    table: 'webhooks',
    numberColumn: 'webhook_number',
    key: ['webhookId'],
    columns: {
      webhookId: 'webhook_id',
      accountId: 'account_id',
      host: 'host',
      sealedUrl: 'sealed_url',
      types: 'types',
      status: 'status',
      disabledCause: 'disabled_cause',
      generation: 'generation',
      rotatedAt: 'rotated_at',
      registeredAt: 'registered_at',
      registeredBy: 'registered_by',
      registeredPosition: 'registered_position',
      lastSettled: 'last_settled',
      failures: 'failures',
      failingSince: 'failing_since',
      nextAttemptAt: 'next_attempt_at',
      lastFailedAt: 'last_failed_at',
      lastCode: 'last_code',
      lastTakenAt: 'last_taken_at',
      hasEnded: 'has_ended',
    },
    changing: [
      'host',
      'sealedUrl',
      'types',
      'status',
      'disabledCause',
      'generation',
      'rotatedAt',
      'lastSettled',
      'failures',
      'failingSince',
      'nextAttemptAt',
      'lastFailedAt',
      'lastCode',
      'lastTakenAt',
      'hasEnded',
    ],
  }),
  webhookPosts: plainCache<WebhookPostRow>(db, mode, {
    table: 'webhook_posts',
    numberColumn: 'post_number',
    key: ['webhookId', 'eventId'],
    columns: {
      webhookId: 'webhook_id',
      eventId: 'event_id',
      kind: 'kind',
      eventType: 'event_type',
      status: 'status',
      attempts: 'attempts',
      code: 'code',
      addedAt: 'added_at',
      lastTriedAt: 'last_tried_at',
    },
    changing: ['status', 'attempts', 'code', 'lastTriedAt'],
  }),
});
