import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { Webhook } from '../types/webhook.js';

/** Payload of every mutation on a webhook. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation on a webhook.',
})
export abstract class WebhookPayload extends MutationPayload {
  @Field(() => Webhook, {
    nullable: true,
    description: 'The webhook afterwards; null when refused, removed, or when the caller may not see it.',
  })
  get webhook(): Webhook | null {
    this.readNow();
    return this.#webhook;
  }

  set webhook(webhook: Webhook | null) {
    this.#webhook = webhook;
  }

  #webhook: Webhook | null = null;
}

/** Of mutations that make a secret. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation that makes a secret.',
})
export abstract class WebhookSecretPayload extends WebhookPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'What posts are signed with: `whsec_` and base64. Shown here and never again, but to a repeat under the same idempotency key. Null when refused, and in a dry run.',
  })
  secret: string | null = null;
}

/** Reads the webhook as the caller may see it after the mutation. */
export const readWebhook =
  (context: RequestContext, webhookIdOf: (outcome: Outcome) => string | null) =>
  (payload: WebhookPayload, outcome: Outcome): void => {
    const webhookId = webhookIdOf(outcome);
    if (webhookId === null || !maySeeWebhooks(context, outcome.accountId)) return;
    const row = context.ledgers.webhook(webhookId);
    const isThere = row !== null && row.accountId === outcome.accountId && row.status !== 'REMOVED';
    payload.webhook = isThere ? new Webhook(row, context) : null;
  };

/** The right of now: a repeat shows what was done, and its secret, only to whom it may be shown still. */
export const maySeeWebhooks = ({ rights }: RequestContext, accountId: string): boolean =>
  rights.on(accountId).has('audit.export');
