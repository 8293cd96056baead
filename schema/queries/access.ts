import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Access } from '../types/access.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class AccessQuery {
  @visible('users.read')
  @Query(() => Access, {
    description:
      'Whether a person may use an account now (D3-1, PP-2): what a portal asks at sign-in and while a session lasts. Answers the person himself, and whoever holds users.read on the account, as a member or an operator; to anybody else every account and every person are NONE and NOT_A_MEMBER, known or not. One look-up in the read model; to ask after a mutation, give its position.',
  })
  async access(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Access> {
    await untilReadable(context, minPosition);
    const { ledgers, rights, readModel } = context;
    const { position } = readModel;
    const mayAsk = userId === context.userId || rights.on(accountId).has('users.read');
    const row = mayAsk ? ledgers.access(accountId, userId) : null;
    return new Access(row, { now: context.now(), position });
  }
}
