import { ArrayMaxSize, MaxLength, ValidateNested } from 'class-validator';
import { Args, ArgsType, Ctx, Field, ID, InputType, Query, Resolver } from 'type-graphql';
import { visible } from '../access.js';
import { apiError, badInput } from '../api-error.js';
import { checkEventTypes, peoplesEventTypes } from '../audit-event-types.js';
import { chosen } from '../chosen.js';
import type { RequestContext } from '../context.js';
import { ActorKind } from '../ledger-enums.js';
import type { AuditFilter } from '../ledger-reads.js';
import { pageByNumber } from '../page.js';
import { DateTime, Position } from '../scalars.js';
import { AuditEntryConnection, auditEntryFrom } from '../types/audit-entries.js';
import type { AuditEntry } from '../types/audit-entry.js';
import { type Connection, RootPageArgs } from '../types/connection.js';
import { untilReadable } from '../visible.js';

/** Accounts that one question looks into, named or not. */
const MAX_ACCOUNTS = 1_000;

const tooLong = (field: string, chars: number) => ({ message: `${field} has at most ${chars} characters` });
const tooMany = (field: string, items: number) => ({ message: `${field} has at most ${items} items` });

@InputType({ description: 'Which entries; conditions are joined by "and". An empty list is like none.' })
export class AuditLogFilter {
  @Field(() => [String], {
    nullable: true,
    description:
      'Only these event types, like `UserRemoved`; at most 50; an empty list is like none. One that does not exist is BAD_USER_INPUT naming the nearest.',
  })
  @ArrayMaxSize(50, tooMany('types', 50))
  @MaxLength(64, { each: true, message: 'each of types has at most 64 characters' })
  types?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only what this user did.' })
  actorId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Only what one of these users did; at most 50.' })
  @ArrayMaxSize(50, tooMany('actorIds', 50))
  actorIds?: string[] | null;

  @Field(() => [ActorKind], { nullable: true, description: 'Only what such actors did.' })
  actorKinds?: (keyof typeof ActorKind)[] | null;

  @Field(() => ID, { nullable: true, description: 'Only about this user.' })
  subjectId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Only about one of these users; at most 50.' })
  @ArrayMaxSize(50, tooMany('subjectIds', 50))
  subjectIds?: string[] | null;

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

  @Field(() => Position, {
    nullable: true,
    description: 'Only what stands at this position of the log or later.',
  })
  fromPosition?: number | null;

  @Field(() => Position, { nullable: true, description: 'Only what stands before this position of the log.' })
  toPosition?: number | null;
}

@ArgsType()
class AuditLogOfPeopleArgs extends RootPageArgs {
  @Field(() => AuditLogFilter, { nullable: true, description: 'Which entries. Default: all.' })
  @ValidateNested()
  filter?: AuditLogFilter | null;
}

@ArgsType()
class AuditLogArgs extends AuditLogOfPeopleArgs {
  @Field(() => ID, { nullable: true, description: 'The account. Instead of `accountIds`.' })
  accountId?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description:
      'These accounts, at most 1,000; unknown ones and those not visible are passed over. Default, also for an empty list: all accounts where the caller holds audit.read; BAD_USER_INPUT where those are more than 1,000.',
  })
  @ArrayMaxSize(MAX_ACCOUNTS, tooMany('accountIds', MAX_ACCOUNTS))
  accountIds?: string[] | null;
}

