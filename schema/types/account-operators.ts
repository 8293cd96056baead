import { Args, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { throughParent } from '../access.js';
import { inAllAccounts } from '../as-of.js';
import { AsOfPageArgs } from '../as-of-args.js';
import type { RequestContext } from '../context.js';
import { pageById } from '../page.js';
import type { AsOf, OperatorRow } from '../reads.js';
import { DateTime } from '../scalars.js';
import { Account } from './account.js';
import { type Connection, connectionOf } from './connection.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'An account that operates another: members of it who hold accounts.operate may act there (PP-12).',
})
export class AccountOperator {
  @Field(() => ID, { description: 'The operator account.' })
  readonly accountId: string;

  @Field(() => DateTime, { description: 'Since when.' })
  readonly linkedAt: number;

  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor({ operatorAccountId, linkedAt }: OperatorRow, context: RequestContext, asOf: AsOf | null) {
    this.accountId = operatorAccountId;
    this.linkedAt = linkedAt;
    this.#context = context;
    this.#asOf = inAllAccounts(asOf);
  }

  @Field(() => Account, {
    nullable: true,
    description: 'The operator account, as of the same moment; null when the caller may not see it.',
  })
  get account(): Account | null {
    return Account.visible(this.accountId, this.#context, this.#asOf);
  }
}

export const AccountOperatorConnection = connectionOf(
  'AccountOperator',
  () => AccountOperator,
  'operator accounts',
);

@Resolver(() => Account)
export class AccountOperators {
  @FieldResolver(() => AccountOperatorConnection, {
    description: 'The accounts that operate it, in the order of their ids (PP-12); linkOperator adds one.',
  })
  operators(
    @Root() account: Account,
    @Args(() => AsOfPageArgs) args: AsOfPageArgs,
    @Ctx() context: RequestContext,
  ): Connection<AccountOperator> {
    const asOf = account.asOf(args.asOf);
    const page = pageById({
      list: 'operators',
      args,
      rows: (of) => context.reads.operators(account.id, asOf, of),
      count: () => context.reads.countOperators(account.id, asOf),
      keyOf: (row) => row.operatorAccountId,
      nodeOf: (row) => new AccountOperator(row, context, asOf),
    });
    return new AccountOperatorConnection(page);
  }
}
