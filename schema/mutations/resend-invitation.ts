import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Whose invitation.' })
export class ResendInvitationInput extends MemberMutationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to resendInvitation.',
})
export class ResendInvitationPayload extends MembershipPayload {}

@Resolver()
export class ResendInvitationMutation {
  @decider('users.invite')
  @Mutation(() => ResendInvitationPayload, {
    description:
      'Makes a new link with a full term and mails it; every older link is dead (SW-15). Also gives an expired invitation another term. Nobody sends on a promise beyond his own role and permissions (ROLE_NOT_GRANTABLE, PERMISSION_NOT_GRANTABLE). Without an open invitation INVITATION_ENDED; when somebody else has just resent it STALE_VALUE; a full account SEAT_LIMIT_EXCEEDED, for an expired one; sooner than 60 s after the last sending TOO_SOON with `availableAt`. Needs users.invite. Writes InvitationResent; the mail goes out afterwards.',
  })
  resendInvitation(
    @Arg('input', () => ResendInvitationInput, { description: 'What to do.' }) input: ResendInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<ResendInvitationPayload> {
    const { accountId, userId } = input;
    return runMutation({
      context,
      input,
      payload: ResendInvitationPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.invitations.resend({ ...options, accountId, userId }),
      read: readMembership(context, () => userId),
      done: (payload) => `${nameOf(payload)} has been invited again.`,
    });
  }
}
