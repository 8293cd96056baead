import { MaxLength, ValidateNested } from 'class-validator';
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { EndingOperation as Operation } from '../../src/domain/account/policy.js';
import { decider, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { EndingOperation } from '../enums.js';
import { type FieldPath, inInput } from '../types/user-error.js';
import { type BulkFields, isSuccessor } from './bulk-field.js';
import { BulkPayload } from './bulk-payload.js';
import { SuccessorsInput, successorsFrom } from './end-membership.js';
import { MutationInput } from './mutation-input.js';
import { runBulk } from './run-bulk.js';

@InputType({ description: 'Who takes over in one account.' })
export class AccountSuccessorsInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => SuccessorsInput, { description: 'Who takes over there.' })
  @ValidateNested()
  successors!: SuccessorsInput;
}

@InputType({ description: 'The token that one account asks for.' })
export class AccountPreviewTokenInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => String, {
    description:
      'The `token` that endEverywherePreview gave for this account; STALE_PREVIEW when one of the facts it is bound to has changed.',
  })
  @MaxLength(200, { message: 'previewToken is not the token of a preview' })
  previewToken!: string;
}

@InputType({ description: 'Whom, how, and every confirmation that one of the accounts may ask for.' })
export class EndEverywhereInput extends MutationInput {
  @Field(() => ID, { description: 'The user; the person, not a membership.' })
  userId!: string;

  @Field(() => EndingOperation, {
    nullable: true,
    description:
      'What to do in every account. Default: what each account offers, REMOVE where it does, else DEACTIVATE. Where the person has only been invited, the invitation is revoked, unless DELETE is asked for and can be done.',
  })
  operation?: Operation | null;

  @Field(() => [AccountSuccessorsInput], {
    nullable: true,
    description: 'Who takes the contact duties over, account by account (SO-9); at most 1,000.',
  })
  @ValidateNested()
  successors?: AccountSuccessorsInput[] | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'The person said yes.' })
  confirmed?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description:
      'END EVERYWHERE, typed by the person: it does for every account that asks for a TYPED_PHRASE. The name of an operation, like DEACTIVATE, does only where that is what is done.',
  })
  @MaxLength(100, { message: 'phrase has at most 100 characters' })
  phrase?: string | null;

  @Field(() => [AccountPreviewTokenInput], {
    nullable: true,
    description:
      'Tokens of an endEverywherePreview, account by account, for those whose confirmation is PREVIEW_TOKEN; at most 1,000. Those of other accounts are passed over.',
  })
  @ValidateNested()
  previewTokens?: AccountPreviewTokenInput[] | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, implements: BulkPayload, description: 'Answer to endEverywhere.' })
export class EndEverywherePayload extends BulkPayload {}

@Resolver()
export class EndEverywhereMutation {
  @decider('bulk.run')
  @Mutation(() => EndEverywherePayload, {
    description:
      'Takes one person out of every account that the caller may do it in: what a partner asks for on somebody’s last day. Each account decides for itself, in an append of its own; nothing is atomic over several accounts. Open and expired invitations are revoked, so that no link leads back in; one that the caller may not revoke is refused, and `message` says that it is still open. Accounts the caller may not see are neither touched nor told of. What each asks to be confirmed, endEverywherePreview tells; `confirmed`, `phrase` and `previewTokens` together satisfy all of them in one call. Needs bulk.run in each account beside what the operation itself needs.',
  })
  endEverywhere(
    @Arg('input', () => EndEverywhereInput, { description: 'What to do.' }) input: EndEverywhereInput,
    @Ctx() context: RequestContext,
  ): Promise<EndEverywherePayload> {
    const { userId, operation, confirmed, phrase, previewTokens } = input;
    const successors = (input.successors ?? []).map((given, index) => ({
      accountId: given.accountId,
      successors: successorsFrom(given.successors, `input.successors.${index}.successors`),
    }));
    return runBulk({
      context,
      input,
      fields: fieldsOf(input),
      payload: EndEverywherePayload,
      act: (options) =>
        context.application.bulk.endEverywhere({
          ...options,
          userId,
          successors,
          operation: operation ?? null,
          confirmed: confirmed ?? false,
          phrase: phrase ?? null,
          previewTokens: previewTokens ?? [],
        }),
      done: 'ended',
      counted: { one: 'membership', many: 'memberships' },
    });
  }
}

/** The accounts are found, not named: only their successors are. */
function fieldsOf(input: EndEverywhereInput): BulkFields {
  const ofAccount = (accountId: string, field: string) => {
    const at = (input.successors ?? []).findIndex((given) => given.accountId === accountId);
    return at === -1 ? 'input.successors' : `input.successors.${at}.${field}`;
  };
  return {
    ofWhole: ofPerson,
    ofItem: (accountId) => (field) => (isSuccessor(field) ? ofAccount(accountId, field) : ofPerson(field)),
  };
}

const ofPerson: FieldPath = (field) =>
  field === 'accountId' || field === 'items' || field === 'previewToken' ? 'input.userId' : inInput(field);
