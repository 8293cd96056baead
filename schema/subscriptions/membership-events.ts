import { Arg, Ctx, ID, Resolver, Root, Subscription } from 'type-graphql';
import { visible } from '../access.js';
import type { RequestContext } from '../context.js';
import type { AuditEntryRow } from '../ledger-reads.js';
import { Position } from '../scalars.js';
import { auditEntryFrom } from '../types/audit-entries.js';
import { AuditEntry } from '../types/audit-entry.js';
import { untilReadable } from '../visible.js';
import { EntryFeed } from './entry-feed.js';

interface MembershipEventsArgs {
  readonly accountId: string;
  readonly after?: number | null;
}

@Resolver()
export class MembershipEventsSubscription {
  @visible('audit.read')
  @Subscription(() => AuditEntry, {
    subscribe: ({ args, context }) => follow(args as MembershipEventsArgs, context as RequestContext),
    description:
      'What `auditLog` shows of an account, oldest first, each entry once: those after a position, then each as it happens. WebSocket at /graphql, protocol graphql-transport-ws, the token in the payload of connection_init: `{"authorization": "Bearer …"}`. Needs audit.read, looked at again before every entry: PERMISSION_DENIED to begin with, also for an account that is unknown or not visible; close code 4403 once it is gone. Other close codes: 4401 the token is not good or has expired, 1013 try again later (too slow a reader, too many connections, an outage), 1001 the server goes. After each of them subscribe again with the `position` of the last entry as `after`: nothing is missed or repeated. OVERLOADED beyond 10 subscriptions of a connection or 50 of a caller.',
  })
  membershipEvents(
    @Root() row: AuditEntryRow,
    @Arg('accountId', () => ID, { description: 'The account.' }) _accountId: string,
    @Arg('after', () => Position, {
      nullable: true,
      description:
        'The `position` of the last entry known; "0" begins with the first of all. Default: now. One that the read model does not reach within 2 s is PROJECTION_LAGGING.',
    })
    _after: number | null,
    @Ctx() context: RequestContext,
  ): AuditEntry {
    return auditEntryFrom(row, context);
  }
}

async function follow({ accountId, after }: MembershipEventsArgs, context: RequestContext) {
  context.rights.require(accountId, 'audit.read');
  await untilReadable(context, after);
  await context.application.auditReadings.record({
    actor: context.actor(),
    kind: 'QUERY',
    accountIds: [accountId],
    filter: {},
    correlationId: context.requestId,
  });
  return new EntryFeed(context, { accountId, after: after ?? null });
}
