import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { GroupRole as GroupRoleName } from '../../src/domain/account/events.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { GroupRole } from '../enums.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { GroupPayload, readGroup } from './group-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose role, in which group.' })
export class ChangeGroupRoleInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => ID, { description: 'The person; an active member of the account.' })
  userId!: string;

  @Field(() => GroupRole, { description: 'The new role in the group.' })
  role!: GroupRoleName;

  @Field(() => GroupRole, {
    nullable: true,
    description:
      'The role the caller believes the user has; another one gives STALE_VALUE. Default: whatever it is.',
  })
  expectedRole?: GroupRoleName | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to changeGroupRole.' })
export class ChangeGroupRolePayload extends GroupPayload {}

@Resolver()
export class ChangeGroupRoleMutation {
  @decider('users.edit')
  @Mutation(() => ChangeGroupRolePayload, {
    description:
      'Changes what somebody is in a group. A directory’s member gives MANAGED_EXTERNALLY, as the policy says (PP-15). Needs users.edit. Writes GroupRoleChanged.',
  })
  changeGroupRole(
    @Arg('input', () => ChangeGroupRoleInput, { description: 'What to do.' }) input: ChangeGroupRoleInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeGroupRolePayload> {
    return runOnAccount({
      context,
      input,
      payload: ChangeGroupRolePayload,
      command: {
        type: 'changeGroupRole',
        groupId: input.groupId,
        userId: input.userId,
        role: input.role,
        expectedRole: input.expectedRole ?? null,
      },
      read: readGroup(context, () => input.groupId),
      done: () => `The user is ${input.role} of the group now.`,
    });
  }
}
