import { Max, Min } from 'class-validator';
import { Args, ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import type { MemberKind as KindName, Role as RoleName } from '../../src/domain/account/roles.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { DayRangeArgs, dayRange, MAX_RANGE_DAYS, oneADay } from '../day.js';
import { MemberKind, Role } from '../enums.js';
import { pageById, pageByNumber } from '../page.js';
import { Account } from './account.js';
import { Churn, HeadCountDay, Rejoins, SeatUseDay, TurnoverDay } from './analytics-days.js';
import { TimeInStatus, TimeToOffboard } from './analytics-lengths.js';
import {
  ConcentratedDuties,
  ConcentratedDutiesConnection,
  ConcentrationArgs,
  DutyAtRisk,
  DutyAtRiskConnection,
  SingleOwner,
  SingleOwnerConnection,
} from './analytics-risks.js';
import { type Connection, connectionOf, PageArgs } from './connection.js';

@ArgsType()
class HeadCountArgs extends DayRangeArgs {
  @Field(() => [Role], { nullable: true, description: 'Only these roles. Default: all.' })
  role?: RoleName[] | null;

  @Field(() => [MemberKind], { nullable: true, description: 'Only these kinds. Default: all.' })
  kind?: KindName[] | null;
}

@ArgsType()
class RejoinArgs extends DayRangeArgs {
  @Field(() => Int, {
    defaultValue: 90,
    description: `Who is back later than so many days is not counted; 1 to ${MAX_RANGE_DAYS}.`,
  })
  @Min(1, { message: 'withinDays must be at least 1' })
  @Max(MAX_RANGE_DAYS, { message: `withinDays must be at most ${MAX_RANGE_DAYS}` })
  withinDays = 90;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'Figures over one account or several together, by what is known today: history that was corrected counts as corrected. Days are UTC.',
})
export class Analytics {
  readonly #accountIds: readonly string[];
  readonly #context: RequestContext;

  /** @param accountIds each once; the caller holds analytics.read on all of them */
  constructor(accountIds: readonly string[], context: RequestContext) {
    this.#accountIds = [...accountIds].sort();
    this.#context = context;
  }

  @Field(() => Int, { description: 'Over how many accounts.' })
  get accountCount(): number {
    return this.#accountIds.length;
  }

  @oneADay()
  @Field(() => [HeadCountDay], { description: 'How many people there were at the end of each day.' })
  async headCount(@Args(() => HeadCountArgs) args: HeadCountArgs): Promise<readonly HeadCountDay[]> {
    const { role = null, kind = null } = args;
    const days = await this.#reads.headCount(this.#accountIds, this.#range(args), { role, kind });
    return days.map((day) => new HeadCountDay(day));
  }

  @oneADay()
  @Field(() => [TurnoverDay], { description: 'Who came and who went on each day.' })
  turnover(@Args(() => DayRangeArgs) args: DayRangeArgs): Promise<readonly TurnoverDay[]> {
    return this.#reads.turnover(this.#accountIds, this.#range(args));
  }

  @Field(() => Churn, { description: 'Turnover of the whole range.' })
  churn(@Args(() => DayRangeArgs) args: DayRangeArgs): Promise<Churn> {
    return this.#reads.churn(this.#accountIds, this.#range(args));
  }

  @Field(() => [TimeInStatus], {
    description: 'How long people were in each status; those that nobody left in the range are missing.',
  })
  async timeInStatus(@Args(() => DayRangeArgs) args: DayRangeArgs): Promise<readonly TimeInStatus[]> {
    const figures = await this.#reads.timeInStatus(this.#accountIds, this.#range(args));
    return figures.map((one) => new TimeInStatus(one));
  }

