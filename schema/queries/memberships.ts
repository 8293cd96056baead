import { MaxLength } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import type { MemberKind as KindName, Role as RoleName } from '../../src/domain/account/roles.js';
import type { MembershipStatus as Status } from '../../src/domain/account/state.js';
import { visible } from '../access.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { MemberKind, MembershipStatus, Role } from '../enums.js';
import { EitherWayArgs, pageEitherWay } from '../page-either-way.js';
import { Position } from '../scalars.js';
import { MAX_SEARCH_CHARS } from '../types/account.js';
import type { Connection } from '../types/connection.js';
import { Membership, MembershipConnection } from '../types/membership.js';
import { untilReadable } from '../visible.js';

@ArgsType()
class MembershipsArgs extends EitherWayArgs {
  @Field(() => [ID], {
    nullable: true,
    description:
      'Only these accounts, at most 1,000; those the caller may not see people in are passed over. Default, also for an empty list: all.',
  })
  accountIds?: string[] | null;

  @Field(() => [MembershipStatus], {
    nullable: true,
    description: 'Only these statuses (PP-8). Default, also for an empty list: all but REMOVED and DELETED.',
  })
  status?: Status[] | null;

  @Field(() => [Role], {
    nullable: true,
    description: 'Only these roles. Default, also for an empty list: all.',
  })
  role?: RoleName[] | null;

  @Field(() => [MemberKind], {
    nullable: true,
    description: 'Only these kinds. Default, also for an empty list: all.',
  })
  kind?: KindName[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Only people whose name or e-mail address contains this, without regard to case (SO-7). Finds nobody whose name a delete took away (D3-10).',
  })
  @MaxLength(MAX_SEARCH_CHARS, { message: `search has at most ${MAX_SEARCH_CHARS} characters` })
  search?: string | null;

  @Field(() => Position, {
    nullable: true,
    description:
      'Answer only once the read model has reached this position; waits up to 2 s, then PROJECTION_LAGGING.',
  })
  minPosition?: number | null;
}

@Resolver()
export class MembershipsQuery {
  @visible('users.read')
  @Query(() => MembershipConnection, {
    description:
      'The people of all accounts where the caller holds users.read, as a member or an operator (PP-12, PP-16), in the order they first joined: one entry for each account somebody is in. Empty for people Muster does not know.',
  })
  async memberships(
    @Args(() => MembershipsArgs) args: MembershipsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Membership>> {
    await untilReadable(context, args.minPosition);
    const { reads, userId } = context;
    const question = userId === null ? null : questionFrom(userId, args);
    const page = pageEitherWay({
      list: 'memberships',
      args,
      rows: (of) =>
        question === null ? { rows: [], hasMore: false } : reads.membershipsAcross(question, of),
      count: () => (question === null ? 0 : reads.countMembershipsAcross(question)),
      keyOf: (row) => row.number,
      nodeOf: (row) => new Membership(row, context),
    });
    return new MembershipConnection(page);
  }
}

function questionFrom(viewerUserId: string, args: MembershipsArgs) {
  const [accountIds, status, role, kind] = [
    chosen(args.accountIds),
    chosen(args.status),
    chosen(args.role),
    chosen(args.kind),
  ];
  const search = args.search?.trim() || null;
  return {
    viewerUserId,
    ...(accountIds === null ? {} : { accountIds }),
    ...(status === null ? {} : { status }),
    ...(role === null ? {} : { role }),
    ...(kind === null ? {} : { kind }),
    ...(search === null ? {} : { search }),
  };
}
