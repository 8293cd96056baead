import { Args, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { signedIn, throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { atMost } from '../list-size.js';
import { type Account, AccountConnection } from '../types/account.js';
import { type Connection, MAX_PAGE_SIZE, RootPageArgs } from '../types/connection.js';
import { OpenInvitation } from '../types/open-invitation.js';
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

  @atMost(MAX_PAGE_SIZE)
  @Field(() => [OpenInvitation], {
    description: `Open invitations addressed to the caller, the newest first, at most ${MAX_PAGE_SIZE}; a verified address in the token is what makes them the caller’s.`,
  })
  invitations(@Ctx() context: RequestContext): readonly OpenInvitation[] {
    const { userId, pending } = context;
    const rows = userId === null ? [] : pending.invitationsFor(userId, MAX_PAGE_SIZE);
    return rows.map((row) => new OpenInvitation(row, context));
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
