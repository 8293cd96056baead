import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { EndMembershipInput, endMembership } from './end-membership.js';
import { MembershipPayload, nameOf } from './membership-payload.js';

@InputType({ description: 'Whom, the confirmation, and who takes over.' })
export class DeleteUserInput extends EndMembershipInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to deleteUser.' })
export class DeleteUserPayload extends MembershipPayload {}

@Resolver()
export class DeleteUserMutation {
  @decider('users.manage')
  @Mutation(() => DeleteUserPayload, {
    description:
      'Ends a membership for good; there is no way back, deactivateUser keeps one (D3-6, D3-31). Content, analytics and audit stay (D3-7, D3-8); other accounts are untouched (D3-37). Needs users.manage or the role ADMIN, as the policy says. Writes UserDeleted.',
  })
  deleteUser(
    @Arg('input', () => DeleteUserInput, { description: 'What to do.' }) input: DeleteUserInput,
    @Ctx() context: RequestContext,
  ): Promise<DeleteUserPayload> {
    return endMembership({
      context,
      input,
      payload: DeleteUserPayload,
      type: 'deleteUser',
      userId: input.userId,
      done: (payload) => `${nameOf(payload)} has been deleted.`,
    });
  }
}