@Resolver()
export class AuditLogQuery {
  @visible('audit.read')
  @Query(() => AuditEntryConnection, {
    description:
      'The full history of one account or several, newest first (SW-18). Needs audit.read: PERMISSION_DENIED in an account that the caller may see otherwise; empty for one that is unknown or not visible. Reading is itself recorded (`types: ["AuditRead"]`), once for each question and hour; while the log takes no writes, what is not recorded yet is refused with SERVICE_UNAVAILABLE.',
  })
  async auditLog(
    @Args(() => AuditLogArgs) args: AuditLogArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<AuditEntry>> {
    const filter = filterFrom(args.filter ?? {});
    await untilReadable(context, args.minPosition);
    const accountIds = readableAccounts(args, context);
    await recordReading({ accountIds, filter }, context);
    return pageOf({ ...filter, accountIds }, args, context);
  }

  @visible('audit.read')
  @Query(() => AuditEntryConnection, {
    description:
      'What the log says of people beside their accounts, newest first: who was registered, whose profile was recorded, which identity and address were linked to whom; ids and sealed data only. Needs audit.read in the root operator account; else PERMISSION_DENIED.',
  })
  async auditLogOfPeople(
    @Args(() => AuditLogOfPeopleArgs) args: AuditLogOfPeopleArgs,
    @Ctx() context: RequestContext,
  ): Promise<Connection<AuditEntry>> {
    const filter = filterFrom(args.filter ?? {});
    await untilReadable(context, args.minPosition);
    const root = context.reads.rootAccountId();
    if (root === null) throw apiError('PERMISSION_DENIED', 'There is no root operator account yet.');
    context.rights.require(root, 'audit.read');
    const types = filter.type ?? peoplesEventTypes;
    const type = types.filter((asked) => peoplesEventTypes.includes(asked));
    await recordReading({ accountIds: [root], filter: { ...filter, type } }, context);
    return pageOf({ ...filter, type }, args, context);
  }
}

function pageOf(filter: AuditFilter, args: RootPageArgs, context: RequestContext): Connection<AuditEntry> {
  const page = pageByNumber({
    list: 'audit-log',
    args,
    // Newest first: what follows lies before.
    rows: ({ after, limit }) => context.ledgers.auditLog(filter, { before: after, limit }),
    count: () => context.ledgers.countAuditLog(filter),
    keyOf: (row) => row.position,
    nodeOf: (row) => auditEntryFrom(row, context),
  });
  return new AuditEntryConnection(page);
}

/** Before anything is shown: without a record nothing is. */
function recordReading(
  { accountIds, filter }: { readonly accountIds: readonly string[]; readonly filter: AuditFilter },
  { application, actor, requestId }: RequestContext,
): Promise<void> {
  return application.auditReadings.record({
    actor: actor(),
    kind: 'QUERY',
    accountIds,
    filter: { ...filter },
    correlationId: requestId,
  });
}

/** @throws PERMISSION_DENIED, BAD_USER_INPUT */
function readableAccounts(
  { accountId = null, accountIds }: AuditLogArgs,
  { rights, reads, userId }: RequestContext,
): readonly string[] {
  const named = chosen(accountIds);
  if (accountId !== null && named !== null)
    throw badInput('accountIds', 'accountIds does not go with accountId: give one of them');
  const asked = accountId === null ? named : [accountId];
  if (asked !== null) {
    const seen = asked.filter((id) => rights.maySee(id));
    for (const id of seen) rights.require(id, 'audit.read');
    return seen;
  }
  const readable: string[] = [];
  for (let after = '', more = userId !== null; more && userId !== null; ) {
    const page = reads.accountsVisibleTo(userId, after, MAX_ACCOUNTS);
    more = page.length > MAX_ACCOUNTS;
    after = page.at(-1)?.accountId ?? after;
    for (const account of page)
      if (rights.on(account.accountId).has('audit.read')) readable.push(account.accountId);
    if (readable.length > MAX_ACCOUNTS)
      throw badInput(
        'accountIds',
        `you may read the audit log of more than ${MAX_ACCOUNTS} accounts: name those you want`,
      );
  }
  return readable;
}

/** @throws BAD_USER_INPUT an event type that does not exist */
function filterFrom(given: AuditLogFilter): AuditFilter {
  checkEventTypes(given.types ?? [], 'filter.types');
  const { types, actorId, actorIds, actorKinds, subjectId, subjectIds } = given;
  const { from, to, fromPosition, toPosition, reasonCode, ticket, correlationId } = given;
  return {
    ...present('type', chosen(types)),
    ...present('actorIds', both(actorId, actorIds)),
    ...present('actorKinds', chosen(actorKinds)),
    ...present('subjectIds', both(subjectId, subjectIds)),
    ...present('reasonCode', reasonCode),
    ...present('ticket', ticket),
    ...present('correlationId', correlationId),
    ...present('occurredFrom', from),
    ...present('occurredTo', to),
    ...present('positionFrom', fromPosition),
    ...present('positionTo', toPosition),
  };
}

const present = <K extends keyof AuditFilter>(
  name: K,
  value: AuditFilter[K] | null,
): Pick<AuditFilter, K> | object => (value == null ? {} : { [name]: value });

/** Conditions are joined by "and": one user, and one of a list. */
function both(one: string | null | undefined, list: readonly string[] | null | undefined) {
  const wanted = chosen(list);
  if (one == null) return wanted;
  return wanted === null || wanted.includes(one) ? [one] : [];
}
