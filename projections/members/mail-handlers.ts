import type { MailKind } from '../../src/domain/mail/events.js';
import type { EventOf, Moment } from '../projection.js';
import type { MemberRows } from './member-rows.js';
import { accountOf, membershipOf, touch } from './membership-status.js';
import { newRow } from './plain-cache.js';
import type { MailRow } from './process-rows.js';

export function notify(rows: MemberRows, event: EventOf<'UserNotified'>, moment: Moment): void {
  touch(rows, membershipOf(rows, event), moment);
  requestMail(rows, { kind: 'NOTIFICATION', event }, moment);
}

interface Cause {
  readonly kind: MailKind;
  readonly event: EventOf<'UserInvited' | 'InvitationResent' | 'UserRemoved' | 'UserNotified'>;
}

/** The event asks for a mail: due until somebody has taken it on. */
export function requestMail(rows: MemberRows, { kind, event }: Cause, moment: Moment): void {
  const { mails } = rows.processes;
  mails.add(
    event.eventId,
    newRow<MailRow>(mails, {
      causeEventId: event.eventId,
      kind,
      accountId: accountOf(event),
      userId: event.data.userId,
      status: 'DUE',
      reason: null,
      code: null,
      attempts: 0,
      dueAt: moment.occurredAt,
      nextAttemptAt: null,
      endedAt: null,
      causePosition: moment.position,
    }),
  );
}

export function takeOn(rows: MemberRows, event: EventOf<'MailRequested'>): void {
  changeMail(rows, event, { status: 'REQUESTED' });
}

export function sent(rows: MemberRows, event: EventOf<'MailSent'>, moment: Moment): void {
  const { attempts } = event.data;
  const ended = { nextAttemptAt: null, endedAt: moment.occurredAt };
  changeMail(rows, event, { status: 'SENT', attempts, code: null, ...ended });
}

export function suppress(rows: MemberRows, event: EventOf<'MailSuppressed'>, moment: Moment): void {
  const { reason } = event.data;
  changeMail(rows, event, {
    status: 'SUPPRESSED',
    reason,
    nextAttemptAt: null,
    endedAt: moment.occurredAt,
  });
}

/** Tried again at a time, or given up. */
export function fail(rows: MemberRows, event: EventOf<'MailFailed'>, moment: Moment): void {
  const { attempt, code, nextAttemptAt } = event.data;
  changeMail(
    rows,
    event,
    nextAttemptAt === null
      ? { status: 'FAILED', attempts: attempt, code, nextAttemptAt: null, endedAt: moment.occurredAt }
      : { status: 'REQUESTED', attempts: attempt, code, nextAttemptAt: Date.parse(nextAttemptAt) },
  );
}

type MailEvent = EventOf<'MailRequested' | 'MailSent' | 'MailSuppressed' | 'MailFailed'>;

function changeMail(rows: MemberRows, event: MailEvent, changes: Partial<MailRow>): void {
  const { mails } = rows.processes;
  const row = mails.find(event.data.causeEventId);
  if (row === null)
    throw new Error(
      `${event.type} of ${event.stream} is about a mail that no event before it asked for: ` +
        event.data.causeEventId,
    );
  Object.assign(row, changes);
  mails.touch(row);
}
