import type { EventOf, Moment } from '../projection.js';
import type { MemberRows } from './member-rows.js';
import { withoutSchedule } from './membership-marks.js';
import { membershipOf, touch } from './membership-status.js';
import type { Values } from './period-table.js';
import { newRow } from './plain-cache.js';
import type { ScheduledEndRow } from './process-rows.js';

export function schedule(rows: MemberRows, event: EventOf<'EndScheduled'>, moment: Moment): void {
  const { scheduleId, userId, membershipId, operation, successorId } = event.data;
  const row = membershipOf(rows, event);
  row.marks = { ...row.marks, scheduleId };
  touch(rows, row, moment);
  const { scheduledEnds } = rows.processes;
  const order = newRow<ScheduledEndRow>(scheduledEnds, {
    scheduleId,
    accountId: row.accountId,
    userId,
    membershipId,
    operation,
    at: Date.parse(event.data.at),
    successorId,
    orderedBy: event.actor.id,
    orderedAt: moment.occurredAt,
    orderEventId: event.eventId,
    status: 'SCHEDULED',
    code: null,
    endedAt: null,
    endedRevision: null,
  });
  order.open = rows.scheduledEndPeriods.begin(order.number, valuesOf(order), moment);
  scheduledEnds.add(scheduleId, order);
}

export function reschedule(rows: MemberRows, event: EventOf<'EndRescheduled'>, moment: Moment): void {
  touch(rows, membershipOf(rows, event), moment);
  changeSchedule(rows, event.data.scheduleId, { changes: { at: Date.parse(event.data.to) }, moment });
}

export function cancelSchedule(
  rows: MemberRows,
  event: EventOf<'ScheduledEndCancelled'>,
  moment: Moment,
): void {
  const row = membershipOf(rows, event);
  row.marks = withoutSchedule(row.marks);
  touch(rows, row, moment);
  const changes = { status: 'CANCELLED', endedAt: moment.occurredAt } as const;
  changeSchedule(rows, event.data.scheduleId, { changes, moment });
}

/** Follows what it did in the same append: a membership that it ended says ENDED_EARLIER until here. */
export function runSchedule(rows: MemberRows, event: EventOf<'ScheduledEndRun'>, moment: Moment): void {
  const { scheduleId, outcome, code } = event.data;
  const row = membershipOf(rows, event);
  row.marks = withoutSchedule(row.marks);
  touch(rows, row, moment);
  const changes = { status: outcome, code, endedAt: moment.occurredAt };
  changeSchedule(rows, scheduleId, { changes, moment });
}

/** The membership ended before its time. */
export function endScheduleEarlier(rows: MemberRows, scheduleId: string, moment: Moment): void {
  const { occurredAt, revision } = moment;
  const changes = { status: 'ENDED_EARLIER', endedAt: occurredAt, endedRevision: revision } as const;
  changeSchedule(rows, scheduleId, { changes, moment });
}

function changeSchedule(
  rows: MemberRows,
  scheduleId: string,
  { changes, moment }: { readonly changes: Partial<ScheduledEndRow>; readonly moment: Moment },
): void {
  const { scheduledEnds } = rows.processes;
  const row = scheduledEnds.find(scheduleId);
  if (row === null) throw new Error(`there is no scheduled end ${scheduleId}: no event before ordered it`);
  Object.assign(row, changes);
  if (row.open !== null) row.open = rows.scheduledEndPeriods.change(row.open, valuesOf(row), moment);
  scheduledEnds.touch(row);
}

/** In the order of the columns of scheduled_end_periods. */
function valuesOf(row: ScheduledEndRow): Values {
  return [row.at, row.status, row.code, row.endedAt];
}
