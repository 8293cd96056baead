import { Args, ArgsType, Ctx, Field, ID, Query, Resolver } from 'type-graphql';
import { isRejection } from '../../src/domain/rejection.js';
import { visible } from '../access.js';
import { badInput } from '../api-error.js';
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
const LIST_OF_PERSON = 'replay-of-person';

@ArgsType()
class ReplayArgs extends PageArgs {
  @Field(() => ID, {
    nullable: true,
    description:
      'The account. Default: every account that the person is or was in and where the caller holds audit.read, one after the other in the order of their ids.',
  })
  accountId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Only what is about this member, and of that only what it did to the member. Needed where no account is named.',
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
      'The history of an account, of one member, or of one person in all accounts, oldest first in each: each event with the state before and after, folded from the log by the code that decides; no read model is asked for more than the ids of the accounts. `totalCount` is null. Needs audit.read: PERMISSION_DENIED in an account that the caller may see otherwise; null for one that is unknown or not visible. Recorded like a reading of the audit log. Only a few questions about one account wait for each other; more are OVERLOADED.',
  })
  async replay(
    @Args(() => ReplayArgs) { accountId = null, userId = null, first, after = null }: ReplayArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<Node> | null> {
    if (accountId !== null) return replayOfAccount({ accountId, userId, first, after }, context);
    if (userId === null) throw badInput('accountId', 'name the account, or the person to follow through all');
    return replayOfPerson({ userId, first, after }, context);
  }
}

interface Asked {
  readonly accountId: string;
  readonly userId: string | null;
  readonly first: number;
  readonly after: string | null;
}

async function replayOfAccount({ accountId, userId, first, after }: Asked, context: RequestContext) {
  const cursor = decodeCursor(LIST, ['number'], { argument: 'after', cursor: after });
  const afterRevision = Number(cursor?.[0] ?? -1);
  const answer = await pageOf({ accountId, userId, limit: first, afterRevision }, context);
  if (isRejection(answer)) return refusedQuery(answer);
  return new ReplayedEventConnection({
    nodes: answer.events.map((step) => new ReplayedEvent(step, accountId)),
    hasNextPage: answer.hasMore,
    hasPreviousPage: afterRevision >= 0,
    cursorOf: ({ revision }) => encodeCursor(LIST, [revision]),
    count: () => null,
  });
}

/** Account by account: a page folds no more of them than it has events. */
async function replayOfPerson(
  { userId, first, after }: Omit<Asked, 'accountId'> & { readonly userId: string },
  context: RequestContext,
) {
  const { reads, rights } = context;
  const cursor = decodeCursor(LIST_OF_PERSON, ['string', 'number'], { argument: 'after', cursor: after });
  const [afterAccount, afterRevision] = [`${cursor?.[0] ?? ''}`, Number(cursor?.[1] ?? -1)];
  const accountIds = reads
    .accountIdsOf(userId)
    .filter((id) => id >= afterAccount && rights.on(id).has('audit.read'))
    .sort();
  const nodes: Node[] = [];
  let hasNextPage = false;
  for (const accountId of accountIds) {
    hasNextPage = nodes.length === first;
    if (hasNextPage) break;
    const from = accountId === afterAccount ? afterRevision : -1;
    const limit = first - nodes.length;
    const answer = await pageOf({ accountId, userId, limit, afterRevision: from }, context);
    // The right may have gone meanwhile.
    if (isRejection(answer)) continue;
    nodes.push(...answer.events.map((step) => new ReplayedEvent(step, accountId)));
    hasNextPage = answer.hasMore;
    if (hasNextPage) break;
  }
  return new ReplayedEventConnection({
    nodes,
    hasNextPage,
    hasPreviousPage: cursor !== null,
    cursorOf: ({ accountId, revision }) => encodeCursor(LIST_OF_PERSON, [accountId, revision]),
    count: () => null,
  });
}

function pageOf(
  {
    accountId,
    userId,
    ...page
  }: {
    readonly accountId: string;
    readonly userId: string | null;
    readonly limit: number;
    readonly afterRevision: number;
  },
  { application, actor, actorId, requestId }: RequestContext,
) {
  return application.replay({
    actor: { kind: 'USER', userId: actorId },
    accountId,
    userId,
    ...page,
    beforeShowing: () =>
      application.auditReadings.record({
        actor: actor(),
        kind: 'REPLAY',
        accountIds: [accountId],
        filter: userId === null ? {} : { subjectIds: [userId] },
        correlationId: requestId,
      }),
  });
}
