import { MaxLength, ValidateNested } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { AccountKind as Kind } from '../../src/domain/account/events.js';
import { type PolicyPreset as Preset, presets } from '../../src/domain/account/policy.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { AccountKind, PolicyPreset } from '../enums.js';
import { AccountPolicyInput, policyFrom } from '../types/account-policy.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountPayload, readAccount } from './account-payload.js';
import { MutationInput } from './mutation-input.js';
import { PersonInput, personFrom } from './person-input.js';
import { runMutation } from './run-mutation.js';

@InputType({ description: 'The new account.' })
export class CreateAccountInput extends MutationInput {
  @Field(() => String, { description: '1 to 200 characters, one line, no link or e-mail address.' })
  @MaxLength(200, { message: 'name has at most 200 characters' })
  name!: string;

  @Field(() => AccountKind, { nullable: true, defaultValue: 'STANDARD', description: 'What it is for.' })
  kind?: Kind | null;

  @Field(() => PolicyPreset, {
    nullable: true,
    defaultValue: 'DEFAULT',
    description: 'The rules to start from.',
  })
  preset?: Preset | null;

  @Field(() => AccountPolicyInput, { nullable: true, description: 'Rules that differ from the preset.' })
  @ValidateNested()
  policy?: AccountPolicyInput | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The account whose members act on this one; of kind OPERATOR. Default: the root operator account.',
  })
  operatorAccountId?: string | null;

  @Field(() => PersonInput, { nullable: true, description: 'Its first owner; may also be added later.' })
  @ValidateNested()
  owner?: PersonInput | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to createAccount.' })
export class CreateAccountPayload extends AccountPayload {}

@Resolver()
export class CreateAccountMutation {
  @decider('accounts.create')
  @Mutation(() => CreateAccountPayload, {
    description:
      'Opens an account, with its policy and perhaps its first owner. Needs accounts.create in the root operator account. Writes AccountOpened, and UserAdded for the owner.',
  })
  async createAccount(
    @Arg('input', () => CreateAccountInput, { description: 'What to do.' }) input: CreateAccountInput,
    @Ctx() context: RequestContext,
  ): Promise<CreateAccountPayload> {
    const { name, operatorAccountId } = input;
    const kind = input.kind ?? 'STANDARD';
    const preset = input.preset ?? 'DEFAULT';
    const owner = input.owner == null ? null : personFrom(input.owner, 'input.owner');
    const policy = policyFrom(presets[preset], input.policy);
    return runMutation({
      context,
      input,
      payload: CreateAccountPayload,
      act: ({ fingerprintOf: _, ...options }) =>
        context.application.openAccount({
          ...options,
          name,
          kind,
          preset,
          policy,
          owner,
          operatorAccountId: operatorAccountId ?? null,
        }),
      read: readAccount(context),
      done: () => `The account ${name.trim()} has been created.`,
    });
  }
}
