import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { GroupRole as GroupRoleName } from '../../src/domain/account/events.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { GroupRole } from '../enums.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whom, and into which group.' })
export class AddGroupMemberInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => ID, { description: 'The person; an active member of the account.' })
  userId!: string;

  @Field(() => GroupRole, {
    nullable: true,
    defaultValue: 'MEMBER',
    description: 'What the person is in the group.',
  })
  role?: GroupRoleName | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to addGroupMember.' })
export class AddGroupMemberPayload extends GroupPayload {}

@Resolver()
export class AddGroupMemberMutation {
  @decider('users.edit')
  @Mutation(() => AddGroupMemberPayload, {
    description:
      'Puts a member of the account into a group. A directory’s member gives MANAGED_EXTERNALLY, as the policy says (PP-15). Needs users.edit. Writes GroupMemberAdded.',
  })
  addGroupMember(
    @Arg('input', () => AddGroupMemberInput, { description: 'What to do.' }) input: AddGroupMemberInput,
    @Ctx() context: RequestContext,
  ): Promise<AddGroupMemberPayload> {
    return runOnAccount({
      context,
      input,
      payload: AddGroupMemberPayload,
      command: {
        type: 'addGroupMember',
        groupId: input.groupId,
        userId: input.userId,
        role: input.role ?? 'MEMBER',
      },
      read: readGroup(context, () => input.groupId),
      done: () => 'The user has been added to the group.',
    });
  }
}
