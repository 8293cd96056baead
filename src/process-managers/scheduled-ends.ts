import type { AccountCommands } from '../application/account-commands.js';
import type { Environment } from '../application/environment.js';
import type { DueScheduledEnd, WorkLists } from '../application/work-lists.js';
import type { Work } from './work-loop.js';

export interface ScheduledEndsParts {
  readonly accounts: AccountCommands;
  readonly lists: WorkLists;
  readonly environment: Environment;
}

/** Ends memberships at the time somebody ordered; one that was missed while Muster was down runs late, once. */
export const scheduledEnds = ({
  accounts,
  lists,
  environment,
}: ScheduledEndsParts): Work<DueScheduledEnd> => ({
  name: 'scheduled ends',
  parallel: 1,
  list: (limit) => lists.dueScheduledEnds({ now: environment.now(), limit }),
  keyOf: ({ scheduleId }) => scheduleId,
  async do({ accountId, userId, scheduleId, orderedBy, orderEventId }) {
    const outcome = await accounts.execute({
      accountId,
      actor: { kind: 'SCHEDULER', id: 'scheduled-end', onBehalfOf: orderedBy },
      commands: [{ type: 'runScheduledEnd', userId, scheduleId }],
      causationId: orderEventId,
    });
    return outcome.outcome === 'APPLIED' ? outcome.position : null;
  },
});
