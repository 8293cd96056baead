import { Arg, Ctx, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Who is no longer managed.' })
export class EndDirectoryManagementInput extends MemberMutationInput {}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to endDirectoryManagement.',
})
export class EndDirectoryManagementPayload extends MembershipPayload {}

@Resolver()
export class EndDirectoryManagementMutation {
  @decider('users.edit')
  @Mutation(() => EndDirectoryManagementPayload, {
    description:
      'States that no directory owns this member’s state any more (PP-15), also of one that has ended: from then on people may bring it back. UNCHANGED when none does. Only for a member of kind SERVICE with users.edit, by an operator account. Writes DirectoryManagementEnded.',
  })
  endDirectoryManagement(
    @Arg('input', () => EndDirectoryManagementInput, { description: 'What to do.' })
    input: EndDirectoryManagementInput,
    @Ctx() context: RequestContext,
  ): Promise<EndDirectoryManagementPayload> {
    return runOnAccount({
      context,
      input,
      payload: EndDirectoryManagementPayload,
      command: { type: 'endDirectoryManagement', userId: input.userId },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} is managed here again.`,
    });
  }
}
