import type { EventOf, Moment } from '../projection.js';
import { correctedTimeline } from './correction.js';
import { endGroupsOfMember } from './group-handlers.js';
import type { MemberRows, MembershipRow } from './member-rows.js';
import type { Values } from './period-table.js';

export function join(rows: MemberRows, event: EventOf<'UserAdded' | 'UserRejoined'>, moment: Moment): void {
  const { userId, membershipId, kind, role, permissions } = event.data;
  const before = rows.memberships.find(membershipId);
  const joined = {
    status: 'ACTIVE',
    endedBy: null,
    kind,
    role,
    permissions: JSON.stringify(permissions),
    joinedAt: moment.occurredAt,
    joinedRevision: moment.revision,
    statusSince: moment.occurredAt,
    statusRevision: moment.revision,
    endedAt: null,
    lastPosition: moment.position,
  };
  if (before !== null) {
    Object.assign(before, joined);
    savePeriod(rows, before, moment);
    return;
  }
  const number = rows.memberships.nextNumber();
  const row: MembershipRow = {
    number,
    membershipId,
    accountId: accountOf(event),
    userId,
    ...joined,
    open: null,
    isStored: false,
    isDirty: true,
  };
  row.open = rows.membershipPeriods.begin(number, valuesOf(row), moment);
  rows.memberships.add(membershipId, row);
}

export function deactivate(rows: MemberRows, event: EventOf<'UserDeactivated'>, moment: Moment): void {
  changeStatus(rows, membershipOf(rows, event), { status: 'INACTIVE', endedBy: null }, moment);
}

export function reactivate(rows: MemberRows, event: EventOf<'UserReactivated'>, moment: Moment): void {
  changeStatus(rows, membershipOf(rows, event), { status: 'ACTIVE', endedBy: null }, moment);
}

/** Ends the membership, and with it the person's place in every group of the account. */
export function end(
  rows: MemberRows,
  event: EventOf<'UserRemoved' | 'UserLeft' | 'UserDeleted'>,
  moment: Moment,
): void {
  const row = membershipOf(rows, event);
  const status = event.type === 'UserDeleted' ? 'DELETED' : 'REMOVED';
  const endedBy = { UserRemoved: 'REMOVED', UserLeft: 'LEFT', UserDeleted: 'DELETED' }[event.type];
  row.endedAt = moment.occurredAt;
  changeStatus(rows, row, { status, endedBy }, moment);
  endGroupsOfMember(rows, row, moment);
}

export function changeRole(rows: MemberRows, event: EventOf<'RoleChanged'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  row.role = event.data.to;
  savePeriod(rows, row, moment);
}

export function grant(rows: MemberRows, event: EventOf<'PermissionsGranted'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  const held = JSON.parse(row.permissions) as string[];
  row.permissions = JSON.stringify([...new Set([...held, ...event.data.permissions])].sort());
  savePeriod(rows, row, moment);
}

export function revoke(rows: MemberRows, event: EventOf<'PermissionsRevoked'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  const held = JSON.parse(row.permissions) as string[];
  row.permissions = JSON.stringify(held.filter((permission) => !event.data.permissions.includes(permission)));
  savePeriod(rows, row, moment);
}

/** The corrected event's own effect moves in time; what was known before stays readable at an earlier knownAt. */
export function correct(rows: MemberRows, event: EventOf<'MembershipPeriodCorrected'>, moment: Moment): void {
  const { correctedRevision, to } = event.data;
  const row = membershipOf(rows, event);
  const effectiveAt = Date.parse(to);
  const known = rows.membershipPeriods.known(row.number, row.open);
  const timeline = correctedTimeline(known, { revision: correctedRevision, effectiveAt });
  row.open = rows.membershipPeriods.reshape(known, timeline, moment);
  if (row.statusRevision === correctedRevision) {
    row.statusSince = effectiveAt;
    if (row.endedAt !== null) row.endedAt = effectiveAt;
  }
  if (row.joinedRevision === correctedRevision) row.joinedAt = effectiveAt;
  row.lastPosition = moment.position;
  rows.memberships.touch(row);
}

function changeStatus(
  rows: MemberRows,
  row: MembershipRow,
  { status, endedBy }: { status: string; endedBy: string | null },
  moment: Moment,
): void {
  row.status = status;
  row.endedBy = endedBy;
  row.statusSince = moment.occurredAt;
  row.statusRevision = moment.revision;
  savePeriod(rows, row, moment);
}

/** Call after changing the row: the open period still holds what was before. */
function savePeriod(rows: MemberRows, row: MembershipRow, moment: Moment): void {
  row.lastPosition = moment.position;
  rows.memberships.touch(row);
  row.open =
    row.open === null
      ? rows.membershipPeriods.begin(row.number, valuesOf(row), moment)
      : rows.membershipPeriods.change(row.open, valuesOf(row), moment);
}

/** In the order of the columns of membership_periods. */
function valuesOf(row: MembershipRow): Values {
  return [row.status, row.endedBy, row.kind, row.role, row.permissions];
}

function membershipOf(rows: MemberRows, event: EventOf<MembershipEventType>): MembershipRow {
  const row = rows.memberships.find(event.data.membershipId);
  if (row !== null) return row;
  throw new Error(
    `${event.type} at revision ${event.revision} of ${event.stream} is about the membership ` +
      `${event.data.membershipId}, which no event before it began`,
  );
}

type MembershipEventType =
  | 'UserRemoved'
  | 'UserLeft'
  | 'UserDeleted'
  | 'UserDeactivated'
  | 'UserReactivated'
  | 'RoleChanged'
  | 'PermissionsGranted'
  | 'PermissionsRevoked'
  | 'MembershipPeriodCorrected';

export function accountOf(event: { readonly accountId: string | null; readonly stream: string }): string {
  if (event.accountId === null) throw new Error(`an event of ${event.stream} names no account`);
  return event.accountId;
}
