import type Database from 'better-sqlite3';
import type { NamelessRow } from './nameless.js';
import { prepared } from './prepared.js';

/** Word for word the condition of the index memberships_asked. */
export const mayBeOnlyAsked = (alias = ''): string => {
  const [status, canReinstate] = ['status', 'can_reinstate'].map((column) => `${alias}${column}`);
  return `(${status} IN ('INVITED', 'INVITATION_EXPIRED') OR (${status} IN ('REMOVED', 'DELETED') AND ${canReinstate} = 0))`;
};

/** The person of a row of `memberships` was asked into its account and never came in; SQL. */
export const isOnlyAsked = (alias: string): string => `${mayBeOnlyAsked(`${alias}.`)} AND NOT EXISTS (
  SELECT 1 FROM memberships l JOIN membership_periods p ON p.join_number = l.join_number
  WHERE l.user_id = ${alias}.user_id AND l.account_id = ${alias}.account_id AND p.status = 'ACTIVE')`;

/** Where these people were asked in and never came in, whatever became of it. */
export function onlyAskedInto(db: Database.Database, userIds: readonly string[]): NamelessRow[] {
  const sql = `SELECT DISTINCT m.user_id AS userId, m.account_id AS accountId
    FROM json_each(?) asked CROSS JOIN memberships m INDEXED BY memberships_asked
      ON m.user_id = asked.value AND ${isOnlyAsked('m')}`;
  return prepared<NamelessRow>(db, sql).all(JSON.stringify(userIds));
}
