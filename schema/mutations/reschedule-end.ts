import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { MAX_YEARS_AHEAD } from '../../src/domain/account/scheduled-end.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { DateTime } from '../scalars.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose scheduled end, and when instead.' })
export class RescheduleEndInput extends MemberMutationInput {
  @Field(() => DateTime, {
    description: `The new time; in the future, at most ${MAX_YEARS_AHEAD} years ahead, or INVALID_INPUT.`,
  })
  at!: number;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to rescheduleEnd.' })
export class RescheduleEndPayload extends MembershipPayload {}

@Resolver()
export class RescheduleEndMutation {
  @decider('users.manage')
  @Mutation(() => RescheduleEndPayload, {
    description:
      'Moves the end that scheduleEnd ordered to another time; everything else of the order stays. Without one NOT_SCHEDULED; refused for a higher rank (TARGET_OUTRANKS_ACTOR). Needs users.manage or the role ADMIN, as the policy says. Writes EndRescheduled.',
  })
  rescheduleEnd(
    @Arg('input', () => RescheduleEndInput, { description: 'What to do.' }) input: RescheduleEndInput,
    @Ctx() context: RequestContext,
  ): Promise<RescheduleEndPayload> {
    const { userId, at } = input;
    return runOnAccount({
      context,
      input,
      payload: RescheduleEndPayload,
      command: { type: 'rescheduleEnd', userId, at },
      read: readMembership(context, () => userId),
      done: (payload) => `The end of ${nameOf(payload)}’s membership has been moved.`,
    });
  }
}
