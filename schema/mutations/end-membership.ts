import { MaxLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { ConfirmationGiven, EndMembership, Successors } from '../../src/domain/account/commands.js';
import type { RequestContext } from '../context.js';
import { dutyFrom, ResponsibilityInput } from '../types/responsibility.js';
import { type MembershipPayload, readMembership } from './membership-payload.js';
import { AccountMutationInput } from './mutation-input.js';
import { runOnAccount } from './run-mutation.js';

@InputType({ description: 'Who takes over one contact duty.' })
export class SuccessorInput {
  @Field(() => ResponsibilityInput, { description: 'The duty.' })
  responsibility!: ResponsibilityInput;

  @Field(() => ID, { description: 'Who takes it over: another active member of the account (SO-17, SO-18).' })
  userId!: string;
}

@InputType({ description: 'Who takes over the contact duties; one for all, or one each, or both (SO-24).' })
export class SuccessorsInput {
  @Field(() => ID, { nullable: true, description: 'Takes over every duty that `each` does not name.' })
  forAll?: string | null;

  @Field(() => [SuccessorInput], {
    nullable: true,
    defaultValue: [],
    description: 'Duty by duty, at most 1,000 (SO-11, SO-12).',
  })
  each?: SuccessorInput[] | null;
}

@InputType({ description: 'What an account may ask for, so that a slip of the hand changes nothing (SO-8).' })
export abstract class ConfirmedInput extends AccountMutationInput {
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'The person said yes.' })
  confirmed?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The `token` of an offboardingPreview; STALE_PREVIEW when one of the facts it showed has changed.',
  })
  @MaxLength(200, { message: 'previewToken is not the token of a preview' })
  previewToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the operation, typed by the person, like DEACTIVATE.',
  })
  @MaxLength(100, { message: 'phrase has at most 100 characters' })
  phrase?: string | null;
}

@InputType({ description: 'Ends one’s own membership.' })
export abstract class EndOwnMembershipInput extends ConfirmedInput {
  @Field(() => SuccessorsInput, {
    nullable: true,
    description:
      'Who takes over; needed while the person holds contact duties and the policy asks for it (SO-9).',
  })
  @ValidateNested()
  successors?: SuccessorsInput | null;
}

@InputType({ description: 'Ends somebody’s membership.' })
export abstract class EndMembershipInput extends EndOwnMembershipInput {
  @Field(() => ID, { description: 'The user; the person, not the membership.' })
  userId!: string;
}

export const confirmationFrom = ({ confirmed, previewToken, phrase }: ConfirmedInput): ConfirmationGiven => ({
  confirmed: confirmed ?? false,
  previewToken: previewToken ?? null,
  phrase: phrase ?? null,
});

/** @throws BAD_USER_INPUT when kind and application of a duty do not go together */
export function successorsFrom(
  input: SuccessorsInput | null | undefined,
  field = 'input.successors',
): Successors {
  const each = (input?.each ?? []).map(({ responsibility, userId }, index) => ({
    responsibility: dutyFrom(responsibility, `${field}.each.${index}.responsibility`),
    userId,
  }));
  return { forAll: input?.forAll ?? null, each };
}

interface EndMembershipRun<P extends MembershipPayload> {
  readonly context: RequestContext;
  readonly input: EndOwnMembershipInput;
  readonly payload: new () => P;
  readonly type: EndMembership['type'];
  readonly userId: string;
  readonly done: (payload: P) => string;
}

/** Remove, leave, deactivate and delete differ in their name only. */
export async function endMembership<P extends MembershipPayload>(run: EndMembershipRun<P>): Promise<P> {
  const { context, input, payload, type, userId, done } = run;
  return runOnAccount({
    context,
    input,
    payload,
    command: {
      type,
      userId,
      confirmation: confirmationFrom(input),
      successors: successorsFrom(input.successors),
    },
    read: readMembership(context, () => userId),
    done,
  });
}
