import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { AsOfInput, asOfFrom } from '../as-of.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Membership } from '../types/membership.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class MembershipQuery {
  @visible('users.read')
  @Query(() => Membership, {
    nullable: true,
    description:
      'A person in an account: the present membership, or the last one if it has ended; under `asOf`, the one of that moment. Null when there is none, or the account is unknown or not visible.',
  })
  async membership(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('asOf', () => AsOfInput, { nullable: true, description: 'Ask for the past. Default: now.' })
    asOf: AsOfInput | null,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Membership | null> {
    await untilReadable(context, minPosition);
    if (!context.rights.maySee(accountId)) return null;
    if (userId !== context.userId) context.rights.require(accountId, 'users.read');
    const moment = asOfFrom(asOf, { accountId, context });
    const row =
      moment === null
        ? context.reads.membership(accountId, userId)
        : context.reads.membershipAsOf(accountId, userId, moment);
    return row === null ? null : new Membership(row, context, moment);
  }
}
