import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { throughParent } from '../access.js';
import type { ReadModelProgress } from '../context.js';
import { enumOf } from '../enums.js';
import { Position } from '../scalars.js';

type Progress = Awaited<ReturnType<ReadModelProgress['look']>>;
type FailedAt = NonNullable<NonNullable<Progress['failure']>['event']>;

export const ProjectionStatus = enumOf<'FOLLOWING' | 'STOPPED'>(
  'ProjectionStatus',
  'Whether the read model goes along with the log.',
  {
    FOLLOWING: 'It does; `lagEvents` and `lagSeconds` say how closely.',
    STOPPED:
      'It met an event that it cannot apply, or broke down. Nothing can be read on this node until it is started again; changes are still decided.',
  },
);

@throughParent()
@ObjectType({ simpleResolvers: true, description: 'The event that the read model could not apply.' })
export class FailedEvent {
  @Field(() => ID, { nullable: true, description: 'Null when the log does not answer.' })
  readonly eventId: string | null;

  @Field(() => String, { description: 'Its type, like `UserRemoved`.' })
  readonly type: string;

  @Field(() => Position, { description: 'Where it stands in the log.' })
  readonly position: number;

  constructor({ eventId, type, position }: FailedAt) {
    this.eventId = eventId;
    this.type = type;
    this.position = position;
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'How far the read model of the node that answers is behind the log.',
})
export class ProjectionHealth {
  @Field(() => ProjectionStatus, { description: 'Whether it goes along with the log.' })
  readonly status: 'FOLLOWING' | 'STOPPED';

  @Field(() => Position, { description: 'Every event up to here is readable.' })
  readonly position: number;

  @Field(() => Position, { description: 'Of the last event of the log.' })
  readonly headPosition: number;

  @Field(() => Int, { description: 'Events that are not readable yet, counted up to 1,000.' })
  readonly lagEvents: number;

  @Field(() => Float, {
    description:
      'Age of the oldest of them in seconds; where nodes share the log, since this node knew of it. 0 when there is none.',
  })
  readonly lagSeconds: number;

  @Field(() => FailedEvent, {
    nullable: true,
    description: 'Null while it follows, and when it broke down without an event being to blame.',
  })
  readonly failedEvent: FailedEvent | null;

  constructor({ position, headPosition, lagEvents, lagMs, failure }: Progress) {
    this.status = failure === null ? 'FOLLOWING' : 'STOPPED';
    this.position = position;
    this.headPosition = headPosition;
    this.lagEvents = lagEvents;
    this.lagSeconds = lagMs / 1_000;
    this.failedEvent = failure?.event == null ? null : new FailedEvent(failure.event);
  }
}
