import { Args, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { signedIn, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { type Account, AccountConnection } from '../types/account.js';
import { type Connection, RootPageArgs } from '../types/connection.js';
import { User } from '../types/user.js';
import { accountsVisibleTo } from './accounts.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Who is asking.' })
export class Viewer {
  @Field(() => String, { description: 'Issuer of the token.' })
  readonly issuer: string;

  @Field(() => String, { description: 'Subject of the token: who its issuer says this is.' })
  readonly subject: string;

  @Field(() => User, {
    nullable: true,
    description: 'The person Muster knows behind the token; null = nobody, who sees nothing.',
  })
  readonly user: User | null;

  constructor({ caller, userId }: RequestContext, user: User | null) {
    this.issuer = caller.issuer;
    this.subject = caller.subject;
    this.user = userId === null ? null : user;
  }

  @Field(() => AccountConnection, {
    description: 'The accounts the caller may see; the same as `Query.accounts`.',
  })
  accounts(
    @Args(() => RootPageArgs) args: RootPageArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Account>> {
    return accountsVisibleTo(context, args);
  }
}

@Resolver()
export class ViewerQuery {
  @signedIn()
  @Query(() => Viewer, { description: 'Who the caller is, as far as the token and Muster know.' })
  viewer(@Ctx() context: RequestContext): Viewer {
    return new Viewer(context, context.userId === null ? null : new User(context.userId, context));
  }
}
