import type Database from 'better-sqlite3';
import { statusAsOf } from './membership-row.js';
import { prepared } from './prepared.js';

export interface MembershipCountRow {
  readonly status: string;
  readonly role: string;
  readonly count: number;
}

/**
 * How many an account has in each status and role, from the index alone; only of the invited ones the rows are read,
 * because time makes some of them INVITATION_EXPIRED.
 * @param now ms since the epoch
 */
export function membershipCounts(
  db: Database.Database,
  { accountId, now }: { readonly accountId: string; readonly now: number },
): MembershipCountRow[] {
  const sql = `SELECT m.status, m.role, count(*) AS count FROM memberships m INDEXED BY memberships_by_status
      WHERE m.account_id = :accountId AND m.status <> 'INVITED' GROUP BY m.status, m.role
    UNION ALL
    SELECT ${statusAsOf('m')}, m.role, count(*) FROM memberships m INDEXED BY memberships_by_status
      WHERE m.account_id = :accountId AND m.status = 'INVITED' GROUP BY 1, 2`;
  return prepared<MembershipCountRow>(db, sql).all({ accountId, now });
}
