import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export interface NamelessRow {
  readonly userId: string;
  readonly accountId: string;
}

/** Where these people's last membership was deleted under a policy that takes the name away (D3-10); mostly nowhere. */
export function namelessMemberships(db: Database.Database, userIds: readonly string[]): NamelessRow[] {
  const sql = `SELECT m.user_id AS userId, m.account_id AS accountId
    FROM json_each(?) asked CROSS JOIN memberships m INDEXED BY memberships_nameless
      ON m.user_id = asked.value AND m.attribution IN ('PSEUDONYM', 'ANONYMOUS')
    WHERE NOT EXISTS (SELECT 1 FROM memberships l
      WHERE l.user_id = m.user_id AND l.account_id = m.account_id AND l.join_number > m.join_number)`;
  return prepared<NamelessRow>(db, sql).all(JSON.stringify(userIds));
}
