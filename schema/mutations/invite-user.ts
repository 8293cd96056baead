import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { JoinInput, joiningFrom } from './join-input.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Whom to invite, and what they are promised.' })
export class InviteUserInput extends JoinInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to inviteUser.' })
export class InviteUserPayload extends MembershipPayload {}

@Resolver()
export class InviteUserMutation {
  @decider('users.invite')
  @Mutation(() => InviteUserPayload, {
    description:
      'Asks a person in by mail; the link can be accepted once, by whoever has the verified address, for as long as `invitationTtlSeconds` of the policy says (SW-15). Whoever was removed comes back under the same membership. Nobody promises a role or permission beyond his own. Somebody already in gives ALREADY_MEMBER or ALREADY_INVITED, no group where one is asked for GROUP_REQUIRED (SW-16), a full account SEAT_LIMIT_EXCEEDED where invitations hold seats; somebody who was sent an invitation to the account within the last 60 s TOO_SOON with `availableAt`. Whoever comes as an operator does not invite himself where others have ended his membership (TARGET_OUTRANKS_ACTOR). A machine (kind SERVICE) is added, not invited. Needs users.invite. Writes UserInvited; the mail goes out afterwards.',
  })
  async inviteUser(
    @Arg('input', () => InviteUserInput, { description: 'What to do.' }) input: InviteUserInput,
    @Ctx() context: RequestContext,
  ): Promise<InviteUserPayload> {
    const joining = joiningFrom(input);
    return runMutation({
      context,
      input,
      payload: InviteUserPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.invitations.invite({ ...options, ...joining }),
      read: readMembership(context, invitedBy),
      done: (payload) => `${nameOf(payload)} has been invited.`,
    });
  }
}

/** The person may have been made on the way. */
function invitedBy(outcome: Outcome): string | null {
  const events = 'events' in outcome ? outcome.events : [];
  return events.find((event) => event.type === 'UserInvited')?.data.userId ?? null;
}