  @Field(() => TimeToOffboard, { description: 'How long it took to get people out.' })
  async timeToOffboard(@Args(() => DayRangeArgs) args: DayRangeArgs): Promise<TimeToOffboard> {
    return new TimeToOffboard(await this.#reads.timeToOffboard(this.#accountIds, this.#range(args)));
  }

  @Field(() => Rejoins, { description: 'How many of those who left in the range came back.' })
  rejoins(@Args(() => RejoinArgs) args: RejoinArgs): Promise<Rejoins> {
    return this.#reads.rejoins(this.#accountIds, this.#range(args), args.withinDays);
  }

  @oneADay()
  @Field(() => [SeatUseDay], { description: 'Seats at the end of each day (D3-5, D3-9, D3-25).' })
  seatUse(@Args(() => DayRangeArgs) args: DayRangeArgs): Promise<readonly SeatUseDay[]> {
    return this.#reads.seatUse(this.#accountIds, this.#range(args));
  }

  @Field(() => DutyAtRiskConnection, {
    description:
      'Contact duties held now by somebody INACTIVE or FROZEN, in the order in which the duties came to be.',
  })
  dutiesAtRisk(@Args(() => PageArgs) args: PageArgs): Connection<DutyAtRisk> {
    const page = pageByNumber({
      list: 'duties-at-risk',
      args,
      rows: (of) => this.#reads.dutiesWithoutAccess({ ...of, accountIds: this.#accountIds }),
      count: () => null,
      keyOf: (row) => row.number,
      nodeOf: (row) => new DutyAtRisk(row, this.#context),
    });
    return new DutyAtRiskConnection(page);
  }

  @Field(() => ConcentratedDutiesConnection, {
    description: 'Accounts whose contact duties are held now by too few people, in the order of their ids.',
  })
  concentratedDuties(@Args(() => ConcentrationArgs) args: ConcentrationArgs): Connection<ConcentratedDuties> {
    const { mostHolders, leastDuties } = args;
    const page = pageById({
      list: 'concentrated-duties',
      args,
      rows: (of) =>
        this.#reads.concentratedDuties({ ...of, accountIds: this.#accountIds, mostHolders, leastDuties }),
      count: () => null,
      keyOf: (row) => row.accountId,
      nodeOf: (row) => new ConcentratedDuties(row, this.#context),
    });
    return new ConcentratedDutiesConnection(page);
  }

  @Field(() => SingleOwnerConnection, {
    description: 'Accounts with exactly one ACTIVE OWNER now, in the order of their ids (D3-15).',
  })
  singleOwners(@Args(() => PageArgs) args: PageArgs): Connection<SingleOwner> {
    const page = pageById({
      list: 'single-owners',
      args,
      rows: (of) => this.#reads.singleOwners({ ...of, accountIds: this.#accountIds }),
      count: () => null,
      keyOf: (row) => row.accountId,
      nodeOf: (row) => new SingleOwner(row, this.#context),
    });
    return new SingleOwnerConnection(page);
  }

  @Field(() => AccountAnalyticsConnection, {
    description: 'The same figures account by account, in the order of their ids.',
  })
  byAccount(@Args(() => PageArgs) args: PageArgs): Connection<AccountAnalytics> {
    const page = pageById({
      list: 'analytics-by-account',
      args,
      rows: ({ after, limit }) => {
        const rest = this.#accountIds.filter((id) => after === null || id > after);
        return { rows: rest.slice(0, limit), hasMore: rest.length > limit };
      },
      count: () => this.#accountIds.length,
      keyOf: (accountId) => accountId,
      nodeOf: (accountId) => new AccountAnalytics(accountId, this.#context),
    });
    return new AccountAnalyticsConnection(page);
  }

  #range(args: DayRangeArgs) {
    return dayRange(args, this.#context.now());
  }

  get #reads() {
    return this.#context.analytics;
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'One of several accounts, and its own figures.' })
export class AccountAnalytics {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  readonly #context: RequestContext;

  constructor(accountId: string, context: RequestContext) {
    this.accountId = accountId;
    this.#context = context;
  }

  @Field(() => Account, { nullable: true, description: 'The account; null when the caller may not see it.' })
  get account(): Account | null {
    return Account.visible(this.accountId, this.#context);
  }

  @Field(() => Analytics, { description: 'Its figures.' })
  get analytics(): Analytics {
    return new Analytics([this.accountId], this.#context);
  }
}

export const AccountAnalyticsConnection = connectionOf(
  'AccountAnalytics',
  () => AccountAnalytics,
  'accounts and their figures',
);
