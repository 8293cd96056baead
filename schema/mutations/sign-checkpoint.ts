import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { LogCheckpoint } from '../types/log-checkpoint.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { userErrorFrom } from '../types/user-error.js';
import { WrittenEvent } from '../types/written-event.js';
import { MutationInput } from './mutation-input.js';
import { becomesReadable, optionsFrom } from './run-mutation.js';

@InputType({
  description:
    'Nothing but the fields of every mutation. It is harmless to repeat by itself, with and without a key; the reason is not kept.',
})
export class SignCheckpointInput extends MutationInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to signCheckpoint.' })
export class SignCheckpointPayload extends MutationPayload {
  @Field(() => LogCheckpoint, {
    nullable: true,
    description: 'The latest checkpoint; null when refused and in a dry run.',
  })
  checkpoint: LogCheckpoint | null = null;
}

@Resolver()
export class SignCheckpointMutation {
  @decider('audit.export')
  @Mutation(() => SignCheckpointPayload, {
    description:
      'Signs what the log holds now. Needs audit.export in the root operator account. Writes CheckpointSigned; UNCHANGED when nothing but checkpoints has been written since the last one.',
  })
  async signCheckpoint(
    @Arg('input', () => SignCheckpointInput, { description: 'What to do.' }) input: SignCheckpointInput,
    @Ctx() context: RequestContext,
  ): Promise<SignCheckpointPayload> {
    const { actor, dryRun } = optionsFrom(input, context);
    const outcome = await context.checkpoints.signOnDemand({ actor, dryRun: dryRun ?? false });
    const payload = new SignCheckpointPayload();
    payload.outcome = outcome.outcome;
    payload.saying(() => sentences[outcome.outcome]);
    if (outcome.outcome === 'REJECTED') {
      payload.saying(() => outcome.rejection.message);
      payload.userErrors = [userErrorFrom(outcome.rejection, () => null)];
    }
    if (outcome.outcome === 'REJECTED' || outcome.outcome === 'WOULD_APPLY') return payload;
    const { event, position } = outcome;
    if (outcome.outcome === 'APPLIED') payload.events = [new WrittenEvent(event)];
    payload.position = position;
    payload.readable = await becomesReadable(context, position);
    const { eventId, recordedAt, data } = event;
    payload.checkpoint = new LogCheckpoint(
      { eventId, position, recordedAt: Date.parse(recordedAt), signed: data },
      context.checkpoints.verifierKey,
    );
    return payload;
  }
}

const sentences = {
  APPLIED: 'The log has been signed.',
  UNCHANGED: 'Nothing has been written since the last checkpoint; here it is again.',
  WOULD_APPLY: 'This would be done; nothing was changed.',
  REJECTED: 'It was refused.',
} as const;
