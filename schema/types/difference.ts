import { Field, ID, ObjectType } from 'type-graphql';
import { MAX_POSITIONS } from '../../projections/queries/positions-between.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { ResponsibilityKind } from '../enums.js';
import { DifferenceKind } from '../ledger-enums.js';
import type { DifferenceRow } from '../ledger-reads.js';
import { atMost } from '../list-size.js';
import { Json, Position } from '../scalars.js';
import { connectionOf } from './connection.js';
import { User } from './user.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'One thing of an account that is not the same at two moments.',
})
export class Difference {
  @Field(() => DifferenceKind, { description: 'What kind of thing it is.' })
  readonly kind: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Of a PERSON, an INVITATION or a SCHEDULED_END: the membership.',
  })
  readonly membershipId: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Of a PERSON, a GROUP_MEMBER, an INVITATION or a SCHEDULED_END: the person.',
  })
  readonly userId: string | null;

  @Field(() => ID, { nullable: true, description: 'Of a GROUP or a GROUP_MEMBER: the group.' })
  readonly groupId: string | null;

  @Field(() => ResponsibilityKind, {
    nullable: true,
    description: 'Of a RESPONSIBILITY: which of the three.',
  })
  readonly responsibility: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Of an APPLICATION, and of a RESPONSIBILITY exactly for APPLICATION_TECHNICAL_CONTACT.',
  })
  readonly applicationId: string | null;

  @Field(() => ID, { nullable: true, description: 'Of an OPERATOR: the account that operates.' })
  readonly operatorAccountId: string | null;

  @Field(() => ID, { nullable: true, description: 'Of an INVITATION: which.' })
  readonly invitationId: string | null;

  @Field(() => ID, { nullable: true, description: 'Of a SCHEDULED_END: which.' })
  readonly scheduleId: string | null;

  @atMost(MAX_POSITIONS)
  @Field(() => [Position], {
    description: `Of the events about it that lie between the two moments, by when they happened or when they were recorded, rising; at most the first ${MAX_POSITIONS}. One: that event did it. None: time alone did (an invitation expired), or, of SEATS, what is counted from PERSON.`,
  })
  readonly positions: readonly number[];

  readonly #row: DifferenceRow;
  readonly #context: RequestContext;

  constructor(row: DifferenceRow, context: RequestContext) {
    this.kind = row.kind;
    this.membershipId = row.membershipId;
    this.userId = row.userId;
    this.groupId = row.groupId;
    this.responsibility = row.responsibility;
    this.applicationId = row.applicationId;
    this.operatorAccountId = row.operatorAccountId;
    this.invitationId = row.invitationId;
    this.scheduleId = row.scheduleId;
    this.positions = row.positions;
    this.#row = row;
    this.#context = context;
  }

  @Field(() => Json, {
    nullable: true,
    description: 'What it was at `from`, in the shape its kind says; null: it was not there.',
  })
  get before(): unknown {
    return valueFrom(this.#row.before);
  }

  @Field(() => Json, {
    nullable: true,
    description: 'What it was at `to`, in the same shape; null: it was not there.',
  })
  get after(): unknown {
    return valueFrom(this.#row.after);
  }

  @Field(() => User, { nullable: true, description: 'The person of `userId`.' })
  get user(): User | null {
    return this.userId === null ? null : new User(this.userId, this.#context);
  }
}

const valueFrom = (json: string | null): unknown => (json === null ? null : JSON.parse(json));

export const DifferenceConnection = connectionOf('Difference', () => Difference, 'differences');
