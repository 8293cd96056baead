import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { NotRestored } from '../types/not-restored.js';
import { MembershipPayload, readMembership } from './membership-payload.js';

/** Payload of what gives a person back what was held before. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation that gives a person back what was held.',
})
export abstract class RestoringPayload extends MembershipPayload {
  @Field(() => NotRestored, {
    nullable: true,
    description:
      'What was held before and could not be given back, as the event says; null unless APPLIED or WOULD_APPLY.',
  })
  get notRestored(): NotRestored | null {
    this.readNow();
    return this.#notRestored;
  }

  set notRestored(notRestored: NotRestored | null) {
    this.#notRestored = notRestored;
  }

  #notRestored: NotRestored | null = null;
}

/** Reads the membership as the caller may see it, and from the event what is missing in it. */
export const readRestored = (context: RequestContext, userId: string) => {
  const readPerson = readMembership(context, () => userId);
  return (payload: RestoringPayload, outcome: Outcome): void => {
    payload.notRestored = notRestoredBy(outcome);
    readPerson(payload, outcome);
  };
};

function notRestoredBy(outcome: Outcome): NotRestored | null {
  const events = 'events' in outcome ? outcome.events : [];
  for (const event of events)
    if (event.type === 'UserReactivated' || event.type === 'UserReinstated')
      return new NotRestored(event.data.notRestored);
  return null;
}
