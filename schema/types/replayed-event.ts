import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ReplayedEvent as Step } from '../../src/application/replay.js';
import type { StateChange as Change } from '../../src/domain/account/state-changes.js';
import { throughParent } from '../access.js';
import { ChangedThing } from '../ledger-enums.js';
import { DateTime, Json, Position } from '../scalars.js';
import { connectionOf } from './connection.js';

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'One row of the state that decisions rest on, before and after an event.',
})
export class StateChange {
  @Field(() => ChangedThing, { description: 'What it is.' })
  readonly thing: keyof typeof ChangedThing;

  @Field(() => String, {
    description:
      'Of the account, group or application; the user id of a membership; the key of a duty, like `ACCOUNT_TECHNICAL_CONTACT`; the source of an import.',
  })
  readonly id: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Whose membership, or whose place in the group `id`; null for the rest.',
  })
  readonly userId: string | null;

  @Field(() => Json, {
    nullable: true,
    description:
      'The row before, an object whose fields are named as in `after`; times in ISO 8601. Null: there was none.',
  })
  readonly before: unknown;

  @Field(() => Json, {
    nullable: true,
    description:
      'The row after. Of a MEMBERSHIP: membershipId, status, kind, role, permissions, groupIds, duties, invitation, scheduledEnd, directory, statusChanges and more. Null: there is none any more.',
  })
  readonly after: unknown;

  @Field(() => [String], { description: 'The fields that differ; all when there was or is no row.' })
  readonly fields: readonly string[];

  constructor({ thing, id, userId, before, after }: Change) {
    this.thing = thing;
    this.id = id;
    this.userId = userId;
    this.before = before;
    this.after = after;
    const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
    this.fields = names.filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after?.[name]));
  }
}

@throughParent()
@ObjectType({
  simpleResolvers: true,
  description: 'An event of an account, and what it made of the state before it.',
})
export class ReplayedEvent {
  @Field(() => ID, { description: 'Id of the event, as in the audit log.' })
  readonly id: string;

  @Field(() => String, { description: 'Past tense and specific, like `UserRemoved`; the list grows.' })
  readonly type: string;

  @Field(() => ID, { description: 'The account.' })
  readonly accountId: string;

  @Field(() => Position, { description: 'Its place in the log.' })
  readonly position: number;

  @Field(() => Int, { description: "Its number in the account's stream, from 0 without gaps." })
  readonly revision: number;

  @Field(() => DateTime, { description: 'When it happened.' })
  readonly occurredAt: number;

  @Field(() => DateTime, { description: 'When Muster recorded it.' })
  readonly recordedAt: number;

  @Field(() => [StateChange], {
    description: 'What it changed; of one member, where one was asked for. Empty when it changed nothing.',
  })
  readonly changes: readonly StateChange[];

  constructor({ event, position, changes }: Step, accountId: string) {
    this.id = event.eventId;
    this.type = event.type;
    this.accountId = accountId;
    this.position = position;
    this.revision = event.revision;
    this.occurredAt = Date.parse(event.occurredAt);
    this.recordedAt = Date.parse(event.recordedAt);
    this.changes = changes.map((change) => new StateChange(change));
  }
}

export const ReplayedEventConnection = connectionOf('ReplayedEvent', () => ReplayedEvent, 'replayed events');
