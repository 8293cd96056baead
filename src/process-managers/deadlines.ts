import type { AccountCommands } from '../application/account-commands.js';
import type { Environment } from '../application/environment.js';
import type { WorkLists } from '../application/work-lists.js';
import type { Work } from './work-loop.js';

export interface DeadlinesParts {
  readonly accounts: AccountCommands;
  readonly lists: WorkLists;
  readonly environment: Environment;
}

/**
 * Writes down what time alone has brought about: invitations that ran out, sessions that reached their maximum (SW-15,
 * D3-23). Nothing rests on it, for decisions and queries reckon with the time themselves; it makes the log say so.
 */
export const deadlines = ({ accounts, lists, environment }: DeadlinesParts): Work<string> => ({
  name: 'deadlines',
  parallel: 1,
  list: (limit) => lists.dueAccounts({ now: environment.now(), limit }),
  keyOf: (accountId) => accountId,
  async do(accountId) {
    const actor = { kind: 'SCHEDULER', id: 'deadlines' } as const;
    const outcome = await accounts.execute({ accountId, actor, commands: [] });
    return outcome.outcome === 'APPLIED' ? outcome.position : null;
  },
});
