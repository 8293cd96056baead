import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { EndMembershipInput, endMembership } from './end-membership.js';
import { MembershipPayload, nameOf } from './membership-payload.js';

@InputType({ description: 'Whom, the confirmation, and who takes over.' })
export class RemoveUserInput extends EndMembershipInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to removeUser.' })
export class RemoveUserPayload extends MembershipPayload {}

@Resolver()
export class RemoveUserMutation {
  @decider('users.manage')
  @Mutation(() => RemoveUserPayload, {
    description:
      'Ends a membership; the person survives, keeps all other accounts (SO-3, SW-6) and can be added again (SW-5). Contact duties are handed over in the same step (SO-13, SO-25): all or nothing. Needs users.manage or the role ADMIN, as the policy says. Writes ContactReassigned and ContactVacated first, then UserRemoved.',
  })
  removeUser(
    @Arg('input', () => RemoveUserInput, { description: 'What to do.' }) input: RemoveUserInput,
    @Ctx() context: RequestContext,
  ): Promise<RemoveUserPayload> {
    return endMembership({
      context,
      input,
      payload: RemoveUserPayload,
      type: 'removeUser',
      userId: input.userId,
      done: (payload) => `${nameOf(payload)} has been removed.`,
    });
  }
}
