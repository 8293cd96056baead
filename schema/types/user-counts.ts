import { Args, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { type Role as RoleName, roles } from '../../src/domain/account/roles.js';
import { membershipStatuses, type MembershipStatus as Status } from '../../src/domain/account/state.js';
import { needs, throughParent } from '../access.js';
import { AsOfArgs } from '../as-of-args.js';
import type { RequestContext } from '../context.js';
import { MembershipStatus, Role } from '../enums.js';
import { atMost, COUNT_AS_OF, costs } from '../list-size.js';
import type { MembershipCountRow } from '../reads.js';
import { Account } from './account.js';

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'How many of a status have one role.' })
export class RoleCount {
  @Field(() => Role, { description: 'The role; of ended memberships, the last one.' })
  readonly role!: RoleName;

  @Field(() => Int, { description: 'How many.' })
  readonly count!: number;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'How many people of an account have one status.' })
export class UserCount {
  @Field(() => MembershipStatus, { description: 'The status.' })
  readonly status: Status;

  @Field(() => Int, { description: 'How many: the `totalCount` of `users` with this status.' })
  readonly count: number;

  @atMost(roles.length)
  @Field(() => [RoleCount], { description: 'The same by role, every role once, highest first.' })
  readonly byRole: readonly RoleCount[];

  constructor(status: Status, rows: readonly MembershipCountRow[]) {
    const ofStatus = rows.filter((row) => row.status === status);
    this.status = status;
    this.count = sum(ofStatus);
    this.byRole = roles.map((role) => ({ role, count: sum(ofStatus.filter((row) => row.role === role)) }));
  }
}

const sum = (rows: readonly MembershipCountRow[]): number =>
  rows.reduce((total, { count }) => total + count, 0);

@Resolver(() => Account)
export class AccountUserCounts {
  @needs('users.read')
  @costs(COUNT_AS_OF)
  @atMost(membershipStatuses.length)
  @FieldResolver(() => [UserCount], {
    description:
      'How many people have which status now, every status once (PP-8): for tabs over `users`. An invitation whose time is up counts as INVITATION_EXPIRED. Needs users.read.',
  })
  async userCounts(
    @Root() account: Account,
    @Args(() => AsOfArgs) args: AsOfArgs,
    @Ctx() { reads }: RequestContext,
  ): Promise<readonly UserCount[]> {
    const rows = await reads.membershipCounts(account.id, account.asOf(args.asOf));
    return membershipStatuses.map((status) => new UserCount(status, rows));
  }
}
