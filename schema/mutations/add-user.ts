import { ArrayMaxSize, MaxLength, ValidateNested } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import type { MemberKind as Kind, Role as RoleName } from '../../src/domain/account/roles.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MemberKind, Role } from '../enums.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { MembershipPayload, nameOf, readMembership } from './membership-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { PersonInput, personFrom } from './person-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'Whom to add, and as what.' })
export class AddUserInput extends AccountMutationInput {
  @Field(() => PersonInput, { description: 'The person.' })
  @ValidateNested()
  person!: PersonInput;

  @Field(() => MemberKind, { nullable: true, defaultValue: 'STANDARD', description: 'How they sign in.' })
  kind?: Kind | null;

  @Field(() => Role, {
    description: 'What they are to be; nobody gives a role above his own. A READER is a REVIEWER.',
  })
  role!: RoleName;

  @Field(() => [String], {
    nullable: true,
    defaultValue: [],
    description: 'Permissions granted singly, at most 100.',
  })
  @ArrayMaxSize(100, { message: 'permissions has at most 100 items' })
  @MaxLength(64, { each: true, message: 'each of permissions has at most 64 characters' })
  permissions?: string[] | null;

  @Field(() => [ID], {
    nullable: true,
    defaultValue: [],
    description: 'Groups to put them in, at most 100; at least one where the policy asks for it (SW-16).',
  })
  @ArrayMaxSize(100, { message: 'groupIds has at most 100 items' })
  groupIds?: string[] | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to addUser.' })
export class AddUserPayload extends MembershipPayload {}

@Resolver()
export class AddUserMutation {
  @decider('users.invite')
  @Mutation(() => AddUserPayload, {
    description:
      'Adds a person, active at once; whoever was removed comes back under the same membership (SW-5). One person per e-mail address, across accounts. Needs users.invite. Writes UserAdded or UserRejoined, and GroupMemberAdded.',
  })
  async addUser(
    @Arg('input', () => AddUserInput, { description: 'What to do.' }) input: AddUserInput,
    @Ctx() context: RequestContext,
  ): Promise<AddUserPayload> {
    const { accountId, role } = input;
    const kind = input.kind ?? 'STANDARD';
    const permissions = input.permissions ?? [];
    const groupIds = input.groupIds ?? [];
    const person = personFrom(input.person, 'input.person');
    return runMutation({
      context,
      input,
      payload: AddUserPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.addUser({ ...options, accountId, person, kind, role, permissions, groupIds }),
      read: readMembership(context, addedBy),
      done: (payload) => `${nameOf(payload)} has been added.`,
    });
  }
}

/** The person may have been made on the way. */
function addedBy(outcome: Outcome): string | null {
  const events = 'events' in outcome ? outcome.events : [];
  for (const event of events)
    if (event.type === 'UserAdded' || event.type === 'UserRejoined') return event.data.userId;
  return null;
}
