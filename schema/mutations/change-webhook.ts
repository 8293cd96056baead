import { MaxLength } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { MAX_WEBHOOK_URL_CHARS } from '../../src/application/webhooks/webhooks.js';
import { decider, throughParent } from '../access.js';
import { checkEventTypes } from '../audit-event-types.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';
import { readWebhook, WebhookPayload } from './webhook-payload.js';

@InputType({ description: 'Which webhook, and what is to be another. What is left out or null stays.' })
export class ChangeWebhookInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The webhook.' })
  webhookId!: string;

  @Field(() => String, { nullable: true, description: 'As in registerWebhook.' })
  @MaxLength(MAX_WEBHOOK_URL_CHARS, { message: `url has at most ${MAX_WEBHOOK_URL_CHARS} characters` })
  url?: string | null;

  @Field(() => [String], { nullable: true, description: 'Types of events to post; an empty list = all.' })
  types?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'False: nothing is posted. True: it goes on where it stood, with all that came meanwhile.',
  })
  enabled?: boolean | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to changeWebhook.' })
export class ChangeWebhookPayload extends WebhookPayload {}

@Resolver()
export class ChangeWebhookMutation {
  @decider('audit.export')
  @Mutation(() => ChangeWebhookPayload, {
    description:
      'Changes address or types of a webhook, disables or enables it. An event that waits is tried at once, as if for the first time. Needs audit.export. Writes WebhookChanged.',
  })
  changeWebhook(
    @Arg('input', () => ChangeWebhookInput, { description: 'What to do.' }) input: ChangeWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeWebhookPayload> {
    const { accountId, webhookId } = input;
    const types = input.types ?? null;
    checkEventTypes(types ?? [], 'input.types');
    return runMutation({
      context,
      input,
      payload: ChangeWebhookPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.webhooks.change({
          ...options,
          accountId,
          webhookId,
          url: input.url ?? null,
          types,
          isEnabled: input.enabled ?? null,
        }),
      read: readWebhook(context, () => webhookId),
      done: () => 'The webhook has been changed.',
    });
  }
}
