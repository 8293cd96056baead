import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which group, and where to.' })
export class MoveGroupInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => ID, { nullable: true, description: 'The group to nest it in; null or left out: top level.' })
  parentId?: string | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to moveGroup.' })
export class MoveGroupPayload extends GroupPayload {}

@Resolver()
export class MoveGroupMutation {
  @decider('users.edit')
  @Mutation(() => MoveGroupPayload, {
    description:
      'Nests a group in another one, or puts it at the top level. Needs users.edit. Writes GroupMoved.',
  })
  moveGroup(
    @Arg('input', () => MoveGroupInput, { description: 'What to do.' }) input: MoveGroupInput,
    @Ctx() context: RequestContext,
  ): Promise<MoveGroupPayload> {
    return runOnAccount({
      context,
      input,
      payload: MoveGroupPayload,
      command: { type: 'moveGroup', groupId: input.groupId, parentId: input.parentId ?? null },
      read: readGroup(context, () => input.groupId),
      done: () => 'The group has been moved.',
    });
  }
}
