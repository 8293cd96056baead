import { Matches, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';

const MAX_KEY_CHARS = 200;

@InputType({ description: 'Why it is done; kept with every event of the mutation, for ever.' })
export class ReasonInput {
  @Field(() => String, { description: 'A short code of your own: 1 to 64 letters, digits, `.`, `_`, `-`.' })
  @Matches(/^[A-Za-z0-9._-]{1,64}$/, {
    message: 'code is 1 to 64 letters, digits, dots, underscores and hyphens',
  })
  code!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A reference in another system, at most 128 characters. No personal data: it is never erased.',
  })
  @MaxLength(128, { message: 'ticket has at most 128 characters' })
  ticket?: string | null;
}

/** What every mutation takes, besides its own fields. */
@InputType({ description: 'Fields of every mutation.' })
export abstract class MutationInput {
  @Field(() => String, {
    nullable: true,
    description: `Makes a repeat harmless: 1 to ${MAX_KEY_CHARS} characters of your choice, remembered for at least 7 days. The same key and input give the first result; another input gives IDEMPOTENCY_KEY_REUSED. Refusals are decided again.`,
  })
  @MinLength(1, { message: 'idempotencyKey must not be empty' })
  @MaxLength(MAX_KEY_CHARS, { message: `idempotencyKey has at most ${MAX_KEY_CHARS} characters` })
  idempotencyKey?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Only tell what would be written; nothing is.',
  })
  dryRun?: boolean | null;

  @Field(() => ReasonInput, { nullable: true, description: 'Why; goes into the audit trail.' })
  @ValidateNested()
  reason?: ReasonInput | null;
}

@InputType({ description: 'Fields of every mutation on an account.' })
export abstract class AccountMutationInput extends MutationInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;
}

@InputType({ description: 'Fields of every mutation on one person in an account.' })
export abstract class MemberMutationInput extends AccountMutationInput {
  @Field(() => ID, { description: 'The user; the person, not the membership.' })
  userId!: string;
}
