import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Group } from '../types/group.js';
import { MutationPayload } from '../types/mutation-payload.js';

/** Payload of every mutation on a group. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation on a group.',
})
export abstract class GroupPayload extends MutationPayload {
  @Field(() => Group, {
    nullable: true,
    description:
      'The group afterwards, a deleted one too; null when refused, or when the caller may not see it.',
  })
  get group(): Group | null {
    this.readNow();
    return this.#group;
  }

  set group(group: Group | null) {
    this.#group = group;
  }

  #group: Group | null = null;
}

/** Reads the group as the caller may see it after the mutation. */
export const readGroup =
  (context: RequestContext, groupIdOf: (outcome: Outcome) => string | null) =>
  (payload: GroupPayload, outcome: Outcome): void => {
    const groupId = groupIdOf(outcome);
    if (groupId === null || !context.rights.on(outcome.accountId).has('users.read')) return;
    const row = context.reads.group(outcome.accountId, groupId);
    payload.group = row === null ? null : new Group(row, context);
  };

/** A repeat makes no second group: the id is the one in the log. */
export const groupCreatedBy = (outcome: Outcome): string | null =>
  'events' in outcome
    ? (outcome.events.find((event) => event.type === 'GroupCreated')?.data.groupId ?? null)
    : null;
