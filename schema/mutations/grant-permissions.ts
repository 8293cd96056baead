import { ArrayMaxSize, ArrayNotEmpty, MaxLength } from 'class-validator';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Whose permissions, and which.' })
export class GrantPermissionsInput extends MemberMutationInput {
  @Field(() => [String], {
    description:
      'Atoms like `users.manage`, or words of your own like `app-store`: 1 to 100, each of 1 to 64 lower-case letters and digits joined by `.`, `_`, `:` or `-`. A word that is nearly an atom, like `user.read`, is refused with INVALID_INPUT, naming the atom.',
  })
  @ArrayNotEmpty({ message: 'permissions must name at least one' })
  @ArrayMaxSize(100, { message: 'permissions has at most 100 items' })
  @MaxLength(64, { each: true, message: 'each of permissions has at most 64 characters' })
  permissions!: string[];
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to grantPermissions.',
})
export class GrantPermissionsPayload extends MembershipPayload {}

@Resolver()
export class GrantPermissionsMutation {
  @decider('users.edit')
  @Mutation(() => GrantPermissionsPayload, {
    description:
      'Grants single permissions to a member, beside those of the role (SO-21). Needs users.edit; nobody gives an atom he does not hold. Writes PermissionsGranted.',
  })
  grantPermissions(
    @Arg('input', () => GrantPermissionsInput, { description: 'What to do.' }) input: GrantPermissionsInput,
    @Ctx() context: RequestContext,
  ): Promise<GrantPermissionsPayload> {
    return runOnAccount({
      context,
      input,
      payload: GrantPermissionsPayload,
      command: { type: 'grantPermissions', userId: input.userId, permissions: input.permissions },
      read: readMembership(context, () => input.userId),
      done: (payload) => `${nameOf(payload)} has been given ${input.permissions.join(', ')}.`,
    });
  }
}
