import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { seesErasures } from '../types/erasure.js';
import { User } from '../types/user.js';
import { accountsShared, MIN_POSITION, untilReadable } from '../visible.js';

/** Whoever decides on erasures sees everybody whom Muster knows or has known. */
function isErasable(id: string, context: RequestContext): boolean {
  const { reads, ledgers } = context;
  if (!seesErasures(context)) return false;
  return reads.accountIdsOf(id).length > 0 || reads.person(id) !== null || ledgers.erasure(id) !== null;
}

@Resolver()
export class UserQuery {
  @visible('users.read')
  @Query(() => User, {
    nullable: true,
    description:
      'A person, by id: oneself, or somebody who is or was in an account where the caller holds users.read; anybody for holders of privacy.erase or legalhold.write in the root operator account. Null otherwise, unknown or not.',
  })
  async user(
    @Arg('id', () => ID, { description: 'The person.' }) id: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<User | null> {
    await untilReadable(context, minPosition);
    const isVisible =
      id === context.userId || accountsShared(id, context).length > 0 || isErasable(id, context);
    return isVisible ? new User(id, context) : null;
  }
}
