import { OPEN_POSITION } from '../members/period-table.js';

/** A moment on both axes: what was true at `at`, as known at `knownAt`; milliseconds since 1970. */
export interface AsOf {
  readonly at: number;
  readonly knownAt: number;
  /** Of the events recorded in the very millisecond `knownAt`, those up to this position; missing = all. */
  readonly knownAtPosition?: number;
  /** What time alone brings about (an expiry, a session's maximum) happens up to here at most; missing = `at`. */
  readonly now?: number;
}

/** The parameters of `holds`, and `:clock` for what time alone brings about. */
export function momentOf({ at, knownAt, knownAtPosition, now = at }: AsOf) {
  const axes = { at, clock: Math.min(at, now), knownAt };
  return knownAtPosition === undefined
    ? { ...axes, knownUntil: knownAt, knownFromPosition: OPEN_POSITION, knownUntilPosition: -1 }
    : // The millisecond itself is looked into by position; it still lets the index skip what was superseded before.
      {
        ...axes,
        knownUntil: knownAt - 1,
        knownFromPosition: knownAtPosition,
        knownUntilPosition: knownAtPosition,
      };
}

/** SQL: a period holds at :at as known at :knownAt. */
export const holds = (
  alias: string,
): string => `${alias}.known_to > :knownUntil AND ${alias}.known_from <= :knownAt
      AND ${alias}.known_to_position > :knownUntilPosition AND ${alias}.known_from_position <= :knownFromPosition
      AND ${alias}.valid_to > :at AND ${alias}.valid_from <= :at`;

/**
 * SQL for the id of the one period of an owner that holds at the moment (no row when none does). Walks the index in
 * its order, so that the first row that matches, mostly the first there is, ends the search.
 */
export function periodIdAt(table: string, ownerColumn: string, owner: string): string {
  return `(SELECT q.period_id FROM ${table} q INDEXED BY ${table}_by_owner
    WHERE q.${ownerColumn} = ${owner} AND ${holds('q')} LIMIT 1)`;
}
