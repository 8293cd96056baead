import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { BulkItemAnswer, BulkResult } from '../../src/application/application.js';
import { type Rejection, reject, rejectionCodes } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import { BulkItemOutcome, BulkOperationKind } from '../bulk-enums.js';
import { MutationOutcome } from '../enums.js';
import { Position } from '../scalars.js';
import { BulkCounts } from '../types/bulk-counts.js';
import { type FieldPath, UserError, userErrorFrom } from '../types/user-error.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'What became of one person in one account.' })
export class BulkItem {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'The person.' })
  readonly userId: string;

  @Field(() => BulkOperationKind, { description: 'What was to be done.' })
  readonly operation: BulkItemAnswer['operation'];

  @Field(() => BulkItemOutcome, { description: 'What became of it.' })
  readonly outcome: BulkItemAnswer['outcome'];

  @Field(() => [UserError], {
    description:
      'Why it was refused, when REJECTED, or passed over, when UNCHANGED, with the code of the single mutation; empty also when it was so already, or a crash has swallowed the reason.',
  })
  readonly userErrors: readonly UserError[];

  constructor(item: BulkItemAnswer, pathOf: FieldPath) {
    this.accountId = item.accountId;
    this.userId = item.userId;
    this.operation = item.operation;
    this.outcome = item.outcome;
    const rejection = rejectionOf(item);
    this.userErrors = rejection === null ? [] : [userErrorFrom(rejection, pathOf)];
  }
}

/** Of a repeat only the code is remembered. */
export function rejectionOf({ rejection, code }: BulkItemAnswer): Rejection | null {
  const known = rejectionCodes.find((one) => one === code);
  return rejection ?? (known === undefined ? null : reject(known, `The reason was ${known}.`));
}

/** What every bulk mutation answers. */
@throughParent()
@InterfaceType({ description: 'What every bulk mutation answers.' })
export abstract class BulkPayload {
  @Field(() => MutationOutcome, {
    description:
      'APPLIED when it was done to at least one person; REJECTED when to none, and one was refused; UNCHANGED when nothing was to be done: it was so already, or `userErrors` says why all others were passed over.',
  })
  outcome!: BulkResult['outcome'];

  @Field(() => ID, {
    nullable: true,
    description:
      'Names it in bulkOperation and undoBulkOperation; null when nothing was begun, as in a dry run.',
  })
  bulkOperationId: string | null = null;

  @Field(() => [BulkItem], {
    description:
      'What became of each, in the order of the input; empty when the whole was refused for one reason, which stands in `userErrors`. When accounts refuse their part for different reasons, each reason stands at the people of its account.',
  })
  items: readonly BulkItem[] = [];

  @Field(() => BulkCounts, { description: 'How many had which outcome.' })
  counts = new BulkCounts({ APPLIED: 0, UNCHANGED: 0, REJECTED: 0, NOT_ATTEMPTED: 0 });

  @Field(() => Position, {
    nullable: true,
    description:
      'Place in the log of the last event written; give it as `minPosition` to read it anywhere. Null when nothing was.',
  })
  position: number | null = null;

  @Field(() => Boolean, {
    description:
      'Queries on this node show the effect already. False after 2 s of waiting: it is done all the same. Says nothing where nothing was written.',
  })
  readable = false;

  @Field(() => Boolean, {
    description: 'The same idempotency key and input came before; this is the first result.',
  })
  replayed = false;

  @Field(() => String, {
    description: 'A sentence for people, like "2 of 3 users have been removed; 1 was refused." (SW-10).',
  })
  message = '';

  @Field(() => [UserError], {
    description:
      'Why nothing was done, each reason once; empty when something was, or all of it was so already. Why one person was refused or passed over stands in `items`.',
  })
  userErrors: readonly UserError[] = [];
}
