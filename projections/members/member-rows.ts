import type Database from 'better-sqlite3';
import type { WriteMode } from '../projection.js';
import { AccountRows } from './account-rows.js';
import { type GroupPresence, groupPresence } from './group-presence.js';
import { type InvitedMembers, invitedMembers } from './invited-members.js';
import type { MembershipMarks } from './membership-marks.js';
import { MembershipStays } from './membership-stays.js';
import { type Period, PeriodTable } from './period-table.js';
import { type ProcessCaches, processCaches } from './process-rows.js';
import type { Row, RowCache } from './row-cache.js';
import {
  applicationCache,
  groupCache,
  groupMemberCache,
  membershipCache,
  responsibilityCache,
} from './row-caches.js';
import { type SeatEntry, SeatLedger } from './seat-ledger.js';

export interface MembershipRow extends Row {
  readonly membershipId: string;
  readonly accountId: string;
  readonly userId: string;
  status: string;
  endedBy: string | null;
  kind: string;
  role: string;
  /** JSON array. */
  permissions: string;
  joinedAt: number;
  joinedRevision: number;
  statusSince: number;
  statusRevision: number;
  endedAt: number | null;
  lastPosition: number;
  marks: MembershipMarks;
  /** The marks in the file; others are written with the row. */
  storedMarks: MembershipMarks;
  /** The seat it takes; UNKNOWN = not yet looked up in the file. */
  seat: SeatEntry | null | 'UNKNOWN';
  /** The open period of its marks; UNKNOWN = not yet looked up in the file. */
  markPeriod: Period | null | 'UNKNOWN';
}

export interface GroupRow extends Row {
  readonly groupId: string;
  readonly accountId: string;
  name: string;
  parentId: string | null;
  readonly createdAt: number;
  deletedAt: number | null;
}

/** One row per person and group, for ever; `open` is null while the person is not in it. */
export interface GroupMemberRow extends Row {
  readonly groupId: string;
  readonly userId: string;
  readonly accountId: string;
  role: string;
  addedAt: number;
  endedAt: number | null;
}

export interface ApplicationRow extends Row {
  readonly applicationId: string;
  readonly accountId: string;
  readonly name: string;
  readonly registeredAt: number;
  retiredAt: number | null;
}

export interface ResponsibilityRow extends Row {
  readonly accountId: string;
  readonly kind: string;
  readonly applicationId: string | null;
  /** Null: vacant. */
  userId: string | null;
  since: number;
  endedAt: number | null;
}

export const groupMemberKey = (groupId: string, userId: string): string => `${groupId} ${userId}`;
export const dutyKey = (accountId: string, kind: string, applicationId: string | null): string =>
  `${accountId} ${kind} ${applicationId ?? ''}`;

/** Everything the handlers of members.sqlite write to. */
export class MemberRows {
  readonly membershipPeriods: PeriodTable;
  readonly markPeriods: PeriodTable;
  readonly groupPeriods: PeriodTable;
  readonly groupMemberPeriods: PeriodTable;
  readonly responsibilityPeriods: PeriodTable;
  readonly invitationPeriods: PeriodTable;
  readonly scheduledEndPeriods: PeriodTable;
  readonly memberships: RowCache<MembershipRow>;
  readonly groups: RowCache<GroupRow>;
  readonly groupMembers: RowCache<GroupMemberRow>;
  readonly applications: RowCache<ApplicationRow>;
  readonly responsibilities: RowCache<ResponsibilityRow>;
  readonly presence: GroupPresence;
  readonly invited: InvitedMembers;
  readonly seats: SeatLedger;
  readonly processes: ProcessCaches;
  readonly accounts: AccountRows;
  readonly stays: MembershipStays;

  constructor(
    readonly db: Database.Database,
    readonly mode: WriteMode,
  ) {
    const periods = (table: string, owner: string, columns: readonly string[]) =>
      new PeriodTable(db, { table, owner, columns, mode });
    const ofMembership = ['status', 'ended_by', 'kind', 'role', 'permissions'];
    this.membershipPeriods = periods('membership_periods', 'join_number', ofMembership);
    const ofMarks = ['invitation_expires_at', 'until_session_end', 'session_latest', 'directory'];
    this.markPeriods = periods('membership_mark_periods', 'join_number', ofMarks);
    this.groupPeriods = periods('group_periods', 'group_number', ['name', 'parent_id']);
    this.groupMemberPeriods = periods('group_member_periods', 'group_member_number', ['role']);
    this.responsibilityPeriods = periods('responsibility_periods', 'responsibility_number', ['user_id']);
    const ofInvitation = ['status', 'generation', 'last_sent_at', 'expires_at', 'ended_at'];
    this.invitationPeriods = periods('invitation_periods', 'invitation_number', ofInvitation);
    const ofScheduledEnd = ['at', 'status', 'code', 'ended_at'];
    this.scheduledEndPeriods = periods('scheduled_end_periods', 'schedule_number', ofScheduledEnd);
    this.memberships = membershipCache(db, mode, this.membershipPeriods);
    this.groups = groupCache(db, mode, this.groupPeriods);
    this.groupMembers = groupMemberCache(db, mode, this.groupMemberPeriods);
    this.applications = applicationCache(db, mode);
    this.responsibilities = responsibilityCache(db, mode, this.responsibilityPeriods);
    this.presence = groupPresence(db, mode, this.groupMembers);
    this.invited = invitedMembers(db, mode, this.memberships);
    this.seats = new SeatLedger(db, mode);
    this.processes = processCaches(db, mode, {
      invitations: this.invitationPeriods,
      scheduledEnds: this.scheduledEndPeriods,
    });
    this.accounts = new AccountRows(db, mode);
    this.stays = new MembershipStays(db, mode);
  }

  get heldRows(): number {
    return this.#caches().reduce((sum, cache) => sum + cache.size, 0);
  }

  write(): void {
    for (const part of this.#parts()) part.write();
  }

  finish(): void {
    for (const part of this.#parts()) part.finish();
  }

  #parts(): readonly { write(): void; finish(): void }[] {
    return [
      this.accounts,
      this.membershipPeriods,
      this.markPeriods,
      this.groupPeriods,
      this.groupMemberPeriods,
      this.responsibilityPeriods,
      this.invitationPeriods,
      this.scheduledEndPeriods,
      this.seats,
      ...this.#caches(),
      this.stays,
    ];
  }

  #caches(): readonly { readonly size: number; write(): void; finish(): void }[] {
    return [
      this.memberships,
      this.groups,
      this.groupMembers,
      this.applications,
      this.responsibilities,
      ...Object.values(this.processes),
    ];
  }
}
