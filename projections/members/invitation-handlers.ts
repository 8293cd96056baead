import type { EventOf, Moment } from '../projection.js';
import { requestMail } from './mail-handlers.js';
import type { MemberRows } from './member-rows.js';
import { keepingDirectory, NO_MARKS } from './membership-marks.js';
import { changeStatus, enter, membershipOf, touch } from './membership-status.js';
import { newRow } from './plain-cache.js';
import type { InvitationRow } from './process-rows.js';

export function invite(rows: MemberRows, event: EventOf<'UserInvited'>, moment: Moment): void {
  const { userId, membershipId, invitationId, kind, role, permissions, groupIds, generation } = event.data;
  const expiresAt = Date.parse(event.data.expiresAt);
  const marks = { ...NO_MARKS, invitationId, invitationExpiresAt: expiresAt };
  const { accountId } = enter(rows, { event, status: 'INVITED', marks }, moment);
  const { invitations } = rows.processes;
  invitations.add(
    invitationId,
    newRow<InvitationRow>(invitations, {
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
    }),
  );
  requestMail(rows, { kind: 'INVITATION', event }, moment);
}

/** Another link and another term; an expired invitation is open again. */
export function resend(rows: MemberRows, event: EventOf<'InvitationResent'>, moment: Moment): void {
  const row = membershipOf(rows, event);
  const expiresAt = Date.parse(event.data.expiresAt);
  row.marks = { ...row.marks, invitationExpiresAt: expiresAt };
  if (row.status === 'INVITED') touch(rows, row, moment);
  else changeStatus(rows, row, { status: 'INVITED', by: event.type, moment });
  changeInvitation(rows, event.data.invitationId, {
    status: 'PENDING',
    generation: event.data.generation,
    lastSentAt: moment.occurredAt,
    expiresAt,
    endedAt: null,
    lastPosition: moment.position,
  });
  requestMail(rows, { kind: 'INVITATION', event }, moment);
}

export function copyLink(rows: MemberRows, event: EventOf<'InvitationLinkCopied'>, moment: Moment): void {
  touch(rows, membershipOf(rows, event), moment);
  changeInvitation(rows, event.data.invitationId, { lastPosition: moment.position });
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
  const { occurredAt, position } = moment;
  changeInvitation(rows, invitationId, { status, endedAt: occurredAt, lastPosition: position });
}

function changeInvitation(rows: MemberRows, invitationId: string, changes: Partial<InvitationRow>): void {
  const { invitations } = rows.processes;
  const row = invitations.find(invitationId);
  if (row === null) throw new Error(`there is no invitation ${invitationId}: no event before made it`);
  Object.assign(row, changes);
  invitations.touch(row);
}
