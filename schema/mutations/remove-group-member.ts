import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whom, and out of which group.' })
export class RemoveGroupMemberInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => ID, { description: 'The person.' })
  userId!: string;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to removeGroupMember.',
})
export class RemoveGroupMemberPayload extends GroupPayload {}

@Resolver()
export class RemoveGroupMemberMutation {
  @decider('users.edit')
  @Mutation(() => RemoveGroupMemberPayload, {
    description:
      'Takes somebody out of one group; the membership of the account stays (SW-17). A directory’s member gives MANAGED_EXTERNALLY, as the policy says (PP-15). Needs users.edit. Writes GroupMemberRemoved.',
  })
  removeGroupMember(
    @Arg('input', () => RemoveGroupMemberInput, { description: 'What to do.' }) input: RemoveGroupMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<RemoveGroupMemberPayload> {
    return runOnAccount({
      context,
      input,
      payload: RemoveGroupMemberPayload,
      command: { type: 'removeGroupMember', groupId: input.groupId, userId: input.userId },
      read: readGroup(context, () => input.groupId),
      done: () => 'The user has been taken out of the group.',
    });
  }
}
