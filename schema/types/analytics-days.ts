import { Field, Float, Int, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type {
  Churn as ChurnFigures,
  HeadCountDay as HeadCountFigures,
  Rejoins as RejoinFigures,
  SeatUseDay as SeatUseFigures,
  TurnoverDay as TurnoverFigures,
} from '../analytics-reads.js';
import { Day } from '../day.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'How many people there were at the end of a day (UTC), by status and role.',
})
export class HeadCountDay {
  @Field(() => Day, { description: 'The day.' })
  readonly day: number;

  @Field(() => Int, { description: 'Members: ACTIVE, FROZEN and INACTIVE together.' })
  readonly members: number;

  @Field(() => Int, { description: 'With access.' })
  readonly active: number;

  @Field(() => Int, { description: 'Access off for the time being.' })
  readonly frozen: number;

  @Field(() => Int, { description: 'Deactivated.' })
  readonly inactive: number;

  @Field(() => Int, { description: 'Asked in, not yet a member.' })
  readonly invited: number;

  @Field(() => Int, { description: 'Asked in, and nobody answered in time; as far as that is recorded.' })
  readonly invitationExpired: number;

  @Field(() => Int, { description: 'Memberships that had ended and could be taken up again.' })
  readonly removed: number;

  @Field(() => Int, { description: 'Memberships that had ended for good.' })
  readonly deleted: number;

  @Field(() => Int, { description: 'Members who were OWNER.' })
  readonly owners: number;

  @Field(() => Int, { description: 'Members who were ADMIN.' })
  readonly admins: number;

  @Field(() => Int, { description: 'Members who were CONTRIBUTOR.' })
  readonly contributors: number;

  @Field(() => Int, { description: 'Members who were REVIEWER.' })
  readonly reviewers: number;

  constructor({ day, members, byStatus, membersByRole }: HeadCountFigures) {
    this.day = day;
    this.members = members;
    this.active = byStatus.ACTIVE ?? 0;
    this.frozen = byStatus.FROZEN ?? 0;
    this.inactive = byStatus.INACTIVE ?? 0;
    this.invited = byStatus.INVITED ?? 0;
    this.invitationExpired = byStatus.INVITATION_EXPIRED ?? 0;
    this.removed = byStatus.REMOVED ?? 0;
    this.deleted = byStatus.DELETED ?? 0;
    this.owners = membersByRole.OWNER ?? 0;
    this.admins = membersByRole.ADMIN ?? 0;
    this.contributors = membersByRole.CONTRIBUTOR ?? 0;
    this.reviewers = membersByRole.REVIEWER ?? 0;
  }
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'Who came and who went on a day (UTC).' })
export class TurnoverDay implements TurnoverFigures {
  @Field(() => Day, { description: 'The day.' })
  readonly day!: number;

  @Field(() => Int, {
    description:
      'Times that somebody became a member: added, rejoined, reinstated, or accepted an invitation. Being reactivated or unfrozen is none.',
  })
  readonly joiners!: number;

  @Field(() => Int, {
    description:
      'Times that a member left: removed, left or deleted while ACTIVE, FROZEN or INACTIVE. An invitation that ends is none.',
  })
  readonly leavers!: number;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'Turnover of a range as HR counts it (ISO 30414): leavers by average head count. `opening + joiners - leavers = closing`.',
})
export class Churn implements ChurnFigures {
  @Field(() => Int, { description: 'Members at the end of the day before the range.' })
  readonly opening!: number;

  @Field(() => Int, { description: 'Members at the end of its last day.' })
  readonly closing!: number;

  @Field(() => Int, { description: 'As in `turnover`.' })
  readonly joiners!: number;

  @Field(() => Int, { description: 'As in `turnover`.' })
  readonly leavers!: number;

  @Field(() => Float, { description: 'Mean of the members at the end of each of its days.' })
  readonly averageMembers!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      '`leavers / averageMembers` over the range as it is, not by year; may exceed 1. Null: there was nobody.',
  })
  readonly rate!: number | null;
}

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'How many of those who left came back.' })
export class Rejoins implements RejoinFigures {
  @Field(() => Int, { description: 'Times that a member left in the range.' })
  readonly leavers!: number;

  @Field(() => Int, {
    description:
      'Of them, followed within `withinDays` times 24 hours by the same person becoming a member of the same account again.',
  })
  readonly rejoined!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      '`rejoined / leavers`; null: nobody left. Who left less than `withinDays` ago may still come back.',
  })
  readonly rate!: number | null;
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'Seats at the end of a day (UTC), as the account counted them then: corrections of history do not change it.',
})
export class SeatUseDay implements SeatUseFigures {
  @Field(() => Day, { description: 'The day.' })
  readonly day!: number;

  @Field(() => Int, { description: 'Taken by members with access, frozen ones too.' })
  readonly inUse!: number;

  @Field(() => Int, { description: 'Held for open invitations, where the policy reserved seats for them.' })
  readonly reserved!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Plan and add-ons of that day, of all the accounts together; null = one of them had no limit, or had not been opened yet.',
  })
  readonly limit!: number | null;
}
