import { Args, Ctx, Query, Resolver } from 'type-graphql';
import { signedIn } from '../access.js';
import type { RequestContext } from '../context.js';
import { pageById } from '../page.js';
import { Account, AccountConnection } from '../types/account.js';
import { type Connection, RootPageArgs } from '../types/connection.js';
import { untilReadable } from '../visible.js';

export async function accountsVisibleTo(
  context: RequestContext,
  args: RootPageArgs,
): Promise<Connection<Account>> {
  await untilReadable(context, args.minPosition);
  const { reads, userId } = context;
  const page = pageById({
    list: 'accounts',
    args,
    rows: ({ after, limit }) => {
      const rows = userId === null ? [] : reads.accountsVisibleTo(userId, after ?? '', limit);
      return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
    },
    count: () => (userId === null ? 0 : reads.countAccountsVisibleTo(userId)),
    keyOf: (row) => row.accountId,
    nodeOf: (row) => new Account(row, context),
  });
  return new AccountConnection(page);
}

@Resolver()
export class AccountsQuery {
  @signedIn()
  @Query(() => AccountConnection, {
    description:
      'The accounts the caller may see, in the order of their ids: those he is active in, and those he operates (PP-12). Empty for people Muster does not know.',
  })
  accounts(
    @Args(() => RootPageArgs) args: RootPageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Account>> {
    return accountsVisibleTo(context, args);
  }
}
