import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Attribution, attributionOf } from '../types/attribution.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class AttributionQuery {
  @visible('users.read')
  @Query(() => Attribution, {
    nullable: true,
    description:
      'How to label content of somebody who is or was in an account (D3-2, D3-10): by name, or as the policy said when he was deleted. Needs users.read, but for oneself; null when account or person are unknown or not visible.',
  })
  async attribution(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Attribution | null> {
    await untilReadable(context, minPosition);
    const { reads, rights } = context;
    if (!rights.maySee(accountId)) return null;
    if (userId !== context.userId) rights.require(accountId, 'users.read');
    if (reads.membership(accountId, userId) === null) return null;
    return attributionOf({ accountId, userId }, context);
  }
}
