import type Database from 'better-sqlite3';
import type { MembershipStatus } from '../../src/domain/account/state.js';
import type { AsOf } from './as-of.js';
import { marksAsOf, membershipAsOf } from './memberships-as-of.js';
import { prepared } from './prepared.js';

/** What decides whether a person may use an account; as recorded, so that the caller compares the times with now. */
export interface AccessRow {
  readonly membershipId: string;
  readonly status: MembershipStatus;
  readonly endedBy: MembershipEnd | null;
  readonly kind: string;
  readonly role: string;
  /** JSON array. */
  readonly permissions: string;
  /** INACTIVE, with access until the session ends. */
  readonly untilSessionEnd: boolean;
  /** The latest end of that access, ms; null = no maximum. */
  readonly sessionLatest: number | null;
  /** While INVITED, ms. */
  readonly invitationExpiresAt: number | null;
}

export type MembershipEnd = 'REMOVED' | 'LEFT' | 'DELETED' | 'DECLINED' | 'REVOKED';

/** By the person's latest membership of the account; null = there has never been one. */
export function accessRow(
  db: Database.Database,
  { accountId, userId }: { readonly accountId: string; readonly userId: string },
): AccessRow | null {
  const row = prepared<Omit<AccessRow, 'untilSessionEnd'> & { readonly untilSessionEnd: number }>(
    db,
    `SELECT membership_id AS membershipId, status, ended_by AS endedBy, kind, role, permissions,
       until_session_end AS untilSessionEnd, session_latest AS sessionLatest, invitation_expires_at AS invitationExpiresAt
     FROM memberships WHERE user_id = ? AND account_id = ? ORDER BY join_number DESC LIMIT 1`,
  ).get(userId, accountId);
  return row === undefined ? null : { ...row, untilSessionEnd: row.untilSessionEnd === 1 };
}

/** By the membership that had begun last by then, and what had been said of it. */
export function accessRowAsOf(
  db: Database.Database,
  of: { readonly accountId: string; readonly userId: string },
  asOf: AsOf,
): AccessRow | null {
  const row = membershipAsOf(db, of, asOf);
  if (row === null) return null;
  const marks = marksAsOf(db, row.number, asOf);
  return {
    ...row,
    status: row.status as MembershipStatus,
    endedBy: row.endedBy as MembershipEnd | null,
    untilSessionEnd: marks?.untilSessionEnd === 1,
    sessionLatest: marks?.sessionLatest ?? null,
    invitationExpiresAt: marks?.invitationExpiresAt ?? null,
  };
}
