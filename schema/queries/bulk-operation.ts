import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { BulkOperation } from '../types/bulk-operation.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class BulkOperationQuery {
  @visible('audit.read')
  @Query(() => BulkOperation, {
    nullable: true,
    description:
      'What became of a bulk operation, person by person. Whoever asked for it sees all of it; others only the people of accounts where they hold audit.read, which may be all. Null when it is unknown, or there is nothing in it for the caller to see: the two look alike.',
  })
  async bulkOperation(
    @Arg('id', () => ID, { description: 'The operation.' }) id: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<BulkOperation | null> {
    await untilReadable(context, minPosition);
    const { ledgers, rights, userId } = context;
    const row = ledgers.bulkOperation(id);
    if (row === null) return null;
    if (row.actorId === userId) return new BulkOperation(row, 'EVERYTHING', context);
    const audited = (accountId: string) => rights.on(accountId).has('audit.read');
    const all = ledgers.accountsOfBulkOperation(id);
    const accountIds = all.filter(audited);
    if (accountIds.length === 0) return null;
    return new BulkOperation(row, accountIds.length === all.length ? 'EVERYTHING' : { accountIds }, context);
  }
}
