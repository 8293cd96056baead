import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { EndOwnMembershipInput, endMembership } from './end-membership.js';
import { MembershipPayload } from './membership-payload.js';

@InputType({ description: 'Which account to leave, the confirmation, and who takes over.' })
export class LeaveAccountInput extends EndOwnMembershipInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to leaveAccount.' })
export class LeaveAccountPayload extends MembershipPayload {}

@Resolver()
export class LeaveAccountMutation {
  @decider('self')
  @Mutation(() => LeaveAccountPayload, {
    description:
      'Ends the caller’s own membership, under the same rule as removing oneself (SW-20, D3-29). Confirmed like REMOVE; offboardingPreview with LEAVE gives the token. Needs no permission, but contacts.reassign to name successors. Writes UserLeft.',
  })
  leaveAccount(
    @Arg('input', () => LeaveAccountInput, { description: 'What to do.' }) input: LeaveAccountInput,
    @Ctx() context: RequestContext,
  ): Promise<LeaveAccountPayload> {
    return endMembership({
      context,
      input,
      payload: LeaveAccountPayload,
      type: 'leaveAccount',
      userId: context.actorId,
      done: () => 'You have left the account.',
    });
  }
}
