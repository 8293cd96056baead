import { apiError } from './api-error.js';
import type { RequestContext } from './context.js';
import type { MembershipRow } from './reads.js';

/** How long a query waits for `minPosition`, in milliseconds. */
export const MIN_POSITION_WAIT_MS = 2_000;

/** Accounts a person is or was in, where the caller may see the people; in the order of ids. */
export function accountsShared(userId: string, { reads, rights }: RequestContext): readonly string[] {
  const seesPeople = (accountId: string) => rights.on(accountId).has('users.read');
  return reads.accountIdsOf(userId).filter(seesPeople).sort();
}

/** Memberships of a person, ended ones too, in those accounts. */
export function membershipsShared(
  userId: string,
  context: RequestContext,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): { readonly rows: readonly MembershipRow[]; readonly hasMore: boolean } {
  const accountIds = accountsShared(userId, context).filter((id) => after === null || id > after);
  const rows = accountIds.slice(0, limit).flatMap((id) => context.reads.membership(id, userId) ?? []);
  return { rows, hasMore: accountIds.length > limit };
}

/** All of them at once: the membership or the last one, per account. */
export const sharedMemberships = (userId: string, context: RequestContext): readonly MembershipRow[] =>
  accountsShared(userId, context).flatMap((id) => context.reads.membership(id, userId) ?? []);

/**
 * False for somebody who was deleted under a policy that takes his name away (D3-10) from every account where the
 * caller could see him: the label that stands for him must not be walked around.
 */
export function isNamedTo(userId: string, context: RequestContext): boolean {
  if (userId === context.userId) return true;
  const nameless = context.reads.namelessIn(userId);
  if (nameless.size === 0) return true;
  return accountsShared(userId, context).some((accountId) => !nameless.has(accountId));
}

/**
 * Of somebody whom the records of accounts name and who need not be in them, like an operator's member: the whole to
 * whoever shares an account with him, the name alone to who may read names in the records there, as long as an account
 * keeps it (D3-10).
 */
export function shownInRecords(
  userId: string,
  recordedIn: readonly string[],
  context: RequestContext,
): 'NAME_AND_EMAIL' | 'NAME' | 'NOTHING' {
  if (userId === context.userId) return 'NAME_AND_EMAIL';
  const nameless = context.reads.namelessIn(userId);
  const keepsName = (accountId: string) => !nameless.has(accountId);
  const shared = accountsShared(userId, context);
  if (shared.length > 0) return shared.some(keepsName) ? 'NAME_AND_EMAIL' : 'NOTHING';
  const mayReadNames = recordedIn.some((accountId) => context.rights.on(accountId).has('audit.personal'));
  return mayReadNames && context.reads.accountIdsOf(userId).some(keepsName) ? 'NAME' : 'NOTHING';
}

/**
 * Waits until the read model shows the position.
 * @throws PROJECTION_LAGGING
 */
export async function untilReadable(
  { readModel }: RequestContext,
  minPosition: number | null | undefined,
): Promise<void> {
  if (minPosition === null || minPosition === undefined || readModel.position >= minPosition) return;
  if (await readModel.waitFor(minPosition, MIN_POSITION_WAIT_MS)) return;
  throw apiError(
    'PROJECTION_LAGGING',
    `The read model is at ${readModel.position}, not yet at ${minPosition}. Ask again; if the position came from another Muster, it never will be.`,
  );
}

/** The argument `minPosition` of queries. */
export const MIN_POSITION = {
  nullable: true,
  description:
    'Answer only once the read model has reached this position; waits up to 2 s, then PROJECTION_LAGGING.',
} as const;
