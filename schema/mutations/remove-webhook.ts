import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which webhook.' })
export class RemoveWebhookInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The webhook.' })
  webhookId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to removeWebhook.' })
export class RemoveWebhookPayload extends MutationPayload {}

@Resolver()
export class RemoveWebhookMutation {
  @decider('audit.export')
  @Mutation(() => RemoveWebhookPayload, {
    description:
      'Posts nothing there any more, dead letters neither, and destroys its address and secrets. Needs audit.export. Writes WebhookRemoved.',
  })
  removeWebhook(
    @Arg('input', () => RemoveWebhookInput, { description: 'What to do.' }) input: RemoveWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<RemoveWebhookPayload> {
    return runOnAccount({
      context,
      input,
      payload: RemoveWebhookPayload,
      command: { type: 'removeWebhook', webhookId: input.webhookId },
      done: () => 'The webhook has been removed.',
    });
  }
}
