import { GraphQLError, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import type { RefusedAttempt } from '../src/application/refusals.js';
import { forbiddenCodes } from '../src/domain/audit/events.js';
import { accessRuleOf } from './access.js';
import type { RequestContext } from './context.js';
import { BulkPayload } from './mutations/bulk-payload.js';
import { refusedAt } from './rights.js';
import { MutationPayload } from './types/mutation-payload.js';

/**
 * What any mutation refuses for a forbidden reason is noted, whatever the mutation: no resolver can forget it. Dry runs
 * are questions, not attempts. So is what was to be read without the right to it, in an account that may be seen.
 */
export function noteRefusals(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) watch(field);
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {}))
    watchReading(field, field.name);
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) watchFollowing(field);
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType))
    for (const field of Object.values(type.getFields()))
      if (accessRuleOf(field.extensions)?.by === 'ACCOUNT_PERMISSION')
        watchReading(field, `${type.name}.${field.name}`);
}

/** Waits for nothing but, where it is refused, the record of that. */
function watchReading(field: GraphQLField<unknown, RequestContext>, name: string): void {
  const { resolve } = field;
  if (resolve === undefined) return;
  field.resolve = (source, args, context, info) => {
    const noted = (error: unknown) => noteReading(error, { name, args }, context);
    try {
      const result: unknown = resolve(source, args, context, info);
      return result instanceof Promise ? result.catch(noted) : result;
    } catch (error) {
      return noted(error);
    }
  };
}

function watchFollowing(field: GraphQLField<unknown, RequestContext>): void {
  const { subscribe, name } = field;
  if (subscribe === undefined) return;
  field.subscribe = async (source, args, context, info) => {
    try {
      return await subscribe(source, args, context, info);
    } catch (error) {
      return noteReading(error, { name, args }, context);
    }
  };
}

/** Throws what was refused, once it is noted. */
async function noteReading(
  error: unknown,
  { name, args }: { readonly name: string; readonly args: Readonly<Record<string, unknown>> },
  context: RequestContext,
): Promise<never> {
  if (!(error instanceof GraphQLError) || error.extensions.code !== 'PERMISSION_DENIED') throw error;
  const accountId = refusedAt(error) ?? textIn(args, 'accountId');
  // In accounts that he may not see nothing is said to be there; that he asked says nothing either.
  if (accountId === null || context.rights.maySee(accountId) || accountId === context.reads.rootAccountId())
    await note(
      { code: 'PERMISSION_DENIED', accountId, targetUserId: textIn(args, 'userId'), times: 1 },
      context,
      {
        command: name,
        isReading: true,
      },
    ).catch((failure: unknown) => context.log.error({ err: failure }, 'noting a refused reading failed'));
  throw error;
}

const textIn = (args: Readonly<Record<string, unknown>>, name: string): string | null =>
  typeof args[name] === 'string' ? args[name] : null;

interface Asked {
  readonly accountId?: string;
  readonly userId?: string;
  readonly dryRun?: boolean | null;
  /** Of a bulk mutation. */
  readonly selection?: readonly { readonly accountId: string }[];
}

function watch(field: GraphQLField<unknown, RequestContext>): void {
  const { resolve, name } = field;
  if (resolve === undefined) return;
  field.resolve = async (source, args, context, info) => {
    const payload: unknown = await resolve(source, args, context, info);
    const asked = (args as { readonly input?: Asked }).input ?? {};
    // The refusal stands, whether or not it can be noted.
    if (asked.dryRun !== true)
      await noteAll(refusedIn(payload, asked), name, context).catch((error: unknown) =>
        context.log.error({ err: error }, 'noting a refused attempt failed'),
      );
    return payload;
  };
}

type Refused = Pick<RefusedAttempt, 'code' | 'accountId' | 'targetUserId' | 'times'>;

async function noteAll(refused: readonly Refused[], command: string, context: RequestContext): Promise<void> {
  for (const one of refused)
    if (isForbidden(one, command, context)) await note(one, context, { command, isReading: false });
}

function refusedIn(payload: unknown, asked: Asked): readonly Refused[] {
  const { accountId = null, userId = null, selection } = asked;
  if (payload instanceof BulkPayload && payload.items.length > 0) return refusedItems(payload);
  if (!(payload instanceof BulkPayload || payload instanceof MutationPayload)) return [];
  if (payload.outcome !== 'REJECTED') return [];
  const accountIds =
    selection === undefined ? [accountId] : [...new Set(selection.map((of) => of.accountId))];
  return payload.userErrors.flatMap(({ code }) =>
    accountIds.map((id) => ({ code, accountId: id, targetUserId: userId, times: 1 })),
  );
}

/** One for each account and reason, however many people it met; of one person alone it says whom. */
function refusedItems({ items }: BulkPayload): readonly Refused[] {
  const refused = new Map<string, Refused>();
  for (const { accountId, userId, outcome, userErrors } of items)
    for (const { code } of outcome === 'REJECTED' ? userErrors : []) {
      const name = `${accountId} ${code}`;
      const before = refused.get(name);
      refused.set(name, {
        code,
        accountId,
        targetUserId: before === undefined ? userId : null,
        times: (before?.times ?? 0) + 1,
      });
    }
  return [...refused.values()];
}

/** What is not visible answers like what is not there; so does a token that is cut, made up, or somebody else's. */
function isForbidden(
  { code, accountId }: Refused,
  command: string,
  { reads, rights }: RequestContext,
): boolean {
  if (code !== 'NOT_FOUND') return forbiddenCodes.has(code);
  if (answersInvitation.has(command)) return true;
  return accountId !== null && !rights.maySee(accountId) && reads.account(accountId) !== null;
}

const answersInvitation: ReadonlySet<string> = new Set(['acceptInvitation', 'declineInvitation']);

/** Ids that name nothing are left out: the log is no place for what a stranger makes up. */
async function note(
  { accountId, targetUserId, ...refused }: Refused,
  { application, reads, actor, requestId }: RequestContext,
  tried: Pick<RefusedAttempt, 'command' | 'isReading'>,
): Promise<void> {
  const isAccount = accountId !== null && reads.account(accountId) !== null;
  const isPerson = targetUserId !== null && reads.person(targetUserId) !== null;
  await application.refusals.note({
    ...refused,
    ...tried,
    actor: actor(),
    accountId: isAccount ? accountId : reads.rootAccountId(),
    targetUserId: isPerson ? targetUserId : null,
    correlationId: requestId,
  });
}
