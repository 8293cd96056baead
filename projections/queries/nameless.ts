import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export interface NamelessRow {
  readonly userId: string;
  readonly accountId: string;
}

/** Access began in a membership later than `d`; to be invited once more, whatever became of it, is not enough. */
const cameBack = `EXISTS (SELECT 1 FROM memberships l JOIN membership_periods p ON p.join_number = l.join_number
  WHERE l.user_id = d.user_id AND l.account_id = d.account_id AND l.join_number > d.join_number AND p.status = 'ACTIVE')`;

/** The person of a row of `memberships` has no name in its account; SQL. */
export const isNameless = (alias: string): string => `EXISTS (
  SELECT 1 FROM memberships d INDEXED BY memberships_nameless
  WHERE d.user_id = ${alias}.user_id AND d.account_id = ${alias}.account_id
    AND d.attribution IN ('PSEUDONYM', 'ANONYMOUS') AND NOT ${cameBack})`;

/** Where these people were deleted under a policy that takes the name away (D3-10) and had no access since; mostly nowhere. */
export function namelessMemberships(db: Database.Database, userIds: readonly string[]): NamelessRow[] {
  const sql = `SELECT d.user_id AS userId, d.account_id AS accountId
    FROM json_each(?) asked CROSS JOIN memberships d INDEXED BY memberships_nameless
      ON d.user_id = asked.value AND d.attribution IN ('PSEUDONYM', 'ANONYMOUS')
    WHERE NOT ${cameBack}`;
  return prepared<NamelessRow>(db, sql).all(JSON.stringify(userIds));
}
