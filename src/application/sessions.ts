import { denied } from '../domain/account/authority.js';
import { holds } from '../domain/account/holds.js';
import { ACCOUNT } from '../domain/account/state.js';
import { type Rejection, reject } from '../domain/rejection.js';
import type { RequestActor } from './account-commands.js';
import type { Accounts } from './accounts.js';
import type { SessionEndedRequest } from './application.js';
import type { Environment } from './environment.js';
import type { Outcome } from './outcome.js';
import type { People } from './people.js';
import { optionsOf } from './request-options.js';
import type { WorkLists } from './work-lists.js';

export interface SessionsParts {
  readonly accounts: Accounts;
  readonly people: People;
  readonly lists: WorkLists;
  readonly environment: Environment;
}

/** What identity providers say of sessions (D3-23). */
export class Sessions {
  constructor(private readonly parts: SessionsParts) {}

  async ended(request: SessionEndedRequest): Promise<readonly Outcome[] | Rejection> {
    const { accountId } = request;
    const userId = await this.#userIdOf(request);
    if (accountId === null) return this.#endedEverywhere(request, userId);
    // Somebody unknown is refused by the account, like somebody who is not in it.
    const outcome = await this.#signal(request, accountId, userId ?? this.parts.environment.newId());
    return outcome.outcome === 'REJECTED' ? outcome.rejection : [outcome];
  }

  async #endedEverywhere(
    request: SessionEndedRequest,
    userId: string | null,
  ): Promise<readonly Outcome[] | Rejection> {
    const { lists } = this.parts;
    await lists.caughtUp();
    // Before the person: whoever may not say it anywhere must not find out who is known.
    if (!(await this.#maySignal(request.actor))) return denied('session.signal', 'an operator account');
    if (userId === null) return reject('NOT_FOUND', 'There is no such user.', { field: 'person' });
    const outcomes: Outcome[] = [];
    for (const accountId of await this.#accountsConcerned(request, userId))
      outcomes.push(await this.#signal(request, accountId, userId));
    return outcomes.filter((outcome) => !isOutOfReach(outcome));
  }

  /** Those that still wait, and those that were told under the same key: there the first result is given again. */
  async #accountsConcerned(request: SessionEndedRequest, userId: string): Promise<readonly string[]> {
    const { accounts, lists } = this.parts;
    const told: string[] = [];
    if (request.idempotencyKey != null)
      for (const accountId of lists.livingAccountIds(userId))
        if (await accounts.remembers({ ...optionsOf(request), accountId })) told.push(accountId);
    return [...new Set([...told, ...lists.lingeringAccounts(userId)])].sort();
  }

  #signal(request: SessionEndedRequest, accountId: string, userId: string): Promise<Outcome> {
    return this.parts.accounts.execute({
      ...optionsOf(request),
      accountId,
      fingerprintOf: { userId, accountId: request.accountId },
      commands: [{ type: 'signalSessionEnded', userId }],
    });
  }

  #userIdOf({ person }: SessionEndedRequest): Promise<string | null> {
    return this.parts.people.find('userId' in person ? person : { ...person, name: null });
  }

  async #maySignal(actor: RequestActor): Promise<boolean> {
    if (actor.kind !== 'USER') return true;
    for (const accountId of this.parts.lists.livingAccountIds(actor.userId))
      if (await this.#maySignalAs(actor.userId, accountId)) return true;
    return false;
  }

  #maySignalAs(userId: string, accountId: string): Promise<boolean> {
    return this.parts.accounts.read(accountId, ({ state }) => {
      const membership = state.memberships.get(userId);
      const isOperator = state.account.get(ACCOUNT)?.kind === 'OPERATOR';
      return isOperator && membership !== undefined && holds(membership, 'session.signal');
    });
  }
}

const isOutOfReach = (outcome: Outcome): boolean =>
  outcome.outcome === 'REJECTED' && ['NOT_FOUND', 'PERMISSION_DENIED'].includes(outcome.rejection.code);
