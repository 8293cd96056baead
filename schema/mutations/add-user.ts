import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { JoinInput, joiningFrom } from './join-input.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Whom to add, and as what.' })
export class AddUserInput extends JoinInput {}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to addUser.' })
export class AddUserPayload extends MembershipPayload {}

@Resolver()
export class AddUserMutation {
  @decider('users.invite')
  @Mutation(() => AddUserPayload, {
    description:
      'Adds a person, active at once; whoever was removed comes back under the same membership (SW-5). One person per e-mail address, across accounts. Machines are added by `identity`, with kind SERVICE, to operator accounts only. Somebody already in gives ALREADY_MEMBER or ALREADY_INVITED (SW-16), a full account SEAT_LIMIT_EXCEEDED (D3-25). Whoever comes as an operator does not add himself where others have ended his membership (TARGET_OUTRANKS_ACTOR). Needs users.invite. Writes UserAdded or UserRejoined, and GroupMemberAdded.',
  })
  async addUser(
    @Arg('input', () => AddUserInput, { description: 'What to do.' }) input: AddUserInput,
    @Ctx() context: RequestContext,
  ): Promise<AddUserPayload> {
    const joining = joiningFrom(input);
    return runMutation({
      context,
      input,
      payload: AddUserPayload,
      act: ({ fingerprintOf: _, ...options }) => context.application.addUser({ ...options, ...joining }),
      read: readMembership(context, addedBy),
      done: (payload) => `${nameOf(payload)} has been added.`,
    });
  }
}

/** The person may have been made on the way. */
function addedBy(outcome: Outcome): string | null {
  const events = 'events' in outcome ? outcome.events : [];
  for (const event of events)
    if (event.type === 'UserAdded' || event.type === 'UserRejoined') return event.data.userId;
  return null;
}
