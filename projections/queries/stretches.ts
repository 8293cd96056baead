/**
 * SQL for the first numbers out of several stretches of an index, each in the order of the numbers by itself: the first
 * of each, then of all. A stretch is a SELECT of a number called n, without ORDER BY and LIMIT.
 */
export function firstOfStretches(
  stretches: readonly string[],
  { order, limit }: { readonly order: 'ASC' | 'DESC'; readonly limit: string },
): string {
  if (stretches.length === 0) return 'SELECT NULL WHERE 0';
  const first = stretches.map((stretch) => `SELECT n FROM (${stretch} ORDER BY n ${order} LIMIT ${limit})`);
  return `SELECT n FROM (${first.join(' UNION ALL ')}) ORDER BY n ${order} LIMIT ${limit}`;
}

/** Each once, and only what there is: the length of a statement must not be the client's choice. */
export function knownOf<T extends string>(
  chosen: readonly string[] | null | undefined,
  all: readonly T[],
): T[] {
  return chosen == null ? [...all] : all.filter((one) => chosen.includes(one));
}
