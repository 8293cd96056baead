import { Field, Float, Int, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import { DAY_MS, type LengthFigures, type Offboarding } from '../analytics-reads.js';
import { MembershipStatus } from '../enums.js';

const inDays = (ms: number | null): number | null => (ms === null ? null : ms / DAY_MS);

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'How long people were in a status, of the times that ended in the range: changes of role in between do not end them. Lengths are in days of 24 hours.',
})
export class TimeInStatus {
  @Field(() => MembershipStatus, { description: 'The status that ended.' })
  readonly status: string;

  @Field(() => Int, { description: 'How many times.' })
  readonly count: number;

  @Field(() => Float, { nullable: true, description: 'Arithmetic mean, days.' })
  readonly meanDays: number | null;

  @Field(() => Float, { nullable: true, description: 'Half lasted at most so long, days; interpolated.' })
  readonly medianDays: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Nine of ten lasted at most so long, days; interpolated as PERCENTILE.INC does.',
  })
  readonly p90Days: number | null;

  constructor({ status, count, meanMs, medianMs, p90Ms }: LengthFigures & { readonly status: string }) {
    this.status = status;
    this.count = count;
    this.meanDays = inDays(meanMs);
    this.medianDays = inDays(medianMs);
    this.p90Days = inDays(p90Ms);
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'How long it took to get those out who left in the range: from the first step of the end to the end. The first step is access going off and never on again (deactivated or frozen), or the order of a scheduled end that stood until the end, whichever came first. Lengths are in days of 24 hours.',
})
export class TimeToOffboard {
  @Field(() => Int, { description: 'Times that a member left.' })
  readonly count: number;

  @Field(() => Int, { description: 'Of them, without a step before: length 0.' })
  readonly immediate: number;

  @Field(() => Float, { nullable: true, description: 'Arithmetic mean, days. Null: nobody left.' })
  readonly meanDays: number | null;

  @Field(() => Float, { nullable: true, description: 'Half took at most so long, days; interpolated.' })
  readonly medianDays: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Nine of ten took at most so long, days; interpolated as PERCENTILE.INC does.',
  })
  readonly p90Days: number | null;

  constructor({ count, immediate, meanMs, medianMs, p90Ms }: Offboarding) {
    this.count = count;
    this.immediate = immediate;
    this.meanDays = inDays(meanMs);
    this.medianDays = inDays(medianMs);
    this.p90Days = inDays(p90Ms);
  }
}
