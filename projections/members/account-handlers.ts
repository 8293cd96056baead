import { responsibilityKinds } from '../../src/domain/account/responsibility.js';
import type { EventOf, Moment } from '../projection.js';
import { dutyKey, type MemberRows, type ResponsibilityRow } from './member-rows.js';
import { accountOf } from './membership-status.js';

/** The duties of the account itself are there, vacant, from its first event on. */
export function openAccount(rows: MemberRows, event: EventOf<'AccountOpened'>, moment: Moment): void {
  const accountId = accountOf(event);
  rows.accounts.open(accountId, event.data, moment);
  for (const operatorAccountId of event.data.operators)
    rows.accounts.link(accountId, operatorAccountId, moment);
  for (const kind of responsibilityKinds)
    if (kind !== 'APPLICATION_TECHNICAL_CONTACT')
      addDuty(rows, { accountId, kind, applicationId: null }, moment);
}

/** Where invitations begin to hold seats, or no longer do, those of the open ones are taken or given back with it. */
export function changePolicy(rows: MemberRows, event: EventOf<'PolicyChanged'>, moment: Moment): void {
  const accountId = accountOf(event);
  const didReserve = rows.accounts.reservesSeats(accountId);
  rows.accounts.changePolicy(accountId, event.data, moment);
  const reserves = rows.accounts.reservesSeats(accountId);
  if (reserves === didReserve) return;
  for (const row of rows.invited.ofAccount(accountId))
    rows.seats.hold(row, reserves ? 'RESERVED' : null, { by: event.type, moment });
}

export function changeSeatPlan(rows: MemberRows, event: EventOf<'SeatPlanChanged'>, moment: Moment): void {
  rows.accounts.changeSeatPlan(accountOf(event), event.data, moment);
}

export function linkOperator(rows: MemberRows, event: EventOf<'OperatorLinked'>, moment: Moment): void {
  rows.accounts.link(accountOf(event), event.data.operatorAccountId, moment);
}

export function unlinkOperator(rows: MemberRows, event: EventOf<'OperatorUnlinked'>, moment: Moment): void {
  rows.accounts.unlink(accountOf(event), event.data.operatorAccountId, moment);
}

export function registerApplication(
  rows: MemberRows,
  event: EventOf<'ApplicationRegistered'>,
  moment: Moment,
): void {
  const { applicationId, name } = event.data;
  const accountId = accountOf(event);
  rows.applications.add(applicationId, {
    number: rows.applications.nextNumber(),
    applicationId,
    accountId,
    name,
    registeredAt: moment.occurredAt,
    retiredAt: null,
    open: null,
    isStored: false,
    isDirty: true,
  });
  addDuty(rows, { accountId, kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId }, moment);
}

export function retireApplication(
  rows: MemberRows,
  event: EventOf<'ApplicationRetired'>,
  moment: Moment,
): void {
  const { applicationId } = event.data;
  const application = rows.applications.find(applicationId);
  if (application !== null) {
    application.retiredAt = moment.occurredAt;
    rows.applications.touch(application);
  }
  const duty = dutyOf(rows, event, { kind: 'APPLICATION_TECHNICAL_CONTACT', applicationId });
  duty.endedAt = moment.occurredAt;
  duty.userId = null;
  if (duty.open !== null) duty.open = rows.responsibilityPeriods.change(duty.open, null, moment);
  rows.responsibilities.touch(duty);
}

export function assignContact(rows: MemberRows, event: EventOf<'ContactAssigned'>, moment: Moment): void {
  hold(rows, dutyOf(rows, event, event.data.responsibility), event.data.userId, moment);
}

export function reassignContact(rows: MemberRows, event: EventOf<'ContactReassigned'>, moment: Moment): void {
  hold(rows, dutyOf(rows, event, event.data.responsibility), event.data.toUserId, moment);
}

export function vacateContact(rows: MemberRows, event: EventOf<'ContactVacated'>, moment: Moment): void {
  hold(rows, dutyOf(rows, event, event.data.responsibility), null, moment);
}

function addDuty(
  rows: MemberRows,
  duty: { accountId: string; kind: string; applicationId: string | null },
  moment: Moment,
): void {
  const number = rows.responsibilities.nextNumber();
  rows.responsibilities.add(dutyKey(duty.accountId, duty.kind, duty.applicationId), {
    number,
    ...duty,
    userId: null,
    since: moment.occurredAt,
    endedAt: null,
    open: rows.responsibilityPeriods.begin(number, [null], moment),
    isStored: false,
    isDirty: true,
  });
}

function hold(rows: MemberRows, duty: ResponsibilityRow, userId: string | null, moment: Moment): void {
  duty.userId = userId;
  duty.since = moment.occurredAt;
  if (duty.open !== null) duty.open = rows.responsibilityPeriods.change(duty.open, [userId], moment);
  rows.responsibilities.touch(duty);
}

function dutyOf(
  rows: MemberRows,
  event: { accountId: string | null; stream: string; revision: number; type: string },
  { kind, applicationId }: { kind: string; applicationId: string | null },
): ResponsibilityRow {
  const row = rows.responsibilities.find(dutyKey(accountOf(event), kind, applicationId));
  if (row !== null) return row;
  throw new Error(
    `${event.type} at revision ${event.revision} of ${event.stream} is about the duty ${kind} ` +
      `${applicationId ?? ''}, which no event before it made`,
  );
}
