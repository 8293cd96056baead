import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Role as RoleName } from '../../src/domain/account/roles.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Role } from '../enums.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose role, and which.' })
export class ChangeRoleInput extends MemberMutationInput {
  @Field(() => Role, { description: 'The new role.' })
  role!: RoleName;

  @Field(() => Role, {
    nullable: true,
    description:
      'The role the caller believes the user has; another one gives STALE_VALUE. Default: whatever it is.',
  })
  expectedRole?: RoleName | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to changeRole.' })
export class ChangeRolePayload extends MembershipPayload {}

@Resolver()
export class ChangeRoleMutation {
  @decider('users.edit')
  @Mutation(() => ChangeRolePayload, {
    description:
      'Changes what a member is. Needs users.edit; nobody gives a role above his own, and the last owner keeps his (D3-12, D3-15). Writes RoleChanged.',
  })
  changeRole(
    @Arg('input', () => ChangeRoleInput, { description: 'What to do.' }) input: ChangeRoleInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangeRolePayload> {
    return runOnAccount({
      context,
      input,
      payload: ChangeRolePayload,
      command: {
        type: 'changeRole',
        userId: input.userId,
        role: input.role,
        expectedRole: input.expectedRole ?? null,
      },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} is ${input.role} now.`,
    });
  }
}
