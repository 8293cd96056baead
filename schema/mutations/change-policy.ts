import { Min, ValidateNested } from 'class-validator';
import { Arg, Ctx, Field, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type PolicyPreset as Preset, presets } from '../../src/domain/account/policy.js';
import { decider, throughParent } from '../access.js';
import { badInput } from '../api-error.js';
import type { RequestContext } from '../context.js';
import { PolicyPreset } from '../enums.js';
import { AccountPolicyInput, policyFrom } from '../types/account-policy.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { AccountPayload, readAccount } from './account-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'The new rules.' })
export class ChangePolicyInput extends AccountMutationInput {
  @Field(() => PolicyPreset, {
    nullable: true,
    description: 'Start again from this preset. Default: start from the rules as they are.',
  })
  preset?: Preset | null;

  @Field(() => AccountPolicyInput, { nullable: true, description: 'Rules that differ from where it starts.' })
  @ValidateNested()
  policy?: AccountPolicyInput | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The `policyVersion` the caller has seen, from 1; another one gives STALE_VALUE.',
  })
  @Min(1, { message: 'expectedPolicyVersion must be at least 1' })
  expectedPolicyVersion?: number | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: MutationPayload, description: 'Answer to changePolicy.' })
export class ChangePolicyPayload extends AccountPayload {}

@Resolver()
export class ChangePolicyMutation {
  @decider('policy.write')
  @Mutation(() => ChangePolicyPayload, {
    description:
      'Changes the rules of an account. Every rule holds from the next decision on; earlier decisions keep the version they were made under. Refused with the list when the present state would violate the new rules: CONTACT_WOULD_BE_VACANT, SEAT_LIMIT_EXCEEDED. Needs policy.write. Writes PolicyChanged.',
  })
  async changePolicy(
    @Arg('input', () => ChangePolicyInput, { description: 'What to do.' }) input: ChangePolicyInput,
    @Ctx() context: RequestContext,
  ): Promise<ChangePolicyPayload> {
    const { preset, policy } = input;
    if (preset == null && policy == null)
      throw badInput('input.policy', 'input needs a preset, a policy or both');
    const now = context.rights.maySee(input.accountId) ? context.reads.account(input.accountId) : null;
    // Rules that start from those of now hold only if they still are: another change in between must be seen first.
    const seenVersion = preset == null ? (now?.policyVersion ?? null) : null;
    return runOnAccount({
      context,
      input,
      payload: ChangePolicyPayload,
      command: {
        type: 'changePolicy',
        preset: preset ?? now?.preset ?? 'DEFAULT',
        policy: policyFrom(preset == null ? (now?.policy ?? presets.DEFAULT) : presets[preset], policy),
        expectedPolicyVersion: input.expectedPolicyVersion ?? seenVersion,
      },
      read: readAccount(context),
      done: () => 'The policy has been changed.',
    });
  }
}
