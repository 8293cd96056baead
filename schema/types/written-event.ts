import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { StoredEvent } from '../../src/domain/event.js';
import { throughParent } from '../access.js';
import { DateTime, Json } from '../scalars.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description:
    'An event as it was written, or would be in a dry run; ids and times of a dry run are not kept.',
})
export class WrittenEvent {
  @Field(() => ID, { description: 'Names the event for ever.' })
  readonly id: string;

  @Field(() => String, { description: 'Past tense and specific, like `UserRemoved`; the list grows.' })
  readonly type: string;

  @Field(() => DateTime, { description: 'When it happened.' })
  readonly occurredAt: string;

  @Field(() => Int, { description: "Its number in the account's stream, from 0 without gaps." })
  readonly revision: number;

  @Field(() => Json, { description: 'What happened, as stored; ids only, no personal data.' })
  readonly data: unknown;

  constructor(event: StoredEvent) {
    this.id = event.eventId;
    this.type = event.type;
    this.occurredAt = event.occurredAt;
    this.revision = event.revision;
    this.data = event.data;
  }
}
