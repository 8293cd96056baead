import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Account } from '../types/account.js';
import { MutationPayload } from '../types/mutation-payload.js';

/** Payload of every mutation on an account as a whole. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation on an account.',
})
export abstract class AccountPayload extends MutationPayload {
  @Field(() => Account, {
    nullable: true,
    description: 'The account afterwards; null when refused, or when the caller may not see it.',
  })
  get account(): Account | null {
    this.readNow();
    return this.#account;
  }

  set account(account: Account | null) {
    this.#account = account;
  }

  #account: Account | null = null;
}

/** Reads the account as the caller may see it after the mutation. */
export const readAccount =
  (context: RequestContext) =>
  (payload: AccountPayload, { accountId }: Outcome): void => {
    payload.account = Account.visible(accountId, context);
  };
