import { MaxLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { BulkRequest } from '../../src/application/application.js';
import type { BulkErrorPolicy as ErrorPolicy } from '../../src/domain/bulk/events.js';
import { badInput } from '../api-error.js';
import { BulkErrorPolicy } from '../bulk-enums.js';
import { takesUpTo } from '../list-size.js';
import { checkSelection, MAX_SELECTED, MAX_WITH_TOKENS } from '../selection.js';
import { SuccessorsInput, successorsFrom } from './end-membership.js';
import { MutationInput } from './mutation-input.js';

@InputType({ description: 'One person of a selection, with the token of a bulkPreview.' })
export class BulkItemInput {
  @Field(() => ID, { description: 'The user; the person, not the membership.' })
  userId!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The `token` that bulkPreview or offboardingPreview gave for this person; STALE_PREVIEW when one of the facts it is bound to has changed. What the same append does to people before this one does not count.',
  })
  @MaxLength(200, { message: 'previewToken is not the token of a preview' })
  previewToken?: string | null;
}

@InputType({ description: 'People of one account: `users`, or `items` where tokens go with them.' })
export class BulkSelectionInput {
  @Field(() => ID, { description: 'The account; named once in a selection.' })
  accountId!: string;

  @takesUpTo(MAX_SELECTED)
  @Field(() => [ID], { nullable: true, description: 'The users, each once. Give this or `items`.' })
  users?: string[] | null;

  @takesUpTo(MAX_WITH_TOKENS)
  @Field(() => [BulkItemInput], {
    nullable: true,
    description:
      'The users with their preview tokens, each once; at most 1,000 in one request, as many as one bulkPreview gives tokens for. Give this or `users`.',
  })
  @ValidateNested()
  items?: BulkItemInput[] | null;

  @Field(() => SuccessorsInput, {
    nullable: true,
    description:
      'Who takes over in this account, whichever of its people hold the duties (SO-9, SO-24); `each` may name duties of all of them.',
  })
  @ValidateNested()
  successors?: SuccessorsInput | null;
}

/** What every bulk mutation that names its people takes. */
@InputType({ description: 'Fields of every bulk mutation.' })
export abstract class BulkInput extends MutationInput {
  @Field(() => [BulkSelectionInput], {
    description: `Whom, account by account (PP-7); at most ${MAX_SELECTED} people in 1000 accounts in one request. Each account’s own bulkLimit, mostly 1,000, is held against the whole selection (PP-13).`,
  })
  @ValidateNested()
  selection!: BulkSelectionInput[];

  @Field(() => BulkErrorPolicy, {
    nullable: true,
    defaultValue: 'REJECT_FAILED_ITEMS',
    description: 'What one refusal means for the others.',
  })
  errorPolicy?: ErrorPolicy | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'The person said yes.' })
  confirmed?: boolean | null;

  @Field(() => String, {
    nullable: true,
    description: 'The name of the operation, typed by the person, like DEACTIVATE (PP-13).',
  })
  @MaxLength(100, { message: 'phrase has at most 100 characters' })
  phrase?: string | null;
}

type BulkChoice = Pick<BulkRequest, 'errorPolicy' | 'selection' | 'confirmed' | 'phrase'>;

/** @throws BAD_USER_INPUT for a selection that is empty, doubled or too large */
export function bulkChoiceFrom(input: BulkInput): BulkChoice {
  const withTokens = input.selection.reduce((sum, { items }) => sum + (items?.length ?? 0), 0);
  if (withTokens > MAX_WITH_TOKENS)
    throw badInput(
      'input.selection',
      `input.selection names ${withTokens} people in items; one request takes at most ${MAX_WITH_TOKENS}`,
    );
  const selection = input.selection.map((part, index) => selectionFrom(part, `input.selection.${index}`));
  checkSelection(
    selection.map(({ accountId, items }, index) => ({
      accountId,
      userIds: items.map(({ userId }) => userId),
      field: input.selection[index]?.items == null ? 'users' : 'items',
    })),
    'input.selection',
  );
  return {
    selection,
    errorPolicy: input.errorPolicy ?? 'REJECT_FAILED_ITEMS',
    confirmed: input.confirmed ?? false,
    phrase: input.phrase ?? null,
  };
}

function selectionFrom(
  { accountId, users, items, successors }: BulkSelectionInput,
  field: string,
): BulkChoice['selection'][number] {
  if ((users == null) === (items == null))
    throw badInput(`${field}.users`, `${field} needs either users or items`);
  return {
    accountId,
    items:
      items?.map(({ userId, previewToken }) => ({ userId, previewToken: previewToken ?? null })) ??
      users?.map((userId) => ({ userId, previewToken: null })) ??
      [],
    successors: successorsFrom(successors, `${field}.successors`),
  };
}
