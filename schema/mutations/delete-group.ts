import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which group.' })
export class DeleteGroupInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to deleteGroup.' })
export class DeleteGroupPayload extends GroupPayload {}

@Resolver()
export class DeleteGroupMutation {
  @decider('users.edit')
  @Mutation(() => DeleteGroupPayload, {
    description:
      'Deletes a group; everyone is out of it, and nobody out of the account. Groups nested in it must go first. Needs users.edit. Writes GroupDeleted.',
  })
  deleteGroup(
    @Arg('input', () => DeleteGroupInput, { description: 'What to do.' }) input: DeleteGroupInput,
    @Ctx() context: RequestContext,
  ): Promise<DeleteGroupPayload> {
    return runOnAccount({
      context,
      input,
      payload: DeleteGroupPayload,
      command: { type: 'deleteGroup', groupId: input.groupId },
      read: readGroup(context, () => input.groupId),
      done: () => 'The group has been deleted.',
    });
  }
}
