import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { BulkOperation, bulkOperationFrom } from '../types/bulk-operation.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class BulkOperationQuery {
  @visible('audit.read')
  @Query(() => BulkOperation, {
    nullable: true,
    description:
      'What became of a bulk operation, person by person. Whoever asked for it sees the people of accounts that he may still see; others those of accounts where they hold audit.read or bulk.run. Either may be all. Null when it is unknown, or there is nothing in it for the caller to see: the two look alike.',
  })
  async bulkOperation(
    @Arg('id', () => ID, { description: 'The operation.' }) id: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<BulkOperation | null> {
    await untilReadable(context, minPosition);
    return bulkOperationFrom(context.ledgers.bulkOperation(id), context);
  }
}
