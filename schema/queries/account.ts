import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { AsOfInput, asOfFrom } from '../as-of.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Account } from '../types/account.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class AccountQuery {
  @visible('account.read')
  @Query(() => Account, {
    nullable: true,
    description:
      'One account; null when it is unknown or the caller may not see it: the two look alike. Under `asOf` everything below it is as of then, but for a list with an `asOf` of its own; null when it was not there yet.',
  })
  async account(
    @Arg('id', () => ID, { description: 'The account.' }) id: string,
    @Arg('asOf', () => AsOfInput, {
      nullable: true,
      description: 'Ask for the past, for all that is asked of the account. Default: now.',
    })
    asOf: AsOfInput | null,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Account | null> {
    await untilReadable(context, minPosition);
    if (!context.rights.maySee(id)) return null;
    return Account.visible(id, context, asOfFrom(asOf, { accountId: id, context }));
  }
}
