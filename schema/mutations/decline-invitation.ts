import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import {
  AnswerInvitationInput,
  AnswerInvitationPayload,
  answeredFrom,
  readAnswered,
} from './answer-invitation.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Which invitation.' })
export class DeclineInvitationInput extends AnswerInvitationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to declineInvitation.',
})
export class DeclineInvitationPayload extends AnswerInvitationPayload {}

@Resolver()
export class DeclineInvitationMutation {
  @decider('self')
  @Mutation(() => DeclineInvitationPayload, {
    description:
      'Says no to an invitation: every link of it is dead and its seat free; whoever invites may ask again (SW-15). Any signed-in person may ask; the verified e-mail address of the token must be the one invited, or INVITATION_FOR_ANOTHER_ADDRESS. Declining again is UNCHANGED, also after the invitation ended some other way without being accepted. Writes InvitationDeclined.',
  })
  declineInvitation(
    @Arg('input', () => DeclineInvitationInput, { description: 'What to do.' }) input: DeclineInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<DeclineInvitationPayload> {
    const answered = answeredFrom(input, context);
    return runMutation({
      context,
      input,
      payload: DeclineInvitationPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.invitations.decline({ ...options, ...answered }),
      read: readAnswered(context),
      done: () => 'You have declined the invitation.',
    });
  }
}
