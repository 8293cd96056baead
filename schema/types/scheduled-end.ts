import { Field, ID, ObjectType } from 'type-graphql';
import { isRejection } from '../../src/domain/rejection.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { EndingOperation, UserErrorCode } from '../enums.js';
import { ScheduledEndStatus } from '../lifecycle-enums.js';
import { costs } from '../list-size.js';
import type { ScheduledEndRow } from '../pending-reads.js';
import type { AsOf } from '../reads.js';
import { DateTime } from '../scalars.js';
import { recordedLabel } from './attribution.js';
import { connectionOf } from './connection.js';
import { User } from './user.js';
import { UserError, userErrorFrom } from './user-error.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'A membership is to end at a time to come; every rule is asked again when the time has come.',
})
export class ScheduledEnd {
  @Field(() => ID, { description: 'Names the order; rescheduling keeps it.' })
  readonly id: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => ID, { description: 'Whose membership.' })
  readonly userId: string;

  @Field(() => EndingOperation, { description: 'How it is to end.' })
  readonly operation: string;

  @Field(() => DateTime, { description: 'When it is to end, or was.' })
  readonly at: number;

  @Field(() => ScheduledEndStatus, { description: 'What became of it.' })
  readonly status: string;

  @Field(() => UserErrorCode, {
    nullable: true,
    description: 'Why it was REFUSED when its time came; null otherwise.',
  })
  readonly code: string | null;

  @Field(() => DateTime, { description: 'When it was ordered.' })
  readonly orderedAt: number;

  @Field(() => DateTime, { nullable: true, description: 'When it was over; null while SCHEDULED.' })
  readonly endedAt: number | null;

  readonly #row: ScheduledEndRow;
  readonly #context: RequestContext;
  readonly #asOf: AsOf | null;

  constructor(row: ScheduledEndRow, context: RequestContext, asOf: AsOf | null = null) {
    this.id = row.scheduleId;
    this.accountId = row.accountId;
    this.userId = row.userId;
    this.operation = row.operation;
    this.at = row.at;
    this.status = row.status;
    this.code = row.code;
    this.orderedAt = row.orderedAt;
    this.endedAt = row.endedAt;
    this.#row = row;
    this.#context = context;
    this.#asOf = asOf;
  }

  @costs({ items: 20 })
  @Field(() => [UserError], {
    description:
      'While SCHEDULED, why it would be REFUSED if its time were now, by the decision of then; the first is the one it would be refused with. Empty when it would go through, and under `asOf`.',
  })
  async blockers(): Promise<readonly UserError[]> {
    if (this.status !== 'SCHEDULED' || this.#asOf !== null) return [];
    const { accountId, userId } = this;
    const actor = { kind: 'USER', userId: this.#context.actorId } as const;
    const { offboarding } = this.#context.application;
    const found = await offboarding.scheduledEndBlockers({ actor, accountId, userId, order: null });
    return isRejection(found) ? [] : found.map((one) => userErrorFrom(one, () => null));
  }

  @Field(() => User, { description: 'Whose membership.' })
  get user(): User {
    return User.asOf(this.userId, this.#context, { asOf: this.#asOf });
  }

  @Field(() => User, { description: 'Who ordered it; it is carried out with the rank held then.' })
  get orderedBy(): User {
    return User.asOf(this.#row.orderedBy, this.#context, { asOf: this.#asOf, recordedIn: [this.accountId] });
  }

  @Field(() => String, {
    description:
      'What to show for whoever ordered it: the name to whoever may see it, else a made-up one that stays the same in this account.',
  })
  async orderedByLabel(): Promise<string> {
    return recordedLabel({ accountId: this.accountId, userId: this.#row.orderedBy }, this.#context);
  }

  @Field(() => User, {
    nullable: true,
    description: 'Who takes over the contact duties when it is carried out; null = nobody was named.',
  })
  get successor(): User | null {
    const { successorId } = this.#row;
    return successorId === null ? null : User.asOf(successorId, this.#context, { asOf: this.#asOf });
  }
}

export const ScheduledEndConnection = connectionOf('ScheduledEnd', () => ScheduledEnd, 'scheduled ends');
