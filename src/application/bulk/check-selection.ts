import { type Rejection, reject } from '../../domain/rejection.js';

/** Most items of one operation, whatever the accounts allow: what its first event has room for. */
export const MAX_ITEMS = 5_000;

/** People of one account. */
export interface Selected {
  readonly accountId: string;
  readonly userIds: readonly string[];
}

/** Nobody and no account twice, somebody in each, and not too many. */
export const checkSelection = (
  selection: readonly Selected[],
  { idsIn, atMost = MAX_ITEMS }: { readonly idsIn: 'items' | 'userIds'; readonly atMost?: number },
): Rejection | null => {
  if (selection.length === 0) return invalid('Select at least one user.', 'selection');
  const doubledAccount = firstDoubled(selection.map(({ accountId }) => accountId));
  if (doubledAccount !== null)
    return invalid(
      'This account is named twice; put its users together.',
      `selection.${doubledAccount}.accountId`,
    );
  for (const [at, { userIds }] of selection.entries()) {
    const field = `selection.${at}.${idsIn}`;
    if (userIds.length === 0) return invalid('Select at least one user of this account.', field);
    const doubled = firstDoubled(userIds);
    if (doubled !== null)
      return invalid(
        'This user is named twice; name each once.',
        idsIn === 'items' ? `${field}.${doubled}.userId` : `${field}.${doubled}`,
      );
  }
  const requested = selection.reduce((sum, { userIds }) => sum + userIds.length, 0);
  return requested > atMost
    ? reject('BULK_LIMIT_EXCEEDED', `At most ${atMost} users at once, not ${requested}; do it in parts.`, {
        field: 'selection',
        bulk: { limit: atMost, requested },
      })
    : null;
};

const invalid = (message: string, field: string): Rejection => reject('INVALID_INPUT', message, { field });

const firstDoubled = (ids: readonly string[]): number | null => {
  const seen = new Set<string>();
  for (const [at, id] of ids.entries()) {
    if (seen.has(id)) return at;
    seen.add(id);
  }
  return null;
};
