import type { Values } from './period-table.js';

/** What few memberships have to say beside role and status: what they wait for, who owns them, what is left of them. */
export interface MembershipMarks {
  /** While INVITED or INVITATION_EXPIRED. */
  readonly invitationId: string | null;
  /** While INVITED, ms; from then on the status reads INVITATION_EXPIRED, whether or not that is recorded. */
  readonly invitationExpiresAt: number | null;
  /** 1 while INACTIVE with access until the session ends. */
  readonly untilSessionEnd: 0 | 1;
  /** The latest end of that access, ms; null = no maximum. */
  readonly sessionLatest: number | null;
  /** Of the end that is to come. */
  readonly scheduleId: string | null;
  /** The directory that owns the member's state, after an end too. */
  readonly directory: string | null;
  /** While DELETED: how the person's content is labelled. */
  readonly attribution: string | null;
  /** 1 while REMOVED with something to come back to. */
  readonly canReinstate: 0 | 1;
}

/** Shared by nearly all rows, so that they cost no memory and are told from the others at a glance. */
export const NO_MARKS: MembershipMarks = {
  invitationId: null,
  invitationExpiresAt: null,
  untilSessionEnd: 0,
  sessionLatest: null,
  scheduleId: null,
  directory: null,
  attribution: null,
  canReinstate: 0,
};

export const REINSTATABLE: MembershipMarks = { ...NO_MARKS, canReinstate: 1 };

/** Column of `memberships` for each mark, in the order of the table. */
export const markColumns: Readonly<Record<keyof MembershipMarks, string>> = {
  invitationId: 'invitation_id',
  invitationExpiresAt: 'invitation_expires_at',
  untilSessionEnd: 'until_session_end',
  sessionLatest: 'session_latest',
  scheduleId: 'schedule_id',
  directory: 'directory',
  attribution: 'attribution',
  canReinstate: 'can_reinstate',
};

export const markNames = Object.keys(markColumns) as readonly (keyof MembershipMarks)[];

/** A directory keeps its member through an end and back. */
export function keepingDirectory({ directory }: MembershipMarks, marks: MembershipMarks): MembershipMarks {
  return directory === null ? marks : { ...marks, directory };
}

/** Of the marks, what decides access or ownership; in the order of the columns of membership_mark_periods. */
export function markPeriodValues(marks: MembershipMarks): Values | null {
  const { invitationExpiresAt, untilSessionEnd, sessionLatest, directory } = marks;
  if (invitationExpiresAt === null && untilSessionEnd === 0 && directory === null) return null;
  return [invitationExpiresAt, untilSessionEnd, sessionLatest, directory];
}

export function withoutSession(marks: MembershipMarks): MembershipMarks {
  return marks.untilSessionEnd === 0 ? marks : { ...marks, untilSessionEnd: 0, sessionLatest: null };
}

export function withoutSchedule(marks: MembershipMarks): MembershipMarks {
  return marks.scheduleId === null ? marks : { ...marks, scheduleId: null };
}
