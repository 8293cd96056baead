import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { costs } from '../list-size.js';
import { refusedQuery } from '../refused-query.js';
import { DecisionExplanation } from '../types/decision-explanation.js';

@Resolver()
export class ExplainDecisionQuery {
  @costs({ items: 300 })
  @visible('audit.read')
  @Query(() => DecisionExplanation, {
    nullable: true,
    description:
      'Why an event of an account could be written: by which right, under which version of the policy, past which rules and facts. Needs audit.read: PERMISSION_DENIED in an account that the caller may see otherwise; null when account or event are unknown or not visible.',
  })
  async explainDecision(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('eventId', () => ID, { description: 'The event: `id` of an audit entry or of a written event.' })
    eventId: string,
    @Ctx() { application, actorId }: RequestContext,
  ): Promise<DecisionExplanation | null> {
    const actor = { kind: 'USER', userId: actorId } as const;
    const answer = await application.explainDecision({ actor, accountId, eventId });
    return isRejection(answer) ? refusedQuery(answer) : new DecisionExplanation(answer);
  }
}
