import type Database from 'better-sqlite3';
import { type AsOf, periodIdAt } from './as-of.js';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

/**
 * A membership as it was at a moment, as known at a moment. One that was INVITED reads so until the expiry was known,
 * which is recorded with the time the invitation ran out: only a moment between that and its recording differs.
 */
export interface MembershipAsOfRow {
  readonly number: number;
  readonly membershipId: string;
  readonly accountId: string;
  readonly userId: string;
  readonly status: string;
  readonly endedBy: string | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  /** When this state began and ended; the year 9999 while it lasts. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly knownFrom: number;
  readonly knownTo: number;
  /** Revision of the event that began it. */
  readonly revision: number;
}

const SOURCE = `SELECT m.join_number AS number, m.membership_id AS membershipId, m.account_id AS accountId,
    m.user_id AS userId, p.status, p.ended_by AS endedBy, p.kind, p.role, p.permissions, p.valid_from AS validFrom,
    p.valid_to AS validTo, p.known_from AS knownFrom, p.known_to AS knownTo, p.revision`;

const PERIOD = `CROSS JOIN membership_periods p
    ON p.period_id = ${periodIdAt('membership_periods', 'join_number', 'm.join_number')}`;

/** Without a status, all that had not ended. */
export function membershipsAsOf(
  db: Database.Database,
  filter: { accountId: string; status?: readonly string[]; role?: readonly string[] },
  { asOf, page }: { asOf: AsOf; page: PageRequest },
): Page<MembershipAsOfRow> {
  const { accountId, status, role } = filter;
  const sql = `${SOURCE} FROM memberships m INDEXED BY memberships_by_account ${PERIOD}
    WHERE m.account_id = :accountId AND m.join_number > :after AND m.join_number < :before
      AND ${status === undefined ? "p.status NOT IN ('REMOVED', 'DELETED')" : 'p.status IN (SELECT value FROM json_each(:status))'}
      ${role === undefined ? '' : 'AND p.role IN (SELECT value FROM json_each(:role))'}
    ORDER BY m.join_number ${orderOf(page)} LIMIT :rows`;
  const parameters = {
    accountId,
    ...(status === undefined ? {} : { status: JSON.stringify(status) }),
    ...(role === undefined ? {} : { role: JSON.stringify(role) }),
    ...asOf,
    ...boundsOf(page),
  };
  return pageOf(prepared<MembershipAsOfRow>(db, sql).all(parameters), page);
}

/** Of a person who was deleted and added again, the membership that had begun last by then. */
export function membershipAsOf(
  db: Database.Database,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
  asOf: AsOf,
): MembershipAsOfRow | null {
  const sql = `${SOURCE} FROM memberships m INDEXED BY memberships_by_user ${PERIOD}
    WHERE m.user_id = :userId AND m.account_id = :accountId ORDER BY m.join_number DESC LIMIT 1`;
  return prepared<MembershipAsOfRow>(db, sql).get({ accountId, userId, ...asOf }) ?? null;
}
