import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { AsOfInput, asOfFrom } from '../as-of.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { Access } from '../types/access.js';
import { MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class AccessQuery {
  @visible('users.read')
  @Query(() => Access, {
    description:
      'Whether a person may use an account now, or could as of then (D3-1, PP-2): what a portal asks at sign-in and while a session lasts. Answers the person himself, and whoever holds users.read on the account, as a member or an operator; to anybody else every account and every person are NONE and NOT_A_MEMBER, known or not. One look-up in the read model; to ask after a mutation, give its position.',
  })
  async access(
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
    @Arg('userId', () => ID, { description: 'The person.' }) userId: string,
    @Arg('asOf', () => AsOfInput, {
      nullable: true,
      description: 'Ask for the past: what the answer was to be then. Default: now.',
    })
    asOf: AsOfInput | null,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<Access> {
    await untilReadable(context, minPosition);
    const { ledgers, rights, readModel } = context;
    const { position } = readModel;
    const mayAsk = userId === context.userId || rights.on(accountId).has('users.read');
    if (!mayAsk) return new Access(null, { now: context.now(), position });
    const moment = asOfFrom(asOf, { accountId, context });
    const row = ledgers.access({ accountId, userId }, moment);
    return new Access(row, { now: Math.min(moment?.at ?? context.now(), context.now()), position });
  }
}
