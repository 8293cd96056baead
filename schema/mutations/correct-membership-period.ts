import { Min } from 'class-validator';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { DateTime } from '../scalars.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which status change, and when it really took effect.' })
export class CorrectMembershipPeriodInput extends MemberMutationInput {
  @Field(() => Int, {
    description: 'Revision of the event that changed the status, like `Membership.statusRevision`; from 0.',
  })
  @Min(0, { message: 'revision must be at least 0' })
  revision!: number;

  @Field(() => DateTime, {
    description:
      'When it really took effect; between the status changes before and after it, or CORRECTION_OUT_OF_BOUNDS.',
  })
  effectiveAt!: number;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to correctMembershipPeriod.',
})
export class CorrectMembershipPeriodPayload extends MembershipPayload {}

@Resolver()
export class CorrectMembershipPeriodMutation {
  @decider('users.manage')
  @Mutation(() => CorrectMembershipPeriodPayload, {
    description:
      'States that a change of a membership’s status took effect at another time than recorded; the record itself stays. Needs users.manage. Writes MembershipPeriodCorrected; `asOf` then answers by the corrected time, and by the old one for an earlier `knownAt`.',
  })
  correctMembershipPeriod(
    @Arg('input', () => CorrectMembershipPeriodInput, { description: 'What to do.' })
    input: CorrectMembershipPeriodInput,
    @Ctx() context: RequestContext,
  ): Promise<CorrectMembershipPeriodPayload> {
    return runOnAccount({
      context,
      input,
      payload: CorrectMembershipPeriodPayload,
      command: {
        type: 'correctMembershipPeriod',
        userId: input.userId,
        revision: input.revision,
        effectiveAt: input.effectiveAt,
      },
      read: readMembership(context, () => input.userId),
      done: (payload) => `The period of ${nameOf(payload)} has been corrected.`,
    });
  }
}
