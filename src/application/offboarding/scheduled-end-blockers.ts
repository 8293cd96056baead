import { permitReading } from '../../domain/account/authority.js';
import { blockersWhenDue } from '../../domain/account/scheduled-end.js';
import { ACCOUNT, type ScheduledEnd } from '../../domain/account/state.js';
import { isRejection, type Rejection } from '../../domain/rejection.js';
import type { ScheduledEndQuestion } from '../application.js';
import { contextOf, type Standpoint } from './trial.js';

/** What an ordered end would be refused for if its time were now, to whoever may order one. */
export const scheduledEndBlockers = (
  { state, actor, occurredAt }: Standpoint,
  { userId, order }: ScheduledEndQuestion,
): readonly Rejection[] | Rejection => {
  const right = permitReading(state, 'users.manage', actor);
  if (isRejection(right)) return right;
  const account = state.account.get(ACCOUNT);
  const target = state.memberships.get(userId);
  const orderedBy = actor.kind === 'USER' ? actor.userId : actor.id;
  const scheduled: ScheduledEnd | null =
    order === null
      ? (target?.scheduledEnd ?? null)
      : {
          ...order,
          scheduleId: '',
          at: occurredAt,
          orderedAs: right.role,
          orderedBy,
          orderedByService: right.isService,
        };
  if (account === undefined || target === undefined || scheduled === null) return [];
  const context = contextOf(
    { kind: 'SCHEDULER', id: 'scheduler', onBehalfOf: scheduled.orderedBy },
    occurredAt,
  );
  return blockersWhenDue({ state, account, context }, target, scheduled);
};
