import type { EventOf, Moment } from '../projection.js';
import type { MemberRows, MembershipRow } from './member-rows.js';
import { keepingDirectory, type MembershipMarks, markPeriodValues, NO_MARKS } from './membership-marks.js';
import type { Values } from './period-table.js';
import type { SeatHold } from './seat-ledger.js';

export type JoinEvent = EventOf<
  'UserAdded' | 'UserRejoined' | 'UserReinstated' | 'UserInvited' | 'InvitationAccepted'
>;

interface Entrance {
  readonly event: JoinEvent;
  readonly status: 'ACTIVE' | 'INVITED';
  readonly marks: MembershipMarks;
}

/** A membership begins, or the same one goes on in its row, with what the event gives and the directory it has. */
export function enter(rows: MemberRows, { event, status, marks }: Entrance, moment: Moment): MembershipRow {
  const { kind, role, permissions } = event.data;
  const row = rows.memberships.find(event.data.membershipId) ?? addRow(rows, event, moment);
  row.kind = kind;
  row.role = role;
  row.permissions = JSON.stringify(permissions);
  row.joinedAt = moment.occurredAt;
  row.joinedRevision = moment.revision;
  row.endedAt = null;
  row.marks = keepingDirectory(row.marks, marks);
  changeStatus(rows, row, { status, by: event.type, moment });
  return row;
}

export interface StatusChange {
  readonly status: string;
  readonly endedBy?: string;
  /** The event's type. */
  readonly by: string;
  readonly moment: Moment;
}

/** The one place where a status changes, so that neither the seat ledger nor the list of the invited can drift from it. */
export function changeStatus(rows: MemberRows, row: MembershipRow, change: StatusChange): void {
  const { status, endedBy = null, by, moment } = change;
  if (row.status === 'INVITED') rows.invited.left(row);
  row.status = status;
  if (status === 'INVITED') rows.invited.entered(row);
  rows.seats.hold(row, seatFor(rows, row), { by, moment });
  row.endedBy = endedBy;
  row.statusSince = moment.occurredAt;
  row.statusRevision = moment.revision;
  savePeriod(rows, row, moment);
}

/** Call after changing the row: the open period still holds what was before. */
export function savePeriod(rows: MemberRows, row: MembershipRow, moment: Moment): void {
  if (row.open !== null && moment.occurredAt < row.open.validFrom) rows.stays.correct(row);
  else rows.stays.goOn(row, moment);
  row.open =
    row.open === null
      ? rows.membershipPeriods.begin(row.number, valuesOf(row), moment)
      : rows.membershipPeriods.change(row.open, valuesOf(row), moment);
  touch(rows, row, moment);
}

/** Something was said of the membership that no period shows. */
export function touch(rows: MemberRows, row: MembershipRow, moment: Moment): void {
  row.lastPosition = moment.position;
  saveMarks(rows, row, moment);
  rows.memberships.touch(row);
}

function saveMarks(rows: MemberRows, row: MembershipRow, moment: Moment): void {
  const values = markPeriodValues(row.marks);
  if (row.markPeriod === 'UNKNOWN')
    row.markPeriod =
      markPeriodValues(row.storedMarks) === null ? null : rows.markPeriods.storedOpen(row.number);
  const open = row.markPeriod;
  if (open === null)
    row.markPeriod = values === null ? null : rows.markPeriods.begin(row.number, values, moment);
  else if (values === null || values.some((value, i) => value !== open.values[i]))
    row.markPeriod = rows.markPeriods.change(open, values, moment);
}

export function membershipOf(rows: MemberRows, event: MembershipEvent): MembershipRow {
  const row = rows.memberships.find(event.data.membershipId);
  if (row !== null) return row;
  throw new Error(
    `${event.type} at revision ${event.revision} of ${event.stream} is about the membership ` +
      `${event.data.membershipId}, which no event before it began`,
  );
}

interface MembershipEvent {
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly data: { readonly membershipId: string };
}

export function accountOf(event: { readonly accountId: string | null; readonly stream: string }): string {
  if (event.accountId === null) throw new Error(`an event of ${event.stream} names no account`);
  return event.accountId;
}

function seatFor(rows: MemberRows, { status, accountId }: MembershipRow): SeatHold | null {
  if (status === 'ACTIVE' || status === 'FROZEN') return 'IN_USE';
  return status === 'INVITED' && rows.accounts.reservesSeats(accountId) ? 'RESERVED' : null;
}

/** In the order of the columns of membership_periods. */
function valuesOf(row: MembershipRow): Values {
  return [row.status, row.endedBy, row.kind, row.role, row.permissions];
}

/** To be filled in by `enter`. */
function addRow(rows: MemberRows, event: JoinEvent, moment: Moment): MembershipRow {
  const { membershipId, userId } = event.data;
  const row: MembershipRow = {
    number: rows.memberships.nextNumber(),
    membershipId,
    accountId: accountOf(event),
    userId,
    status: '',
    endedBy: null,
    kind: '',
    role: '',
    permissions: '',
    joinedAt: 0,
    joinedRevision: 0,
    statusSince: 0,
    statusRevision: 0,
    endedAt: null,
    lastPosition: moment.position,
    marks: NO_MARKS,
    storedMarks: NO_MARKS,
    seat: null,
    markPeriod: null,
    open: null,
    isStored: false,
    isDirty: true,
  };
  rows.memberships.add(membershipId, row);
  return row;
}
