import type Database from 'better-sqlite3';
import { prepared } from './prepared.js';

export interface AccountRow {
  readonly number: number;
  readonly accountId: string;
  readonly name: string;
  readonly kind: string;
  readonly preset: string;
  /** AccountPolicy as JSON. */
  readonly policy: string;
  readonly policyVersion: number;
  readonly openedAt: number;
}

/** What one membership lets a person do; the latest one of an account, whatever its status. */
export interface AuthorityRow {
  readonly accountId: string;
  readonly membershipId: string;
  readonly status: string;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
}

const ACCOUNT = `SELECT account_number AS number, account_id AS accountId, name, kind, preset, policy,
  policy_version AS policyVersion, opened_at AS openedAt FROM accounts`;

const AUTHORITY = `SELECT m.account_id AS accountId, m.membership_id AS membershipId, m.status, m.kind, m.role,
  m.permissions FROM memberships m`;

export function account(db: Database.Database, accountId: string): AccountRow | null {
  return prepared<AccountRow>(db, `${ACCOUNT} WHERE account_id = ?`).get(accountId) ?? null;
}

export function accountsById(db: Database.Database, accountIds: readonly string[]): AccountRow[] {
  const sql = `${ACCOUNT} WHERE account_id IN (SELECT value FROM json_each(?)) ORDER BY account_number`;
  return prepared<AccountRow>(db, sql).all(JSON.stringify(accountIds));
}

/** Null before `muster init`. */
export function rootAccountId(db: Database.Database): string | null {
  const sql = 'SELECT root_account_id AS id FROM installation';
  return prepared<{ id: string }>(db, sql).get()?.id ?? null;
}

export interface OperatorRow {
  readonly operatorAccountId: string;
  /** Ms since the epoch. */
  readonly linkedAt: number;
}

/** Accounts whose members may act on this one, after an id. */
export function operatorsOf(
  db: Database.Database,
  accountId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): OperatorRow[] {
  const sql = `SELECT operator_account_id AS operatorAccountId, linked_at AS linkedAt FROM account_operators
    WHERE account_id = ? AND operator_account_id > ? ORDER BY operator_account_id LIMIT ?`;
  return prepared<OperatorRow>(db, sql).all(accountId, after, limit);
}

export function operatorsCount(db: Database.Database, accountId: string): number {
  const sql = 'SELECT count(*) AS n FROM account_operators WHERE account_id = ?';
  return prepared<{ n: number }>(db, sql).get(accountId)?.n ?? 0;
}

/** Ids of the accounts this one operates, after an id. */
export function accountsOperatedBy(
  db: Database.Database,
  operatorAccountId: string,
  { after = '', limit }: { after?: string; limit: number },
): string[] {
  const sql = `SELECT account_id AS id FROM account_operators INDEXED BY account_operators_by_operator
    WHERE operator_account_id = ? AND account_id > ? ORDER BY account_id LIMIT ?`;
  return prepared<{ id: string }>(db, sql)
    .all(operatorAccountId, after, limit)
    .map((row) => row.id);
}

/** By which memberships a person could act on an account: the own one, and those of accounts that operate it. */
export function authority(
  db: Database.Database,
  { accountId, userId }: { accountId: string; userId: string },
): { readonly own: AuthorityRow | null; readonly operators: readonly AuthorityRow[] } {
  const own = prepared<AuthorityRow>(
    db,
    `${AUTHORITY} WHERE m.user_id = ? AND m.account_id = ? ORDER BY m.join_number DESC LIMIT 1`,
  ).get(userId, accountId);
  const operators = prepared<AuthorityRow>(
    db,
    `SELECT m.account_id AS accountId, m.membership_id AS membershipId, m.status, m.kind, m.role, m.permissions
     FROM account_operators o CROSS JOIN memberships m ON m.join_number = (
       SELECT max(l.join_number) FROM memberships l WHERE l.user_id = ? AND l.account_id = o.operator_account_id)
     WHERE o.account_id = ? ORDER BY o.operator_account_id`,
  ).all(userId, accountId);
  return { own: own ?? null, operators };
}

/** The person's latest membership of every account, in the order of joining. */
export function accountsOfUser(db: Database.Database, userId: string): (AuthorityRow & { name: string })[] {
  return prepared<AuthorityRow & { name: string }>(
    db,
    `SELECT m.account_id AS accountId, m.membership_id AS membershipId, m.status, m.kind, m.role, m.permissions,
       a.name
     FROM memberships m JOIN accounts a ON a.account_id = m.account_id
     WHERE m.user_id = ? AND NOT EXISTS (SELECT 1 FROM memberships l
       WHERE l.user_id = m.user_id AND l.account_id = m.account_id AND l.join_number > m.join_number)
     ORDER BY m.join_number`,
  ).all(userId);
}
