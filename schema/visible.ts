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

/** The person's membership in each of those accounts: the present one, or the last. */
export const sharedMemberships = (userId: string, context: RequestContext): readonly MembershipRow[] =>
  accountsShared(userId, context).flatMap((id) => context.reads.membership(id, userId) ?? []);

export type Shown = 'NAME_AND_ADDRESS' | 'NAME' | 'ADDRESS' | 'NOTHING';

/**
 * What of a person the caller is shown. Nothing of somebody deleted under a policy that takes the name away (D3-10) from
 * every account where the caller could see him: the label that stands for him must not be walked around. No more than
 * the address of somebody who was asked in there and never came: whoever invites an address learns nothing by it. Of
 * somebody whom the records of accounts name and who need not be in them, like an operator's member, the name alone to
 * who may read names in the records there, as long as an account keeps it.
 * @param recordedIn the accounts whose records name the person; null: found as one of an account's people
 */
export function shownOf(
  userId: string,
  context: RequestContext,
  recordedIn: readonly string[] | null = null,
): Shown {
  if (userId === context.userId) return 'NAME_AND_ADDRESS';
  const nameless = context.reads.namelessIn(userId);
  const asked = context.reads.onlyAskedInto(userId);
  if (recordedIn === null && nameless.size === 0 && asked.size === 0) return 'NAME_AND_ADDRESS';
  const keepsName = (accountId: string) => !nameless.has(accountId);
  const shared = accountsShared(userId, context);
  const named = shared.filter(keepsName);
  if (named.some((accountId) => !asked.has(accountId))) return 'NAME_AND_ADDRESS';
  if (named.length > 0) return 'ADDRESS';
  if (shared.length > 0) return 'NOTHING';
  if (recordedIn === null) return nameless.size === 0 ? 'NAME_AND_ADDRESS' : 'NOTHING';
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
