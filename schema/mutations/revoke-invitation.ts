import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose invitation.' })
export class RevokeInvitationInput extends MemberMutationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to revokeInvitation.',
})
export class RevokeInvitationPayload extends MembershipPayload {}

@Resolver()
export class RevokeInvitationMutation {
  @decider('users.invite')
  @Mutation(() => RevokeInvitationPayload, {
    description:
      'Withdraws an invitation: every link of it is dead, and its seat free; mails nobody (SW-8). Also one that has expired. Somebody who is a member by now gives INVITATION_ENDED, a higher rank than one’s own TARGET_OUTRANKS_ACTOR. Needs users.invite. Writes InvitationRevoked.',
  })
  revokeInvitation(
    @Arg('input', () => RevokeInvitationInput, { description: 'What to do.' }) input: RevokeInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<RevokeInvitationPayload> {
    return runOnAccount({
      context,
      input,
      payload: RevokeInvitationPayload,
      command: { type: 'revokeInvitation', userId: input.userId },
      read: readMembership(context, () => input.userId),
      done: (payload) => `The invitation of ${nameOf(payload)} has been revoked.`,
    });
  }
}
