import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Whose invitation.' })
export class CopyInvitationLinkInput extends MemberMutationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to copyInvitationLink.',
})
export class CopyInvitationLinkPayload extends MembershipPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'The link that the newest mail holds, as good as the mail itself; it stays the same until it is resent. Null when refused, and in a dry run.',
  })
  link: string | null = null;
}

@Resolver()
export class CopyInvitationLinkMutation {
  @decider('users.invite')
  @Mutation(() => CopyInvitationLinkPayload, {
    description:
      'Shows the link of an open invitation, to pass it on some other way (SW-15); only the person with the invited address can use it. Who was shown it is written down. Without an open invitation INVITATION_ENDED, an expired one INVITATION_EXPIRED; a promise beyond one’s own role and permissions is not shown (ROLE_NOT_GRANTABLE, PERMISSION_NOT_GRANTABLE). Needs users.invite. Writes InvitationLinkCopied.',
  })
  async copyInvitationLink(
    @Arg('input', () => CopyInvitationLinkInput, { description: 'What to do.' })
    input: CopyInvitationLinkInput,
    @Ctx() context: RequestContext,
  ): Promise<CopyInvitationLinkPayload> {
    const { accountId, userId } = input;
    let shown: string | null = null;
    const payload = await runMutation({
      context,
      input,
      payload: CopyInvitationLinkPayload,
      act: async ({ fingerprintOf: _, ...options }) => {
        const { outcome, link } = await context.application.invitations.copyLink({
          ...options,
          accountId,
          userId,
        });
        shown = link;
        return outcome;
      },
      read: readMembership(context, () => userId),
      done: (answer) => `This is the link for ${nameOf(answer)}.`,
    });
    payload.link = shown;
    return payload;
  }
}
