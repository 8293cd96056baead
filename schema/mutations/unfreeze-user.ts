import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whom to give access back to.' })
export class UnfreezeUserInput extends MemberMutationInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to unfreezeUser.' })
export class UnfreezeUserPayload extends MembershipPayload {}

@Resolver()
export class UnfreezeUserMutation {
  @decider('users.manage')
  @Mutation(() => UnfreezeUserPayload, {
    description:
      'Gives a frozen member access again, with everything as it was; nobody does it for himself (TARGET_OUTRANKS_ACTOR). A member who is INACTIVE is reactivated instead (MEMBERSHIP_NOT_ACTIVE). Needs users.manage or the role ADMIN, as the policy says. Writes UserUnfrozen.',
  })
  unfreezeUser(
    @Arg('input', () => UnfreezeUserInput, { description: 'What to do.' }) input: UnfreezeUserInput,
    @Ctx() context: RequestContext,
  ): Promise<UnfreezeUserPayload> {
    return runOnAccount({
      context,
      input,
      payload: UnfreezeUserPayload,
      command: { type: 'unfreezeUser', userId: input.userId },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} has access again.`,
    });
  }
}
