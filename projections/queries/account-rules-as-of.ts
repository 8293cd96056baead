import type Database from 'better-sqlite3';
import type { AccountRow, OperatorRow } from './accounts.js';
import { type AsOf, holds, momentOf, periodIdAt } from './as-of.js';
import { type CountsOfStatus, membershipCountsAsOf } from './memberships-as-of.js';
import { prepared } from './prepared.js';
import type { SeatCounts } from './seats.js';

export interface AccountRulesRow extends AccountRow {
  /** Null: no limit. */
  readonly planSeats: number | null;
  readonly addOnSeats: number;
}

/** The account with the rules and the seat plan it had; null: it was not there. */
export function accountRulesAsOf(
  db: Database.Database,
  accountId: string,
  asOf: AsOf,
): AccountRulesRow | null {
  const sql = `SELECT a.account_number AS number, a.account_id AS accountId, a.name, a.kind, p.preset, p.policy,
      p.policy_version AS policyVersion, a.opened_at AS openedAt, p.plan_seats AS planSeats,
      p.add_on_seats AS addOnSeats
    FROM accounts a CROSS JOIN account_periods p
      ON p.period_id = ${periodIdAt('account_periods', 'account_number', 'a.account_number')}
    WHERE a.account_id = :accountId`;
  return prepared<AccountRulesRow>(db, sql).get({ accountId, ...momentOf(asOf) }) ?? null;
}

/** Looks at everybody who has ever been in the account. */
export function seatsAsOf(db: Database.Database, accountId: string, asOf: AsOf): SeatCounts {
  const plan = accountRulesAsOf(db, accountId, asOf) ?? { planSeats: null, addOnSeats: 0 };
  return seatCountsOf(plan, membershipCountsAsOf(db, accountId, asOf));
}

/** Seats taken, by the counts of an account's people. */
export function seatCountsOf(
  { planSeats, addOnSeats }: Pick<AccountRulesRow, 'planSeats' | 'addOnSeats'>,
  counts: readonly CountsOfStatus[],
): SeatCounts {
  const countOf = (...statuses: readonly string[]) =>
    counts.reduce((sum, { status, count }) => (statuses.includes(status) ? sum + count : sum), 0);
  return {
    planSeats,
    addOnSeats,
    inUse: countOf('ACTIVE', 'FROZEN'),
    pendingInvitations: countOf('INVITED'),
  };
}

const OPERATORS = `FROM account_operator_periods p INDEXED BY account_operator_periods_by_owner
  WHERE p.account_number = (SELECT account_number FROM accounts WHERE account_id = :accountId) AND ${holds('p')}`;

/** Accounts whose members could act on this one then, after an id. */
export function operatorsAsOf(
  db: Database.Database,
  accountId: string,
  { asOf, after, limit }: { readonly asOf: AsOf; readonly after: string; readonly limit: number },
): OperatorRow[] {
  const sql = `SELECT p.operator_account_id AS operatorAccountId, p.valid_from AS linkedAt ${OPERATORS}
    AND p.operator_account_id > :after ORDER BY p.operator_account_id LIMIT :limit`;
  return prepared<OperatorRow>(db, sql).all({ accountId, ...momentOf(asOf), after, limit });
}

export function operatorsAsOfCount(db: Database.Database, accountId: string, asOf: AsOf): number {
  const sql = `SELECT count(*) AS n ${OPERATORS}`;
  return prepared<{ n: number }>(db, sql).get({ accountId, ...momentOf(asOf) })?.n ?? 0;
}
