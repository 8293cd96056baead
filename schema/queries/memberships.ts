import { MaxLength, ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import type { MemberKind as KindName, Role as RoleName } from '../../src/domain/account/roles.js';
import type { MembershipStatus as Status } from '../../src/domain/account/state.js';
import { visible } from '../access.js';
import { badInput } from '../api-error.js';
import { AsOfInput, asOfFrom } from '../as-of.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { MemberKind, MembershipStatus, Role } from '../enums.js';
import { EitherWayArgs, pageEitherWay, pageEitherWayInTurns } from '../page-either-way.js';
import type { MembershipAsOfRow, MembershipRow } from '../reads.js';
import { Position } from '../scalars.js';
import { MAX_SEARCH_CHARS, NO_SEARCH_AS_OF } from '../types/account.js';
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
      'Only people whose name or e-mail address contains this, without regard to case (SO-7). Finds nobody whose name a delete took away (D3-10). Not under `asOf`: names are known as they are now only.',
  })
  @MaxLength(MAX_SEARCH_CHARS, { message: `search has at most ${MAX_SEARCH_CHARS} characters` })
  search?: string | null;

  @Field(() => AsOfInput, {
    nullable: true,
    description:
      'Ask for the past: the memberships as they were then, of the accounts where the caller may see people today. Default: what the read model shows now.',
  })
  @ValidateNested()
  asOf?: AsOfInput | null;

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
      'The people of all accounts where the caller holds users.read, as a member or an operator (PP-12, PP-16), in the order they first joined: one entry for each account somebody is in. Under `asOf` it is read in turns, so that nobody else waits for it. Empty for people Muster does not know.',
  })
  async memberships(
    @Args(() => MembershipsArgs) args: MembershipsArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Membership>> {
    await untilReadable(context, args.minPosition);
    const { reads, userId } = context;
    const asOf = asOfFrom(args.asOf, { accountId: null, context });
    const question = userId === null ? null : questionFrom(userId, args);
    const list = { list: 'memberships', args, keyOf: numberOf, nodeOf };
    if (asOf === null || question === null) {
      const page = pageEitherWay({
        ...list,
        rows: (of) => (question === null ? NOBODY : reads.membershipsAcross(question, of)),
        count: () => (question === null ? 0 : reads.countMembershipsAcross(question)),
      });
      return new MembershipConnection(page);
    }
    if (question.search !== undefined) throw badInput('asOf', NO_SEARCH_AS_OF);
    const page = await pageEitherWayInTurns({
      ...list,
      rows: (of) => reads.membershipsAcrossAsOf(question, { asOf, page: of }),
      count: () => reads.countMembershipsAcrossAsOf(question, asOf),
    });
    return new MembershipConnection(page);

    function nodeOf(row: MembershipRow | MembershipAsOfRow): Membership {
      return new Membership(row, context, asOf);
    }
  }
}

const NOBODY = { rows: [], hasMore: false };
const numberOf = ({ number }: { readonly number: number }) => number;

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
