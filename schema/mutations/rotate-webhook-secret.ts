import { Arg, Ctx, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';
import { maySeeWebhooks, readWebhook, WebhookSecretPayload } from './webhook-payload.js';

@InputType({ description: 'Whose secret.' })
export class RotateWebhookSecretInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The webhook.' })
  webhookId!: string;

  @Field(() => Int, {
    description: '`secretGeneration` of the secret that is to be replaced; another one gives STALE_VALUE.',
  })
  secretGeneration!: number;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to rotateWebhookSecret.',
})
export class RotateWebhookSecretPayload extends WebhookSecretPayload {}

@Resolver()
export class RotateWebhookSecretMutation {
  @decider('audit.export')
  @Mutation(() => RotateWebhookSecretPayload, {
    description:
      'Makes a new secret. The old one goes on signing beside it for 24 hours (two signatures in one header), so that receivers can change over; of a leaked one, rotate twice. Needs audit.export. Writes WebhookSecretRotated.',
  })
  async rotateWebhookSecret(
    @Arg('input', () => RotateWebhookSecretInput, { description: 'What to do.' })
    input: RotateWebhookSecretInput,
    @Ctx() context: RequestContext,
  ): Promise<RotateWebhookSecretPayload> {
    const { accountId, webhookId, secretGeneration: generation } = input;
    let secret: string | null = null;
    const payload = await runMutation({
      context,
      input,
      payload: RotateWebhookSecretPayload,
      act: async ({ fingerprintOf: _, ...options }) => {
        const rotated = await context.application.webhooks.rotateSecret({
          ...options,
          accountId,
          webhookId,
          generation,
        });
        secret = rotated.secret;
        return rotated.outcome;
      },
      read: readWebhook(context, () => webhookId),
      done: () => 'The webhook has a new secret; the old one signs too for 24 hours.',
    });
    payload.secret = maySeeWebhooks(context, accountId) ? secret : null;
    return payload;
  }
}
