import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Account } from '../types/account.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class AccountQuery {
  @visible('account.read')
  @Query(() => Account, {
    nullable: true,
    description: 'One account; null when it is unknown or the caller may not see it: the two look alike.',
  })
  async account(
    @Arg('id', () => ID, { description: 'The account.' }) id: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Account | null> {
    await untilReadable(context, minPosition);
    return Account.visible(id, context);
  }
}
