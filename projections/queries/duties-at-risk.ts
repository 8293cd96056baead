import type Database from 'better-sqlite3';
import type { Page } from './page.js';
import { prepared } from './prepared.js';
import type { ResponsibilityRow } from './responsibilities.js';

export interface DutyAtRiskRow extends ResponsibilityRow {
  readonly userId: string;
  /** Of the holder: INACTIVE or FROZEN. */
  readonly status: string;
  /** When the holder's access went off, ms. */
  readonly statusSince: number;
}

export interface ConcentratedDutiesRow {
  readonly accountId: string;
  /** Duties that somebody holds. */
  readonly duties: number;
  readonly holders: number;
}

export interface DutyHolderRow {
  readonly userId: string;
  readonly duties: number;
}

export interface SingleOwnerRow {
  readonly accountId: string;
  readonly userId: string;
  /** Since when that one is ACTIVE, ms. */
  readonly statusSince: number;
}

/** Accounts of the set, in the order asked for, after a key, exclusive. */
interface InAccounts<Key> {
  readonly accountIds: readonly string[];
  readonly after: Key | null;
  readonly limit: number;
}

const OF_SET = 'account_id IN (SELECT value FROM json_each(:accountIds))';

/** Duties whose holder has no access, in the order in which the duties came to be. */
export function dutiesWithoutAccess(db: Database.Database, asked: InAccounts<number>): Page<DutyAtRiskRow> {
  const sql = `SELECT d.responsibility_number AS number, d.account_id AS accountId, d.kind,
      d.application_id AS applicationId, a.name AS applicationName, d.user_id AS userId, d.since,
      m.status, m.status_since AS statusSince
    FROM (SELECT * FROM responsibilities INDEXED BY responsibilities_by_account
      WHERE ${OF_SET} AND responsibility_number > ifnull(:after, 0) AND user_id IS NOT NULL) d
    CROSS JOIN memberships m INDEXED BY memberships_by_user
      ON m.user_id = d.user_id AND m.account_id = d.account_id AND m.status IN ('INACTIVE', 'FROZEN')
    LEFT JOIN applications a ON a.application_id = d.application_id
    ORDER BY d.responsibility_number LIMIT :rows`;
  return pageOf(db, sql, asked);
}

/** Accounts in which so many duties are held by so few people. */
export function concentratedDuties(
  db: Database.Database,
  { mostHolders, leastDuties, ...asked }: InAccounts<string> & { mostHolders: number; leastDuties: number },
): Page<ConcentratedDutiesRow> {
  const sql = `SELECT account_id AS accountId, count(*) AS duties, count(DISTINCT user_id) AS holders
    FROM responsibilities INDEXED BY responsibilities_by_account
    WHERE ${OF_SET} AND account_id > ifnull(:after, '') AND user_id IS NOT NULL
    GROUP BY account_id HAVING holders <= :mostHolders AND duties >= :leastDuties
    ORDER BY account_id LIMIT :rows`;
  return pageOf(db, sql, asked, { mostHolders, leastDuties });
}

/** Who holds how many of the account's duties, the most first. */
export function dutyHolders(db: Database.Database, accountId: string): DutyHolderRow[] {
  const sql = `SELECT user_id AS userId, count(*) AS duties
    FROM responsibilities INDEXED BY responsibilities_by_account
    WHERE account_id = ? AND user_id IS NOT NULL GROUP BY user_id ORDER BY duties DESC, user_id`;
  return prepared<DutyHolderRow>(db, sql).all(accountId);
}

/** Accounts with exactly one ACTIVE OWNER. */
export function singleOwners(db: Database.Database, asked: InAccounts<string>): Page<SingleOwnerRow> {
  const sql = `SELECT account_id AS accountId, min(user_id) AS userId, min(status_since) AS statusSince
    FROM memberships INDEXED BY memberships_by_status
    WHERE ${OF_SET} AND account_id > ifnull(:after, '') AND status = 'ACTIVE' AND role = 'OWNER'
    GROUP BY account_id HAVING count(*) = 1 ORDER BY account_id LIMIT :rows`;
  return pageOf(db, sql, asked);
}

function pageOf<Row>(
  db: Database.Database,
  sql: string,
  { accountIds, after, limit }: InAccounts<string | number>,
  also: Readonly<Record<string, number>> = {},
): Page<Row> {
  const parameters = { accountIds: JSON.stringify(accountIds), after, rows: limit + 1, ...also };
  const found = prepared<Row>(db, sql).all(parameters);
  return { rows: found.slice(0, limit), hasMore: found.length > limit };
}
