import { OPEN_POSITION, OPEN_TIME } from '../members/period-table.js';

/** A moment on both axes: what was true at `at`, as known at `knownAt`; milliseconds since 1970. */
export interface AsOf {
  readonly at: number;
  readonly knownAt: number;
  /** Of the events recorded in the very millisecond `knownAt`, those up to this position; missing = all. */
  readonly knownAtPosition?: number;
  /** With `knownAtPosition`: what was superseded before then is passed over unread; missing = `knownAt`. */
  readonly knownSince?: number;
  /** What time alone brings about (an expiry, a session's maximum) happens up to here at most; missing = `at`. */
  readonly now?: number;
}

/** The parameters of `holds`, and `:clock` for what time alone brings about. */
export function momentOf({ at, knownAt, knownAtPosition, knownSince = knownAt, now = at }: AsOf) {
  const axes = { at, clock: Math.min(at, now), knownAt };
  return knownAtPosition === undefined
    ? { ...axes, knownUntil: knownAt, knownFromPosition: OPEN_POSITION, knownUntilPosition: -1 }
    : // The millisecond itself is looked into by position; it still lets the index skip what was superseded before.
      {
        ...axes,
        knownUntil: knownSince - 1,
        knownFromPosition: knownAtPosition,
        knownUntilPosition: knownAtPosition,
      };
}

/** SQL: a period is known; `moment` begins the names of the parameters, where a statement has two moments. */
export const isKnown = (alias: string, moment = ''): string =>
  `${alias}.known_to > :${moment}knownUntil AND ${alias}.known_from <= :${moment}knownAt
      AND ${alias}.known_to_position > :${moment}knownUntilPosition
      AND ${alias}.known_from_position <= :${moment}knownFromPosition`;

/** SQL: a period is known and holds. */
export const holds = (alias: string, moment = ''): string =>
  `${isKnown(alias, moment)} AND ${alias}.valid_to > :${moment}at AND ${alias}.valid_from <= :${moment}at`;

/** The parameters of a statement with two moments: each name begins with `from_` or `to_`. */
export function momentsOf({ from, to }: { readonly from: AsOf; readonly to: AsOf }): Record<string, number> {
  const named = (moment: string, asOf: AsOf) =>
    Object.entries(momentOf(asOf)).map(([name, value]) => [`${moment}${name}`, value] as const);
  return Object.fromEntries([...named('from_', from), ...named('to_', to)]);
}

/**
 * SQL for the id of the one period of an owner that holds at the moment (null when none does). What is known to this
 * day is found at once, however long the owner's past; only where less was known then, what has been superseded since
 * is walked through.
 */
export function periodIdAt(table: string, ownerColumn: string, owner: string, moment = ''): string {
  return `coalesce((SELECT CASE WHEN q.valid_from <= :${moment}at AND q.known_from <= :${moment}knownAt
        AND q.known_from_position <= :${moment}knownFromPosition THEN q.period_id END
      FROM ${table} q INDEXED BY ${table}_by_owner
      WHERE q.${ownerColumn} = ${owner} AND q.known_to = ${OPEN_TIME} AND q.valid_to > :${moment}at
      ORDER BY q.valid_to, q.valid_from LIMIT 1),
    (SELECT q.period_id FROM ${table} q INDEXED BY ${table}_by_owner
      WHERE q.${ownerColumn} = ${owner} AND q.known_to < ${OPEN_TIME} AND ${holds('q', moment)} LIMIT 1))`;
}
