import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { costs } from '../list-size.js';
import { refusedQuery } from '../refused-query.js';
import { type Connection, PageArgs } from '../types/connection.js';
import {
  type ReplayedEvent as Node,
  ReplayedEvent,
  ReplayedEventConnection,
} from '../types/replayed-event.js';

const LIST = 'replay';

@ArgsType()
class ReplayArgs extends PageArgs {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'Only what is about this member, and of that only what it did to the member.',
  })
  userId?: string | null;
}

@Resolver()
export class ReplayQuery {
  @costs({ items: 40 })
  @visible('audit.read')
  @Query(() => ReplayedEventConnection, {
    nullable: true,
    description:
      'The history of an account or of one member, oldest first: each event with the state before and after, folded from the log by the code that decides; no read model is asked. `totalCount` is null. Needs audit.read: PERMISSION_DENIED in an account that the caller may see otherwise; null for one that is unknown or not visible. Recorded like a reading of the audit log. Only a few questions about one account wait for each other; more are OVERLOADED.',
  })
  async replay(
    @Args(() => ReplayArgs) args: ReplayArgs,
    @Ctx() { application, actor, actorId, requestId }: RequestContext,
  ): Promise<Connection<Node> | null> {
    const { accountId, userId = null, first, after } = args;
    const cursor = decodeCursor(LIST, ['number'], { argument: 'after', cursor: after });
    const afterRevision = Number(cursor?.[0] ?? -1);
    const answer = await application.replay({
      actor: { kind: 'USER', userId: actorId },
      accountId,
      userId,
      afterRevision,
      limit: first,
      beforeShowing: () =>
        application.auditReadings.record({
          actor: actor(),
          kind: 'REPLAY',
          accountIds: [accountId],
          filter: userId === null ? {} : { subjectIds: [userId] },
          correlationId: requestId,
        }),
    });
    if (isRejection(answer)) return refusedQuery(answer);
    return new ReplayedEventConnection({
      nodes: answer.events.map((step) => new ReplayedEvent(step)),
      hasNextPage: answer.hasMore,
      hasPreviousPage: afterRevision >= 0,
      cursorOf: ({ revision }) => encodeCursor(LIST, [revision]),
      count: () => null,
    });
  }
}
