/** A moment on both axes: what was true at `at`, as known at `knownAt`; milliseconds since 1970. */
export interface AsOf {
  readonly at: number;
  readonly knownAt: number;
}

export type AsOfChoice = Partial<AsOf>;

/** Not said means now. */
export function asOf(choice: AsOfChoice, now: number): AsOf {
  return { at: choice.at ?? now, knownAt: choice.knownAt ?? now };
}

/**
 * SQL for the id of the one period of an owner that holds at :at as known at :knownAt (no row when none does). Walks
 * the index in its order, so that the first row that matches, mostly the first there is, ends the search.
 */
export function periodIdAt(table: string, ownerColumn: string, owner: string): string {
  return `(SELECT q.period_id FROM ${table} q INDEXED BY ${table}_by_owner
    WHERE q.${ownerColumn} = ${owner} AND q.known_to > :knownAt AND q.known_from <= :knownAt
      AND q.valid_to > :at AND q.valid_from <= :at LIMIT 1)`;
}
