import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';
import { readWebhook, WebhookPayload } from './webhook-payload.js';

@InputType({ description: 'Which webhook.' })
export class PingWebhookInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The webhook.' })
  webhookId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to pingWebhook.' })
export class PingWebhookPayload extends WebhookPayload {}

@Resolver()
export class PingWebhookMutation {
  @decider('audit.export')
  @Mutation(() => PingWebhookPayload, {
    description:
      'Posts the event that this writes, once, ahead of what waits, to a disabled webhook too; `lastPing` of the webhook then says what became of it. A second one within 10 s gives TOO_SOON. Needs audit.export. Writes WebhookPinged.',
  })
  pingWebhook(
    @Arg('input', () => PingWebhookInput, { description: 'What to do.' }) input: PingWebhookInput,
    @Ctx() context: RequestContext,
  ): Promise<PingWebhookPayload> {
    const { webhookId } = input;
    return runOnAccount({
      context,
      input,
      payload: PingWebhookPayload,
      command: { type: 'pingWebhook', webhookId },
      read: readWebhook(context, () => webhookId),
      done: () => 'The webhook is being pinged; lastPing says what becomes of it.',
    });
  }
}
