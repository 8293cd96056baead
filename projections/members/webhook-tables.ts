import type { Table } from '../projection.js';

/** Where accounts' events are posted to, how far that has come, and what was not taken. */
export const webhookTables: readonly Table[] = [
  {
    name: 'webhooks',
    primaryKey: 'webhook_number',
    create: `CREATE TABLE webhooks ( -- Where accounts' events are posted to.
  webhook_number INTEGER PRIMARY KEY, -- Counts webhooks in log order.
  webhook_id TEXT NOT NULL, -- Stays for ever.
  account_id TEXT NOT NULL, -- The account.
  host TEXT NOT NULL, -- Host and port of the address.
  sealed_url TEXT NOT NULL, -- The address, under a key in the vault.
  types TEXT NOT NULL, -- Event types that are posted, a JSON array; empty = all.
  status TEXT NOT NULL, -- ENABLED, DISABLED or REMOVED.
  disabled_cause TEXT, -- GONE or FAILING, when Muster disabled it; NULL = somebody did, or nobody.
  generation INTEGER NOT NULL, -- Of its secret, from 1.
  rotated_at INTEGER, -- When the secret was last replaced; ms since 1970, UTC.
  registered_at INTEGER NOT NULL, -- ms since 1970, UTC.
  registered_by TEXT NOT NULL, -- Id of the actor.
  registered_position INTEGER NOT NULL, -- Place of the registration in the log.
  last_settled TEXT, -- Event: those up to it were taken, given up, or not asked for; NULL = since the registration.
  failures INTEGER NOT NULL, -- Failed attempts at the next event.
  failing_since INTEGER, -- The first failure since something was taken; ms since 1970, UTC; NULL = none.
  next_attempt_at INTEGER, -- When the next event is tried again; ms since 1970, UTC.
  last_failed_at INTEGER, -- ms since 1970, UTC.
  last_code TEXT, -- Of the last failed attempt.
  last_taken_at INTEGER, -- ms since 1970, UTC.
  has_ended INTEGER NOT NULL -- 1 = removed, and its keys are destroyed.
) STRICT`,
  },
  {
    name: 'webhook_posts',
    primaryKey: 'post_number',
    create: `CREATE TABLE webhook_posts ( -- What is posted to a webhook by itself: dead letters and pings.
  post_number INTEGER PRIMARY KEY, -- Counts rows in log order.
  webhook_id TEXT NOT NULL, -- The webhook.
  event_id TEXT NOT NULL, -- The event, and the webhook-id it is posted under.
  kind TEXT NOT NULL, -- DEAD_LETTER or PING.
  event_type TEXT NOT NULL, -- Its type.
  status TEXT NOT NULL, -- GIVEN_UP, DUE (to be posted now) or TAKEN.
  attempts INTEGER NOT NULL, -- How often it was tried.
  code TEXT, -- Of the last failed attempt.
  added_at INTEGER NOT NULL, -- When it was given up, or asked for; ms since 1970, UTC.
  last_tried_at INTEGER -- ms since 1970, UTC; NULL = never.
) STRICT`,
  },
];

export const webhookIndexes: readonly string[] = [
  'CREATE UNIQUE INDEX webhooks_by_id ON webhooks (webhook_id)',
  'CREATE INDEX webhooks_by_account ON webhooks (account_id)',
  "CREATE INDEX webhooks_enabled ON webhooks (status) WHERE status = 'ENABLED'",
  "CREATE INDEX webhooks_to_retry ON webhooks (next_attempt_at) WHERE status = 'ENABLED' AND next_attempt_at IS NOT NULL",
  "CREATE INDEX webhooks_failing ON webhooks (status) WHERE status = 'ENABLED' AND failing_since IS NOT NULL",
  "CREATE INDEX webhooks_to_end ON webhooks (status) WHERE status = 'REMOVED' AND has_ended = 0",
  'CREATE UNIQUE INDEX webhook_posts_by_event ON webhook_posts (webhook_id, event_id)',
  'CREATE INDEX webhook_posts_by_kind ON webhook_posts (webhook_id, kind)',
  'CREATE INDEX webhook_posts_by_status ON webhook_posts (webhook_id, status)',
  "CREATE INDEX webhook_posts_given_up ON webhook_posts (status) WHERE status = 'GIVEN_UP' AND kind = 'DEAD_LETTER'",
  "CREATE INDEX webhook_posts_due ON webhook_posts (status) WHERE status = 'DUE'",
];
