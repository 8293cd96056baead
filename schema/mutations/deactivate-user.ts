import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { EndMembershipInput, endMembership } from './end-membership.js';
import { MembershipPayload, nameOf } from './membership-payload.js';

@InputType({ description: 'Whom, the confirmation, and who takes over.' })
export class DeactivateUserInput extends EndMembershipInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to deactivateUser.' })
export class DeactivateUserPayload extends MembershipPayload {}

@Resolver()
export class DeactivateUserMutation {
  @decider('users.manage')
  @Mutation(() => DeactivateUserPayload, {
    description:
      'Switches access off; the membership stays and can be reactivated at any time (D3-1, D3-4, PP-1). Contact duties are handed over in the same step. Needs users.manage or the role ADMIN, as the policy says. Writes UserDeactivated.',
  })
  deactivateUser(
    @Arg('input', () => DeactivateUserInput, { description: 'What to do.' }) input: DeactivateUserInput,
    @Ctx() context: RequestContext,
  ): Promise<DeactivateUserPayload> {
    return endMembership({
      context,
      input,
      payload: DeactivateUserPayload,
      type: 'deactivateUser',
      userId: input.userId,
      done: (payload) => `${nameOf(payload)} has been deactivated.`,
    });
  }
}
