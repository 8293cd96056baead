import type { EventOf, Moment } from '../projection.js';
import { requestMail } from './mail-handlers.js';
import type { MemberRows } from './member-rows.js';
import { keepingDirectory, NO_MARKS } from './membership-marks.js';
import { changeStatus, enter, membershipOf, touch } from './membership-status.js';
import type { Values } from './period-table.js';
import { newRow } from './plain-cache.js';
import type { InvitationRow } from './process-rows.js';

export function invite(rows: MemberRows, event: EventOf<'UserInvited'>, moment: Moment): void {
  const { userId, membershipId, invitationId, kind, role, permissions, groupIds, generation } = event.data;
  const expiresAt = Date.parse(event.data.expiresAt);
  const marks = { ...NO_MARKS, invitationId, invitationExpiresAt: expiresAt };
  const { accountId } = enter(rows, { event, status: 'INVITED', marks }, moment);
  const { invitations } = rows.processes;
  const row = newRow<InvitationRow>(invitations, {
    invitationId,
    accountId,
    userId,
    membershipId,
    inviterId: event.actor.kind === 'USER' ? event.actor.id : null,
    kind,
    role,
    permissions: JSON.stringify(permissions),
    groupIds: JSON.stringify(groupIds),
    status: 'PENDING',
    generation,
    invitedAt: moment.occurredAt,
    lastSentAt: moment.occurredAt,
    expiresAt,
    endedAt: null,
    lastPosition: moment.position,
  });
  row.open = rows.invitationPeriods.begin(row.number, valuesOf(row), moment);
  invitations.add(invitationId, row);
  requestMail(rows, { kind: 'INVITATION', event }, moment);
}

/** Another link and another term; an expired invitation is open again. */
export function resend(rows: MemberRows, event: EventOf<'InvitationResent'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  const expiresAt = Date.parse(event.data.expiresAt);
  row.marks = { ...row.marks, invitationExpiresAt: expiresAt };
  if (row.status === 'INVITED') touch(rows, row, moment);
  else changeStatus(rows, row, { status: 'INVITED', by: event.type, moment });
  const { invitationId, generation } = event.data;
  const newest = { generation, lastSentAt: moment.occurredAt, expiresAt };
  changeInvitation(rows, invitationId, { changes: { status: 'PENDING', ...newest, endedAt: null }, moment });
  requestMail(rows, { kind: 'INVITATION', event }, moment);
}

export function copyLink(rows: MemberRows, event: EventOf<'InvitationLinkCopied'>, moment: Moment): void {
  touch(rows, membershipOf(rows, event), moment);
  const row = invitationOf(rows, event.data.invitationId);
  row.lastPosition = moment.position;
  rows.processes.invitations.touch(row);
}

export function accept(rows: MemberRows, event: EventOf<'InvitationAccepted'>, moment: Moment): void {
  enter(rows, { event, status: 'ACTIVE', marks: NO_MARKS }, moment);
  endInvitation(rows, event.data.invitationId, { status: 'ACCEPTED', moment });
}

export function expire(rows: MemberRows, event: EventOf<'InvitationExpired'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  row.marks = { ...row.marks, invitationExpiresAt: null };
  changeStatus(rows, row, { status: 'INVITATION_EXPIRED', by: event.type, moment });
  endInvitation(rows, event.data.invitationId, { status: 'EXPIRED', moment });
}

export function withdraw(
  rows: MemberRows,
  event: EventOf<'InvitationDeclined' | 'InvitationRevoked'>,
  moment: Moment,
): void {
  const row = membershipOf(rows, event);
  const endedBy = event.type === 'InvitationDeclined' ? 'DECLINED' : 'REVOKED';
  row.marks = keepingDirectory(row.marks, NO_MARKS);
  row.endedAt = moment.occurredAt;
  changeStatus(rows, row, { status: 'REMOVED', endedBy, by: event.type, moment });
  endInvitation(rows, event.data.invitationId, { status: endedBy, moment });
}

export function endInvitation(
  rows: MemberRows,
  invitationId: string,
  { status, moment }: { readonly status: InvitationRow['status']; readonly moment: Moment },
): void {
  changeInvitation(rows, invitationId, { changes: { status, endedAt: moment.occurredAt }, moment });
}

function changeInvitation(
  rows: MemberRows,
  invitationId: string,
  { changes, moment }: { readonly changes: Partial<InvitationRow>; readonly moment: Moment },
): void {
  const row = invitationOf(rows, invitationId);
  Object.assign(row, changes, { lastPosition: moment.position });
  if (row.open !== null) row.open = rows.invitationPeriods.change(row.open, valuesOf(row), moment);
  rows.processes.invitations.touch(row);
}

function invitationOf(rows: MemberRows, invitationId: string): InvitationRow {
  const row = rows.processes.invitations.find(invitationId);
  if (row !== null) return row;
  throw new Error(`there is no invitation ${invitationId}: no event before made it`);
}

/** In the order of the columns of invitation_periods. */
function valuesOf(row: InvitationRow): Values {
  return [row.status, row.generation, row.lastSentAt, row.expiresAt, row.endedAt];
}
