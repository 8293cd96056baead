import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose access to end.' })
export class TerminateSessionInput extends MemberMutationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to terminateSession.',
})
export class TerminateSessionPayload extends MembershipPayload {}

@Resolver()
export class TerminateSessionMutation {
  @decider('users.manage')
  @Mutation(() => TerminateSessionPayload, {
    description:
      'Ends the access that outlasts a deactivation now, without waiting for the session to end (D3-23). UNCHANGED when there is none. Needs users.manage or the role ADMIN, as the policy says. Writes SessionAccessEnded with cause TERMINATED.',
  })
  terminateSession(
    @Arg('input', () => TerminateSessionInput, { description: 'What to do.' }) input: TerminateSessionInput,
    @Ctx() context: RequestContext,
  ): Promise<TerminateSessionPayload> {
    return runOnAccount({
      context,
      input,
      payload: TerminateSessionPayload,
      command: { type: 'terminateSession', userId: input.userId },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} has no access any more.`,
    });
  }
}
