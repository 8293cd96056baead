import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Application } from '../types/application.js';
import { MutationPayload } from '../types/mutation-payload.js';

/** Payload of every mutation on an application. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation on an application.',
})
export abstract class ApplicationPayload extends MutationPayload {
  @Field(() => Application, {
    nullable: true,
    description:
      'The application afterwards, a retired one too; null when refused, or when the caller may not see it.',
  })
  get application(): Application | null {
    this.readNow();
    return this.#application;
  }

  set application(application: Application | null) {
    this.#application = application;
  }

  #application: Application | null = null;
}

/** Reads the application as the caller may see it after the mutation. */
export const readApplication =
  (context: RequestContext, applicationIdOf: (outcome: Outcome) => string | null) =>
  (payload: ApplicationPayload, outcome: Outcome): void => {
    const applicationId = applicationIdOf(outcome);
    if (applicationId === null || !context.rights.on(outcome.accountId).has('users.read')) return;
    const row = context.reads.application(outcome.accountId, applicationId);
    payload.application = row === null ? null : new Application(row, context);
  };

/** A repeat makes no second application: the id is the one in the log. */
export const applicationRegisteredBy = (outcome: Outcome): string | null =>
  'events' in outcome
    ? (outcome.events.find((event) => event.type === 'ApplicationRegistered')?.data.applicationId ?? null)
    : null;
