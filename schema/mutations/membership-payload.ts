import { Field, ObjectType } from 'type-graphql';
import type { Outcome } from '../../src/application/outcome.js';
import { throughParent } from '../access.js';
import type { RequestContext } from '../context.js';
import { Membership } from '../types/membership.js';
import { MutationPayload } from '../types/mutation-payload.js';

/** Payload of every mutation on one person. */
@throughParent()
@ObjectType({
  simpleResolvers: true,
  implements: MutationPayload,
  description: 'Answer to a mutation on one person.',
})
export abstract class MembershipPayload extends MutationPayload {
  @Field(() => Membership, {
    nullable: true,
    description: 'The membership afterwards; null when refused, or when the caller may not see it any more.',
  })
  get membership(): Membership | null {
    this.readNow();
    return this.#membership;
  }

  set membership(membership: Membership | null) {
    this.#membership = membership;
  }

  #membership: Membership | null = null;
}

/** Reads the membership as the caller may see it after the mutation. */
export const readMembership =
  (context: RequestContext, userIdOf: (outcome: Outcome) => string | null) =>
  (payload: MembershipPayload, outcome: Outcome): void => {
    const userId = userIdOf(outcome);
    const maySee =
      userId === context.userId
        ? context.rights.maySee(outcome.accountId)
        : isFresh(outcome) || seesPeople(context, outcome);
    const row = userId !== null && maySee ? context.reads.membership(outcome.accountId, userId) : null;
    payload.membership = row === null ? null : new Membership(row, context);
  };

/** The decider has just let the caller do it, at the head of the log; every role that may change people sees them. */
const isFresh = (outcome: Outcome): boolean => outcome.outcome === 'APPLIED' && !outcome.replayed;

const seesPeople = ({ rights }: RequestContext, { accountId }: Outcome) =>
  rights.on(accountId).has('users.read');

/** The name for a sentence to people. */
export const nameOf = ({ membership }: MembershipPayload): string =>
  membership?.user.name ?? membership?.user.email ?? 'The user';
