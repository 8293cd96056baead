import type { EventOf, Moment } from '../projection.js';
import { correctedTimeline } from './correction.js';
import { endGroupsOfMember } from './group-handlers.js';
import { endInvitation } from './invitation-handlers.js';
import { requestMail } from './mail-handlers.js';
import type { MemberRows } from './member-rows.js';
import {
  keepingDirectory,
  type MembershipMarks,
  NO_MARKS,
  REINSTATABLE,
  withoutSession,
} from './membership-marks.js';
import { changeStatus, enter, membershipOf, savePeriod, touch } from './membership-status.js';
import { endScheduleEarlier } from './schedule-handlers.js';

export function join(
  rows: MemberRows,
  event: EventOf<'UserAdded' | 'UserRejoined' | 'UserReinstated'>,
  moment: Moment,
): void {
  enter(rows, { event, status: 'ACTIVE', marks: NO_MARKS }, moment);
}

export function deactivate(rows: MemberRows, event: EventOf<'UserDeactivated'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  const session = event.data.untilSessionEnd ?? null;
  if (session !== null) {
    const sessionLatest = session.latest === null ? null : Date.parse(session.latest);
    row.marks = { ...row.marks, untilSessionEnd: 1, sessionLatest };
  }
  changeStatus(rows, row, { status: 'INACTIVE', by: event.type, moment });
}

export function reactivate(rows: MemberRows, event: EventOf<'UserReactivated'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  row.marks = withoutSession(row.marks);
  changeStatus(rows, row, { status: 'ACTIVE', by: event.type, moment });
}

export function freeze(rows: MemberRows, event: EventOf<'UserFrozen'>, moment: Moment): void {
  changeStatus(rows, membershipOf(rows, event), { status: 'FROZEN', by: event.type, moment });
}

export function unfreeze(rows: MemberRows, event: EventOf<'UserUnfrozen'>, moment: Moment): void {
  changeStatus(rows, membershipOf(rows, event), { status: 'ACTIVE', by: event.type, moment });
}

/** INACTIVE before and after; only the access that had outlasted it is over. */
export function endSession(rows: MemberRows, event: EventOf<'SessionAccessEnded'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  row.marks = withoutSession(row.marks);
  touch(rows, row, moment);
}

/** Ends the membership, and with it what was to come of it and the person's place in every group of the account. */
export function end(
  rows: MemberRows,
  event: EventOf<'UserRemoved' | 'UserLeft' | 'UserDeleted'>,
  moment: Moment,
): void {
  const row = membershipOf(rows, event);
  const { invitationId, scheduleId } = row.marks;
  if (invitationId !== null) endInvitation(rows, invitationId, { status: 'REMOVED', moment });
  if (scheduleId !== null) endScheduleEarlier(rows, scheduleId, moment);
  row.marks = keepingDirectory(row.marks, marksAfter(event, invitationId !== null));
  row.endedAt = moment.occurredAt;
  const status = event.type === 'UserDeleted' ? 'DELETED' : 'REMOVED';
  const endedBy = { UserRemoved: 'REMOVED', UserLeft: 'LEFT', UserDeleted: 'DELETED' }[event.type];
  changeStatus(rows, row, { status, endedBy, by: event.type, moment });
  endGroupsOfMember(rows, row, moment);
  if (event.type === 'UserRemoved' && event.data.notify === true)
    requestMail(rows, { kind: 'REMOVAL', event }, moment);
}

/** Whoever had only been asked in has nothing to come back to. */
function marksAfter(
  event: EventOf<'UserRemoved' | 'UserLeft' | 'UserDeleted'>,
  wasInvited: boolean,
): MembershipMarks {
  if (event.type === 'UserDeleted')
    return { ...NO_MARKS, attribution: event.data.attribution ?? 'PSEUDONYM' };
  return wasInvited ? NO_MARKS : REINSTATABLE;
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
  rows.stays.correct(row);
  if (row.statusRevision === correctedRevision) {
    row.statusSince = effectiveAt;
    if (row.endedAt !== null) row.endedAt = effectiveAt;
  }
  if (row.joinedRevision === correctedRevision) row.joinedAt = effectiveAt;
  touch(rows, row, moment);
}

export function startDirectory(
  rows: MemberRows,
  event: EventOf<'DirectoryManagementStarted'>,
  moment: Moment,
): void {
  const row = membershipOf(rows, event);
  row.marks = { ...row.marks, directory: event.data.directory };
  touch(rows, row, moment);
}

export function endDirectory(
  rows: MemberRows,
  event: EventOf<'DirectoryManagementEnded'>,
  moment: Moment,
): void {
  const row = membershipOf(rows, event);
  row.marks = { ...row.marks, directory: null };
  touch(rows, row, moment);
}
