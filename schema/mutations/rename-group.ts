import { MaxLength } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Which group, and the new name.' })
export class RenameGroupInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => String, {
    description: '1 to 200 characters, one line; unique in the account without regard to case.',
  })
  @MaxLength(200, { message: 'name has at most 200 characters' })
  name!: string;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to renameGroup.' })
export class RenameGroupPayload extends GroupPayload {}

@Resolver()
export class RenameGroupMutation {
  @decider('users.edit')
  @Mutation(() => RenameGroupPayload, {
    description: 'Gives a group another name. Needs users.edit. Writes GroupRenamed.',
  })
  renameGroup(
    @Arg('input', () => RenameGroupInput, { description: 'What to do.' }) input: RenameGroupInput,
    @Ctx() context: RequestContext,
  ): Promise<RenameGroupPayload> {
    return runOnAccount({
      context,
      input,
      payload: RenameGroupPayload,
      command: { type: 'renameGroup', groupId: input.groupId, name: input.name },
      read: readGroup(context, () => input.groupId),
      done: () => `The group is called ${input.name} now.`,
    });
  }
}
