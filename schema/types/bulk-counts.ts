import { Field, Int, ObjectType } from 'type-graphql';
import type { BulkItemOutcome } from '../../src/domain/bulk/events.js';
import { throughParent } from '../access.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'How many people of a bulk operation had which outcome.' })
export class BulkCounts {
  @Field(() => Int, { description: 'Done; in a dry run, would be.' })
  readonly applied: number;

  @Field(() => Int, {
    description: 'It was so already, or passed over; in the latter case the item has a code.',
  })
  readonly unchanged: number;

  @Field(() => Int, { description: 'Refused.' })
  readonly rejected: number;

  @Field(() => Int, { description: 'Left as they were, because something before them was refused.' })
  readonly notAttempted: number;

  constructor(counts: Readonly<Record<BulkItemOutcome, number>>) {
    this.applied = counts.APPLIED;
    this.unchanged = counts.UNCHANGED;
    this.rejected = counts.REJECTED;
    this.notAttempted = counts.NOT_ATTEMPTED;
  }
}
