import { MaxLength } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, groupCreatedBy, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'The new group.' })
export class CreateGroupInput extends AccountMutationInput {
  @Field(() => String, {
    description: '1 to 200 characters, one line; unique in the account without regard to case.',
  })
  @MaxLength(200, { message: 'name has at most 200 characters' })
  name!: string;

  @Field(() => ID, { nullable: true, description: 'The group to nest it in; null or left out: top level.' })
  parentId?: string | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to createGroup.' })
export class CreateGroupPayload extends GroupPayload {}

@Resolver()
export class CreateGroupMutation {
  @decider('users.edit')
  @Mutation(() => CreateGroupPayload, {
    description: 'Makes a group. Needs users.edit. Writes GroupCreated.',
  })
  createGroup(
    @Arg('input', () => CreateGroupInput, { description: 'What to do.' }) input: CreateGroupInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateGroupPayload> {
    return runOnAccount({
      context,
      input,
      payload: CreateGroupPayload,
      command: {
        type: 'createGroup',
        groupId: context.newId(),
        name: input.name,
        parentId: input.parentId ?? null,
      },
      read: readGroup(context, groupCreatedBy),
      done: () => `The group ${input.name} has been created.`,
    });
  }
}
