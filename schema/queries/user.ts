import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { Position } from '../scalars.js';
import { User } from '../types/user.js';
import { accountsShared, MIN_POSITION, untilReadable } from '../visible.js';

@Resolver()
export class UserQuery {
  @visible('users.read')
  @Query(() => User, {
    nullable: true,
    description:
      'A person, by id: oneself, or somebody who is or was in an account where the caller holds users.read. Null otherwise, unknown or not.',
  })
  async user(
    @Arg('id', () => ID, { description: 'The person.' }) id: string,
    @Arg('minPosition', () => Position, MIN_POSITION) minPosition: number | null,
    @Ctx() context: RequestContext,
  ): Promise<User | null> {
    await untilReadable(context, minPosition);
    const isVisible = id === context.userId || accountsShared(id, context).length > 0;
    return isVisible ? new User(id, context) : null;
  }
}
