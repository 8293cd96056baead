import type Database from 'better-sqlite3';
import { isKnown } from './as-of.js';
import { prepared } from './prepared.js';

export const MAX_POSITIONS = 100;

/** The parameters of two moments, `from_…` and `to_…`. */
type Moments = Readonly<Record<string, number>>;

interface Owned {
  /** All say something of the same owner. */
  readonly tables: readonly string[];
  readonly owner: string;
  readonly number: number;
  readonly moments: Moments;
  /** Of an account's operators, one. */
  readonly operatorAccountId?: string | null;
}

const isWithin = (time: string): string =>
  `${time} > min(:from_at, :to_at) AND ${time} <= max(:from_at, :to_at)`;

/**
 * Events about one thing that lie between: what became known between, and what by the knowledge of `to` began or
 * ended between. A row begun by an event was first written by it; one that ends without a successor, by what ended it.
 */
export function positionsBetween(
  db: Database.Database,
  { tables, owner, number, moments, operatorAccountId = null }: Owned,
): readonly number[] {
  const isIts =
    operatorAccountId === null
      ? `q.${owner} = :number`
      : `q.${owner} = :number AND q.operator_account_id = :operatorAccountId`;
  const wasKnown = (moment: string) =>
    `(q.known_from <= :${moment}knownAt AND q.known_from_position <= :${moment}knownFromPosition)`;
  const positionsIn = (table: string) => `
      SELECT q.known_from_position AS position FROM ${table} q
        WHERE ${isIts} AND ${wasKnown('from_')} <> ${wasKnown('to_')}
      UNION SELECT min(q.known_from_position) FROM ${table} q WHERE ${isIts}
        GROUP BY q.revision HAVING max(${isKnown('q', 'to_')} AND ${isWithin('q.valid_from')})
      UNION SELECT q.known_from_position FROM ${table} q
        WHERE ${isIts} AND ${isKnown('q', 'to_')} AND ${isWithin('q.valid_to')}
          AND q.valid_to NOT IN (SELECT q.valid_from FROM ${table} q WHERE ${isIts} AND ${isKnown('q', 'to_')})`;
  const sql = `SELECT position FROM (${tables.map(positionsIn).join(' UNION ')})
    ORDER BY position LIMIT ${MAX_POSITIONS}`;
  return positions(db, sql, { number, operatorAccountId, ...moments });
}

/** Of the events that made the versions of the policy that began, or became known, between; they are never corrected. */
export const policyPositions = (db: Database.Database, number: number, moments: Moments) =>
  changedOnce(
    db,
    `SELECT min(known_from_position) AS position, min(known_from) AS known, min(valid_from) AS began
      FROM account_periods WHERE account_number = :number GROUP BY policy_version`,
    { number, ...moments },
  );

/** Of the events that registered and retired an application, those between; they are never corrected. */
export const applicationPositions = (db: Database.Database, duty: number, moments: Moments) =>
  changedOnce(
    db,
    `SELECT min(known_from_position) AS position, min(known_from) AS known, min(valid_from) AS began
      FROM responsibility_periods WHERE responsibility_number = :number
    UNION ALL SELECT q.known_from_position, q.known_from, q.valid_to FROM responsibility_periods q
      WHERE q.responsibility_number = :number AND q.known_to_position = ${Number.MAX_SAFE_INTEGER}
        AND q.valid_to = (SELECT ended_at FROM responsibilities WHERE responsibility_number = :number)`,
    { number: duty, ...moments },
  );

/** @param changes SELECT of position, known and began */
const changedOnce = (db: Database.Database, changes: string, parameters: object): readonly number[] =>
  positions(
    db,
    `SELECT position FROM (${changes}) WHERE (${isWithin('began')})
      OR (known <= :from_knownAt AND position <= :from_knownFromPosition)
        <> (known <= :to_knownAt AND position <= :to_knownFromPosition)
    ORDER BY position LIMIT ${MAX_POSITIONS}`,
    parameters,
  );

const positions = (db: Database.Database, sql: string, parameters: object): readonly number[] =>
  prepared<{ position: number }>(db, sql)
    .all(parameters)
    .map(({ position }) => position);
