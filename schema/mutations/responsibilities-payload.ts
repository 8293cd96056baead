import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import type { Responsibility as Duty } from '../../src/domain/account/responsibility.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { MutationPayload } from '../types/mutation-payload.js';
import { Responsibility } from '../types/responsibility.js';

/** Payload of every mutation on contact duties. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation on contact duties.',
})
export abstract class ResponsibilitiesPayload extends MutationPayload {
  @Field(() => [Responsibility], {
    description:
      'The duties asked about as they are afterwards; empty when refused, or when the caller may not see them.',
  })
  get responsibilities(): readonly Responsibility[] {
    this.readNow();
    return this.#responsibilities;
  }

  set responsibilities(responsibilities: readonly Responsibility[]) {
    this.#responsibilities = responsibilities;
  }

  #responsibilities: readonly Responsibility[] = [];
}

/** Reads the duties asked about as the caller may see them after the mutation. */
export const readResponsibilities =
  (context: RequestContext, duties: readonly Duty[]) =>
  (payload: ResponsibilitiesPayload, { accountId }: Outcome): void => {
    if (!context.rights.on(accountId).has('users.read')) return;
    payload.responsibilities = duties
      .flatMap((duty) => context.reads.responsibility(accountId, duty, null) ?? [])
      .map((row) => new Responsibility(row, context));
  };
