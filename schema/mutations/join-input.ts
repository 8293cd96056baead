import { ArrayMaxSize, MaxLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { PersonReference } from '../../src/application/application.js';
import type { MemberKind as Kind, Role as RoleName } from '../../src/domain/account/roles.js';
import { MemberKind, Role } from '../enums.js';
import { AccountMutationInput } from './mutation-input.js';
import { PersonInput, personFrom } from './person-input.js';

@InputType({ description: 'Who comes into an account, and as what.' })
export abstract class JoinInput extends AccountMutationInput {
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

interface Joining {
  readonly accountId: string;
  readonly person: PersonReference;
  readonly kind: Kind;
  readonly role: RoleName;
  readonly permissions: readonly string[];
  readonly groupIds: readonly string[];
}

/** @throws BAD_USER_INPUT when the person is not named in exactly one way */
export function joiningFrom(input: JoinInput): Joining {
  return {
    accountId: input.accountId,
    person: personFrom(input.person, 'input.person'),
    kind: input.kind ?? 'STANDARD',
    role: input.role,
    permissions: input.permissions ?? [],
    groupIds: input.groupIds ?? [],
  };
}
