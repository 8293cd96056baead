import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose scheduled end.' })
export class CancelScheduledEndInput extends MemberMutationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to cancelScheduledEnd.',
})
export class CancelScheduledEndPayload extends MembershipPayload {}

@Resolver()
export class CancelScheduledEndMutation {
  @decider('users.manage')
  @Mutation(() => CancelScheduledEndPayload, {
    description:
      'Calls off the end that scheduleEnd ordered. UNCHANGED when none is scheduled; refused for a higher rank (TARGET_OUTRANKS_ACTOR). Needs users.manage or the role ADMIN, as the policy says. Writes ScheduledEndCancelled.',
  })
  cancelScheduledEnd(
    @Arg('input', () => CancelScheduledEndInput, { description: 'What to do.' })
    input: CancelScheduledEndInput,
    @Ctx() context: RequestContext,
  ): Promise<CancelScheduledEndPayload> {
    return runOnAccount({
      context,
      input,
      payload: CancelScheduledEndPayload,
      command: { type: 'cancelScheduledEnd', userId: input.userId },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} stays: the scheduled end has been cancelled.`,
    });
  }
}
