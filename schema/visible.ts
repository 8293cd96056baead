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

/**
 * False for somebody who was deleted under a policy that takes his name away (D3-10) from every account where the
 * caller could see him: the label that stands for him must not be walked around.
 */
export function isNamedTo(userId: string, context: RequestContext): boolean {
  if (userId === context.userId) return true;
  const nameless = context.reads.namelessIn(userId);
  if (nameless.size === 0) return true;
  const shared = accountsShared(userId, context);
  return shared.length === 0 || shared.some((accountId) => !nameless.has(accountId));
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
