import { Max, Min } from 'class-validator';
import { ArgsType, Field, Float, ID, Int, ObjectType } from 'type-graphql';
import type {
  ConcentratedDutiesRow,
  DutyAtRiskRow,
  DutyHolderRow,
  SingleOwnerRow,
} from '../../projections/queries/duties-at-risk.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MembershipStatus } from '../enums.js';
import { atMost } from '../list-size.js';
import { DateTime } from '../scalars.js';
import { connectionOf, PageArgs } from './connection.js';
import { Responsibility } from './responsibility.js';
import { User } from './user.js';

/** Most people among whom duties still count as concentrated. */
const MAX_HOLDERS = 10;

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'A contact duty held by somebody without access.' })
export class DutyAtRisk {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => Responsibility, { description: 'The duty and who holds it.' })
  readonly responsibility: Responsibility;

  @Field(() => MembershipStatus, { description: 'Of the holder: INACTIVE or FROZEN.' })
  readonly holderStatus: string;

  @Field(() => DateTime, { description: 'Since when.' })
  readonly holderStatusSince: number;

  constructor(row: DutyAtRiskRow, context: RequestContext) {
    this.accountId = row.accountId;
    this.responsibility = new Responsibility(row, context);
    this.holderStatus = row.status;
    this.holderStatusSince = row.statusSince;
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Somebody who holds contact duties of an account.' })
export class DutyHolder {
  @Field(() => ID, { description: 'The person.' })
  readonly userId: string;

  @Field(() => Int, { description: 'How many.' })
  readonly duties: number;

  @Field(() => Float, {
    description: 'Of all duties of the account that somebody holds; above 0, at most 1.',
  })
  readonly share: number;

  readonly #context: RequestContext;

  constructor(row: DutyHolderRow, ofDuties: number, context: RequestContext) {
    this.userId = row.userId;
    this.duties = row.duties;
    this.share = row.duties / ofDuties;
    this.#context = context;
  }

  @Field(() => User, { description: 'The person.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'An account whose contact duties few people hold.' })
export class ConcentratedDuties {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => Int, { description: 'Duties that somebody holds.' })
  readonly duties: number;

  readonly #context: RequestContext;

  constructor(row: ConcentratedDutiesRow, context: RequestContext) {
    this.accountId = row.accountId;
    this.duties = row.duties;
    this.#context = context;
  }

  @atMost(MAX_HOLDERS)
  @Field(() => [DutyHolder], { description: `Who holds them, the most first; at most ${MAX_HOLDERS}.` })
  get holders(): readonly DutyHolder[] {
    const rows = this.#context.analytics.dutyHolders(this.accountId);
    return rows.map((row) => new DutyHolder(row, this.duties, this.#context));
  }
}

@ArgsType()
export class ConcentrationArgs extends PageArgs {
  @Field(() => Int, {
    defaultValue: 1,
    description: `Held by at most so many people, 1 to ${MAX_HOLDERS}.`,
  })
  @Min(1, { message: 'mostHolders must be at least 1' })
  @Max(MAX_HOLDERS, { message: `mostHolders must be at most ${MAX_HOLDERS}` })
  mostHolders = 1;

  @Field(() => Int, {
    defaultValue: 2,
    description: 'Only accounts with at least so many duties held, from 1.',
  })
  @Min(1, { message: 'leastDuties must be at least 1' })
  leastDuties = 2;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'An account with exactly one ACTIVE OWNER.' })
export class SingleOwner {
  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'Its only active owner.' })
  readonly userId: string;

  @Field(() => DateTime, { description: 'Since when that one is ACTIVE.' })
  readonly activeSince: number;

  readonly #context: RequestContext;

  constructor(row: SingleOwnerRow, context: RequestContext) {
    this.accountId = row.accountId;
    this.userId = row.userId;
    this.activeSince = row.statusSince;
    this.#context = context;
  }

  @Field(() => User, { description: 'Its only active owner.' })
  get user(): User {
    return new User(this.userId, this.#context);
  }
}

export const DutyAtRiskConnection = connectionOf('DutyAtRisk', () => DutyAtRisk, 'duties at risk');
export const ConcentratedDutiesConnection = connectionOf(
  'ConcentratedDuties',
  () => ConcentratedDuties,
  'accounts whose duties few people hold',
);
export const SingleOwnerConnection = connectionOf(
  'SingleOwner',
  () => SingleOwner,
  'accounts with one owner',
);
