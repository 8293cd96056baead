import type Database from 'better-sqlite3';
import { boundsOf, orderOf, type Page, type PageRequest, pageOf } from './page.js';
import { prepared } from './prepared.js';

export interface SeatCounts {
  /** Null: no limit. */
  readonly planSeats: number | null;
  readonly addOnSeats: number;
  /** Members with access, frozen ones too. */
  readonly inUse: number;
  /** Open invitations, whether or not the policy reserves seats for them. */
  readonly pendingInvitations: number;
}

/** One stretch of the log in which a membership took a seat: from one event, up to and without another. */
export interface SeatLedgerRow {
  /** The cursor of pages. */
  readonly number: number;
  readonly accountId: string;
  readonly userId: string;
  readonly membershipId: string;
  readonly hold: 'IN_USE' | 'RESERVED';
  readonly fromPosition: number;
  readonly fromAt: number;
  /** Type of the event. */
  readonly takenBy: string;
  /** Null: to this day. */
  readonly toPosition: number | null;
  readonly toAt: number | null;
  readonly releasedBy: string | null;
}

export interface SeatLedgerFilter {
  readonly accountId: string;
  readonly userId?: string | null;
  /** Only entries open at this place in the log; they add up to what the account counted there. */
  readonly atPosition?: number | null;
}

/** @param now ms: invitations whose time is up hold no seat; 0 = as recorded */
export function seatsOf(db: Database.Database, accountId: string, now = 0): SeatCounts {
  const plan = prepared<Pick<SeatCounts, 'planSeats' | 'addOnSeats'>>(
    db,
    'SELECT plan_seats AS planSeats, add_on_seats AS addOnSeats FROM accounts WHERE account_id = ?',
  ).get(accountId);
  const taken = prepared<Pick<SeatCounts, 'inUse' | 'pendingInvitations'>>(
    db,
    `SELECT (SELECT count(*) FROM memberships INDEXED BY memberships_by_status
         WHERE account_id = :accountId AND status IN ('ACTIVE', 'FROZEN')) AS inUse,
       (SELECT count(*) FROM memberships INDEXED BY memberships_by_status
         WHERE account_id = :accountId AND status = 'INVITED' AND invitation_expires_at > :now) AS pendingInvitations`,
  ).get({ accountId, now });
  return { planSeats: null, addOnSeats: 0, inUse: 0, pendingInvitations: 0, ...plan, ...taken };
}

/** Who took a seat from when to when, in the order of taking. */
export function seatLedgerPage(
  db: Database.Database,
  filter: SeatLedgerFilter,
  page: PageRequest,
): Page<SeatLedgerRow> {
  const sql = `SELECT entry_number AS number, account_id AS accountId, user_id AS userId,
      membership_id AS membershipId, hold, from_position AS fromPosition, from_at AS fromAt, taken_by AS takenBy,
      to_position AS toPosition, to_at AS toAt, released_by AS releasedBy
    ${sourceOf(filter)} AND entry_number > :after AND entry_number < :before
    ORDER BY entry_number ${orderOf(page)} LIMIT :rows`;
  const found = prepared<SeatLedgerRow>(db, sql).all({ ...parametersOf(filter), ...boundsOf(page) });
  return pageOf(found, page);
}

export function seatLedgerCount(db: Database.Database, filter: SeatLedgerFilter): number {
  const sql = `SELECT count(*) AS n ${sourceOf(filter)}`;
  return prepared<{ n: number }>(db, sql).get(parametersOf(filter))?.n ?? 0;
}

function sourceOf({ userId, atPosition }: SeatLedgerFilter): string {
  const isOpen =
    atPosition == null
      ? ''
      : 'AND from_position <= :atPosition AND (to_position IS NULL OR to_position > :atPosition)';
  return userId == null
    ? `FROM seat_ledger INDEXED BY seat_ledger_by_account WHERE account_id = :accountId ${isOpen}`
    : `FROM seat_ledger INDEXED BY seat_ledger_by_user
       WHERE user_id = :userId AND account_id = :accountId ${isOpen}`;
}

function parametersOf({ accountId, userId = null, atPosition = null }: SeatLedgerFilter) {
  return { accountId, userId, atPosition };
}
