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
export class AcceptInvitationInput extends AnswerInvitationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to acceptInvitation.',
})
export class AcceptInvitationPayload extends AnswerInvitationPayload {}

@Resolver()
export class AcceptInvitationMutation {
  @decider('self')
  @Mutation(() => AcceptInvitationPayload, {
    description:
      'Comes into the account that the link invites to, with what it promises (SW-15). Any signed-in person may ask; the verified e-mail address of the token must be the one invited, or INVITATION_FOR_ANOTHER_ADDRESS. Once only: accepting again is UNCHANGED. An older link gives INVITATION_SUPERSEDED, one past its term INVITATION_EXPIRED, one that was revoked, declined or ended by a removal INVITATION_ENDED (SW-8), a full account SEAT_LIMIT_EXCEEDED where invitations hold no seats. A refusal says nothing of the account: no numbers, no rule, no policy version. Promised groups that are gone are named in the event. Writes InvitationAccepted, and GroupMemberAdded.',
  })
  acceptInvitation(
    @Arg('input', () => AcceptInvitationInput, { description: 'What to do.' }) input: AcceptInvitationInput,
    @Ctx() context: RequestContext,
  ): Promise<AcceptInvitationPayload> {
    const answered = answeredFrom(input, context);
    return runMutation({
      context,
      input,
      payload: AcceptInvitationPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.invitations.accept({ ...options, ...answered }),
      read: readAnswered(context),
      done: ({ account }) => (account === null ? 'You have accepted.' : `You are in ${account.name} now.`),
    });
  }
}
