import { ArrayMaxSize, MaxLength, ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { checkEventTypes } from '../audit-event-types.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import type { AuditFilter } from '../ledger-reads.js';
import { pageByNumber } from '../page.js';
import { DateTime } from '../scalars.js';
import { AuditEntry, AuditEntryConnection } from '../types/audit-entry.js';
import { type Connection, RootPageArgs } from '../types/connection.js';
import { untilReadable } from '../visible.js';

const tooLong = (field: string, chars: number) => ({ message: `${field} has at most ${chars} characters` });

@InputType({ description: 'Which entries; conditions are joined by "and".' })
export class AuditLogFilter {
  @Field(() => [String], {
    nullable: true,
    description:
      'Only these event types, like `UserRemoved`; at most 50; an empty list is like none. One that does not exist is BAD_USER_INPUT naming the nearest.',
  })
  @ArrayMaxSize(50, { message: 'types has at most 50 items' })
  @MaxLength(64, { each: true, message: 'each of types has at most 64 characters' })
  types?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only what this user did.' })
  actorId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only about this user.' })
  subjectId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only with this reason code.' })
  @MaxLength(64, tooLong('reasonCode', 64))
  reasonCode?: string | null;

  @Field(() => String, { nullable: true, description: 'Only with this ticket.' })
  @MaxLength(128, tooLong('ticket', 128))
  ticket?: string | null;

  @Field(() => String, { nullable: true, description: 'Only what one request caused.' })
  @MaxLength(128, tooLong('correlationId', 128))
  correlationId?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened at this moment or later.' })
  from?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Only what happened before this moment.' })
  to?: number | null;
}

@ArgsType()
class AuditLogArgs extends RootPageArgs {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => AuditLogFilter, { nullable: true, description: 'Which entries. Default: all.' })
  @ValidateNested()
  filter?: AuditLogFilter | null;
}

@Resolver()
export class AuditLogQuery {
  @visible('audit.read')
  @Query(() => AuditEntryConnection, {
    description:
      'The full history of an account, newest first (SW-18). Needs audit.read: PERMISSION_DENIED in an account that the caller may see otherwise; empty for one that is unknown or not visible.',
  })
  async auditLog(
    @Args(() => AuditLogArgs) args: AuditLogArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<AuditEntry>> {
    checkEventTypes(args.filter?.types ?? [], 'filter.types');
    await untilReadable(context, args.minPosition);
    const { accountId } = args;
    const isVisible = context.rights.maySee(accountId);
    if (isVisible) context.rights.require(accountId, 'audit.read');
    const filter = filterFrom(accountId, args.filter ?? {});
    const page = pageByNumber({
      list: 'audit-log',
      args,
      // Newest first: what follows lies before.
      rows: ({ after, limit }) =>
        isVisible ? context.ledgers.auditLog(filter, { before: after, limit }) : { rows: [], hasMore: false },
      count: () => (isVisible ? context.ledgers.countAuditLog(filter) : 0),
      keyOf: (row) => row.position,
      nodeOf: (row) => new AuditEntry(row, context),
    });
    return new AuditEntryConnection(page);
  }
}

function filterFrom(accountId: string, given: AuditLogFilter): AuditFilter {
  const { from, to, types, ...equal } = given;
  const type = chosen(types);
  const present = Object.entries(equal).filter(([, value]) => value !== null && value !== undefined);
  return {
    accountId,
    ...Object.fromEntries(present),
    ...(type === null ? {} : { type }),
    ...(from == null ? {} : { occurredFrom: from }),
    ...(to == null ? {} : { occurredTo: to }),
  };
}
