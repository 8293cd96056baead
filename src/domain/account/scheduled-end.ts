import type { Decision } from '../decider.js';
import { isRejection, type Rejection, reject } from '../rejection.js';
import { denied, guardManaged, guardRank, isSelf, scheduleAuthority } from './authority.js';
import type { EndMembership, OnMember, RescheduleEnd, RunScheduledEnd, ScheduleEnd } from './commands.js';
import { checkConfirmation } from './confirmation.js';
import type { Case } from './decide.js';
import { blockersOf, endMembership, guardEnding } from './end-membership.js';
import type { AccountEvent } from './events.js';
import { explainRefusal } from './explain-refusal.js';
import type { EndingOperation } from './policy.js';
import { checkSuccessor } from './settle-duties.js';
import { dataOf, isLive, type Membership, type ScheduledEnd } from './state.js';
import { ended, findMembership } from './targets.js';

/** What lies further ahead is a slip of the pen. */
export const MAX_YEARS_AHEAD = 10;

/** A membership ends at a time to come; confirmed now, and every rule is asked again when it runs. */
export const scheduleEnd = (given: Case, command: ScheduleEnd): Decision<AccountEvent> => {
  const { scheduleId, operation, at, successorId, confirmation } = command;
  const target = findMembership(given.state, command.userId);
  if (isRejection(target)) return target;
  const refused =
    guardEnding(given, endingOf(operation, target.userId, successorId), target) ??
    (isLive(target) ? null : ended(target)) ??
    (target.scheduledEnd === null ? null : alreadyScheduled()) ??
    checkTime(given, at) ??
    checkConfirmation(given, operation, target, confirmation) ??
    (successorId === null ? null : guardSuccessor(given, target, successorId));
  if (refused !== null) return refused;
  const orderedAs = given.authority.role;
  const what = { scheduleId, operation, at: new Date(at).toISOString(), successorId, orderedAs };
  return [{ type: 'EndScheduled', data: { ...dataOf(target), ...what } }];
};

export const rescheduleEnd = (given: Case, command: RescheduleEnd): Decision<AccountEvent> => {
  const target = findScheduled(given, command.userId);
  if (isRejection(target)) return target;
  const { scheduleId, at } = target.scheduledEnd;
  if (at === command.at) return [];
  const badTime = checkTime(given, command.at);
  if (badTime !== null) return badTime;
  const times = { from: new Date(at).toISOString(), to: new Date(command.at).toISOString() };
  return [{ type: 'EndRescheduled', data: { ...dataOf(target), scheduleId, ...times } }];
};

export const cancelScheduledEnd = (given: Case, command: OnMember): Decision<AccountEvent> => {
  const target = findScheduled(given, command.userId);
  if (isRejection(target)) return target.code === 'NOT_SCHEDULED' ? [] : target;
  const { scheduleId } = target.scheduledEnd;
  return [{ type: 'ScheduledEndCancelled', data: { ...dataOf(target), scheduleId } }];
};

/** Its time has come: the rules of now decide, with the rank of whoever ordered it; what became of it is written down. */
export const runScheduledEnd = (given: Case, command: RunScheduledEnd): Decision<AccountEvent> => {
  const target = given.state.memberships.get(command.userId);
  const scheduled = target?.scheduledEnd;
  if (target === undefined || scheduled == null || scheduled.scheduleId !== command.scheduleId) return [];
  if (scheduled.at > given.context.occurredAt) return [];
  const { scheduleId, operation, successorId } = scheduled;
  const decision = endMembership(
    { ...given, authority: scheduleAuthority(scheduled) },
    endingOf(operation, target.userId, successorId),
  );
  const run = (outcome: 'APPLIED' | 'UNCHANGED' | 'REFUSED', code: string | null): AccountEvent => ({
    type: 'ScheduledEndRun',
    data: { ...dataOf(target), scheduleId, operation, outcome, code },
  });
  if (isRejection(decision)) return [run('REFUSED', decision.code)];
  return decision.length === 0 ? [run('UNCHANGED', null)] : [...decision, run('APPLIED', null)];
};

/**
 * What would refuse it if its time were now, the refusal to be met first in front. By the decision of then; somebody may
 * still settle it in time.
 */
export const blockersWhenDue = (
  given: Omit<Case, 'authority'>,
  target: Membership,
  scheduled: ScheduledEnd,
): readonly Rejection[] => {
  const { state, context } = given;
  const command = endingOf(scheduled.operation, target.userId, scheduled.successorId);
  const asOrdered: Case = { ...given, authority: scheduleAuthority(scheduled) };
  const decision = endMembership(asOrdered, command);
  if (!isRejection(decision)) return [];
  const others = blockersOf(asOrdered, command, target).filter(({ code }) => code !== decision.code);
  return [decision, ...others].map((refusal) => explainRefusal(refusal, { state, command, context }));
};

const endingOf = (operation: EndingOperation, userId: string, successorId: string | null): EndMembership => ({
  type: ({ REMOVE: 'removeUser', DEACTIVATE: 'deactivateUser', DELETE: 'deleteUser' } as const)[operation],
  userId,
  confirmation: { confirmed: true, previewToken: null, phrase: null },
  successors: { forAll: successorId, each: [] },
});

const findScheduled = (
  given: Case,
  userId: string,
): (Membership & { readonly scheduledEnd: ScheduledEnd }) | Rejection => {
  const target = findMembership(given.state, userId);
  if (isRejection(target)) return target;
  const refused = guardRank(given, target) ?? guardManaged(given, target);
  if (refused !== null) return refused;
  const { scheduledEnd } = target;
  if (scheduledEnd === null)
    return reject('NOT_SCHEDULED', 'No end of this membership is scheduled.', {
      field: 'userId',
      useInstead: 'scheduleEnd',
    });
  return isSelf(given, target) && scheduledEnd.orderedBy !== target.userId
    ? reject('TARGET_OUTRANKS_ACTOR', 'Somebody else must change what was ordered for you.', {
        field: 'userId',
      })
    : { ...target, scheduledEnd };
};

/** The right to hand duties over is asked for now: nobody is there to ask when it runs. */
const guardSuccessor = (
  { state, authority }: Case,
  leaver: Membership,
  successorId: string,
): Rejection | null =>
  authority.holds('contacts.reassign')
    ? checkSuccessor(state, leaver.userId, successorId, 'successorId')
    : denied('contacts.reassign');

const checkTime = ({ context }: Case, at: number): Rejection | null => {
  if (!(at > context.occurredAt))
    return reject(
      'INVALID_INPUT',
      'Give a time to come; to end the membership now, use the operation itself.',
      { field: 'at' },
    );
  const latest = yearsAfter(context.occurredAt, MAX_YEARS_AHEAD);
  return at <= latest
    ? null
    : reject(
        'INVALID_INPUT',
        `An end is scheduled at most ${MAX_YEARS_AHEAD} years ahead, that is until ${new Date(latest).toISOString()}.`,
        { field: 'at' },
      );
};

const yearsAfter = (ms: number, years: number): number => {
  const date = new Date(ms);
  return date.setUTCFullYear(date.getUTCFullYear() + years);
};

const alreadyScheduled = (): Rejection =>
  reject('ALREADY_SCHEDULED', 'The end of this membership is scheduled already; reschedule or cancel it.', {
    field: 'userId',
    useInstead: 'rescheduleEnd',
  });
