import { MaxLength } from 'class-validator';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { MAX_WEBHOOK_URL_CHARS } from '../../src/application/webhooks/webhooks.js';
import { decider, throughParent } from '../access.js';
import { checkEventTypes } from '../audit-event-types.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';
import { maySeeWebhooks, readWebhook, WebhookSecretPayload } from './webhook-payload.js';

@InputType({ description: 'Where to post, and what.' })
export class RegisterWebhookInput extends AccountMutationInput {
  @Field(() => String, {
    description: `https:// and a public address, or what MUSTER_WEBHOOK_ALLOW_PRIVATE allows; at most ${MAX_WEBHOOK_URL_CHARS} characters, without user, password and fragment. Kept encrypted, but for its host.`,
  })
  @MaxLength(MAX_WEBHOOK_URL_CHARS, { message: `url has at most ${MAX_WEBHOOK_URL_CHARS} characters` })
  url!: string;

  @Field(() => [String], {
    nullable: true,
    description:
      'Types of events to post, as in the audit log. Default, also for an empty list: all, those to come too.',
  })
  types?: string[] | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to registerWebhook.' })
export class RegisterWebhookPayload extends WebhookSecretPayload {}

@Resolver()
export class RegisterWebhookMutation {
  @decider('audit.export')
  @Mutation(() => RegisterWebhookPayload, {
    description:
      'Posts what the audit log shows of the account from now on, signed by Standard Webhooks: `{type, timestamp, data: {accountId, eventId, position, userId}}`, ids only. In the order of the log, each at least once, the same event always under the same `webhook-id`. What is not answered with 2xx within 10 s is tried again; redirects are not followed. At most 10 an account (WEBHOOK_LIMIT_EXCEEDED). Needs audit.export. Writes WebhookRegistered.',
  })
  async registerWebhook(
    @Arg('input', () => RegisterWebhookInput, { description: 'What to do.' }) input: RegisterWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<RegisterWebhookPayload> {
    const { accountId, url } = input;
    const types = input.types ?? [];
    checkEventTypes(types, 'input.types');
    let secret: string | null = null;
    const payload = await runMutation({
      context,
      input,
      payload: RegisterWebhookPayload,
      act: async ({ fingerprintOf: _, ...options }) => {
        const registered = await context.application.webhooks.register({ ...options, accountId, url, types });
        secret = registered.secret;
        return registered.outcome;
      },
      read: readWebhook(context, webhookRegisteredBy),
      done: () => 'The webhook has been registered.',
    });
    payload.secret = maySeeWebhooks(context, accountId) ? secret : null;
    return payload;
  }
}

/** A repeat makes no second webhook: the id is the one in the log. */
const webhookRegisteredBy = (outcome: Outcome): string | null =>
  'events' in outcome
    ? (outcome.events.find((event) => event.type === 'WebhookRegistered')?.data.webhookId ?? null)
    : null;
