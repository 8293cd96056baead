import type { GraphQLField, GraphQLSchema } from 'graphql';
import type { RefusedAttempt } from '../src/application/refusals.js';
import { forbiddenCodes } from '../src/domain/audit/events.js';
import type { RequestContext } from './context.js';
import { BulkPayload } from './mutations/bulk-payload.js';
import { MutationPayload } from './types/mutation-payload.js';

/**
 * What any mutation refuses for a forbidden reason is noted, whatever the mutation: no resolver can forget it. Dry runs
 * are questions, not attempts.
 */
export function noteRefusals(schema: GraphQLSchema): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) watch(field);
}

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
  for (const one of refused) if (isForbidden(one, command, context)) await note(one, command, context);
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
function note(
  { accountId, targetUserId, ...refused }: Refused,
  command: string,
  { application, reads, actorId, requestId }: RequestContext,
): Promise<void> {
  const isAccount = accountId !== null && reads.account(accountId) !== null;
  const isPerson = targetUserId !== null && reads.person(targetUserId) !== null;
  return application.refusals.note({
    ...refused,
    command,
    actorId,
    accountId: isAccount ? accountId : reads.rootAccountId(),
    targetUserId: isPerson ? targetUserId : null,
    correlationId: requestId,
  });
}
