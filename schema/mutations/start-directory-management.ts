import { MaxLength, MinLength } from 'class-validator';
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { MemberMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Who is managed, and by which directory.' })
export class StartDirectoryManagementInput extends MemberMutationInput {
  @Field(() => String, {
    description:
      'The directory’s own name, like `entra`: 1 to 64 lower-case letters, digits, dots, underscores and hyphens. No personal data: it is never erased.',
  })
  @MinLength(1, { message: 'directory must not be empty' })
  @MaxLength(64, { message: 'directory has at most 64 characters' })
  directory!: string;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to startDirectoryManagement.',
})
export class StartDirectoryManagementPayload extends MembershipPayload {}

@Resolver()
export class StartDirectoryManagementMutation {
  @decider('users.edit')
  @Mutation(() => StartDirectoryManagementPayload, {
    description:
      'States that a directory owns this member’s state from now on: under LOCAL_CHANGES_FORBIDDEN people’s changes give MANAGED_EXTERNALLY, and only a SERVICE makes them (PP-15). Another directory takes the place of the one before. Only for a member of kind SERVICE with users.edit, by an operator account. Writes DirectoryManagementStarted.',
  })
  startDirectoryManagement(
    @Arg('input', () => StartDirectoryManagementInput, { description: 'What to do.' })
    input: StartDirectoryManagementInput,
    @Ctx() context: RequestContext,
  ): Promise<StartDirectoryManagementPayload> {
    const { userId, directory } = input;
    return runOnAccount({
      context,
      input,
      payload: StartDirectoryManagementPayload,
      command: { type: 'startDirectoryManagement', userId, directory },
      read: readMembership(context, () => userId),
      done: (payload) => `${nameOf(payload)} is managed in ${directory} now.`,
    });
  }
}
