import { v5 as uuidV5 } from 'uuid';
import type { Decision } from '../../domain/decider.js';
import { isRejection, type Rejection, reject } from '../../domain/rejection.js';
import { stableJson } from '../../domain/stable-json.js';
import { eraseUser } from '../../domain/user/erase-user.js';
import type { UserEvent } from '../../domain/user/events.js';
import { placeLegalHold, releaseLegalHold } from '../../domain/user/legal-hold.js';
import type { Person } from '../../domain/user/person.js';
import { hashOf } from '../../event-store/chain.js';
import { WrongExpectedRevision } from '../../event-store/event-store.js';
import { Overloaded } from '../account-errors.js';
import type {
  EraseUserRequest,
  OnPersonRequest,
  PersonCommands as Port,
  ReleaseLegalHoldRequest,
} from '../application.js';
import { visibleAccounts } from '../bulk/visible-accounts.js';
import type { Outcome } from '../outcome.js';
import { actorIdOf } from '../request-options.js';
import type { WorkLists } from '../work-lists.js';
import { type PersonEntry, PersonStream, type PersonStreamParts, type WrittenBy } from './person-stream.js';
import { type RootAuthorityParts, rootAuthorityOf } from './root-authority.js';

/** Names of commands under an idempotency key; random, fixed for ever. */
const COMMAND_NAMESPACE = '3f0d3b1e-0f52-4c5e-8f0a-9a6d7c2b54e1';

/** Races lost in a row before the caller is told to come back. */
const MAX_ATTEMPTS = 20;

export interface PersonCommandsParts extends PersonStreamParts, RootAuthorityParts {
  readonly lists: Pick<WorkLists, 'livingAccountIds' | 'caughtUp'>;
}

type PersonOutcome = Outcome<UserEvent>;

interface Command {
  readonly name: string;
  readonly permission: 'privacy.erase' | 'legalhold.write';
  readonly input: unknown;
  readonly decide: (person: Person, commandId: string) => Promise<Decision<UserEvent>>;
}

/** What root decides about people, each decided on the person's own stream. */
export class PersonCommands implements Port {
  constructor(private readonly parts: PersonCommandsParts) {}

  /**
   * Decides it for good; what is to be destroyed is destroyed afterwards by a process manager.
   * @throws ReadModelBehind where the person is a member cannot be told at present; nothing was done
   */
  async erase(request: EraseUserRequest): Promise<PersonOutcome> {
    const { userId } = request;
    return this.#execute(request, {
      name: 'eraseUser',
      permission: 'privacy.erase',
      input: { userId },
      decide: async (person) =>
        eraseUser(person, { userId, memberIn: await this.#memberIn(request, person) }),
    });
  }

  placeLegalHold(request: OnPersonRequest): Promise<PersonOutcome> {
    const { userId } = request;
    const decide: Command['decide'] = async (person, holdId) =>
      request.reason == null ? holdWithoutReason() : placeLegalHold(person, { userId, holdId });
    return this.#execute(request, {
      name: 'placeLegalHold',
      permission: 'legalhold.write',
      input: { userId },
      decide,
    });
  }

  releaseLegalHold(request: ReleaseLegalHoldRequest): Promise<PersonOutcome> {
    const { userId, holdId } = request;
    return this.#execute(request, {
      name: 'releaseLegalHold',
      permission: 'legalhold.write',
      input: { userId, holdId },
      decide: async (person) => releaseLegalHold(person, { userId, holdId }),
    });
  }

  async #execute(request: OnPersonRequest, command: Command): Promise<PersonOutcome> {
    const authority = await rootAuthorityOf(this.parts, request.actor, command.permission);
    if (isRejection(authority)) return refused(authority, '');
    const accountId = authority.accountId ?? '';
    const commandId = this.#commandIdOf(request);
    const by: WrittenBy = {
      actor: authority.actor,
      accountId: authority.accountId,
      commandId,
      correlationId: request.correlationId ?? commandId,
      causationId: request.causationId ?? null,
      fingerprint: request.idempotencyKey == null ? null : hashOf(stableJson([command.name, command.input])),
      reason: request.reason ?? null,
    };
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const stream = await PersonStream.read(this.parts, request.userId);
      const remembered = stream.entries.filter(({ event }) => event.commandId === commandId);
      if (remembered.length > 0 && request.dryRun !== true) return replayOf(remembered, by, accountId);
      const decision = await command.decide(stream.person, commandId);
      if (isRejection(decision)) return refused(decision, accountId);
      const [event] = decision;
      if (event === undefined)
        return { outcome: 'UNCHANGED', accountId, position: await this.parts.store.head(), results: null };
      if (request.dryRun === true)
        return {
          outcome: 'WOULD_APPLY',
          accountId,
          events: [stream.encode(event, by).stored],
          results: null,
        };
      try {
        const { stored, position } = await stream.append(event, by);
        return { outcome: 'APPLIED', accountId, events: [stored], position, replayed: false, results: null };
      } catch (error) {
        if (!(error instanceof WrongExpectedRevision)) throw error;
      }
    }
    throw new Overloaded();
  }

  #commandIdOf({ actor, userId, idempotencyKey }: OnPersonRequest): string {
    return idempotencyKey == null
      ? this.parts.environment.newId()
      : uuidV5(stableJson([userId, actorIdOf(actor), idempotencyKey]), COMMAND_NAMESPACE);
  }

  /** The read model names the accounts, each one's own stream says whether the person is still in. */
  async #memberIn({ actor, userId }: EraseUserRequest, { status }: Person) {
    const { accounts, lists } = this.parts;
    if (status !== 'KNOWN') return { accountIds: [], others: 0 };
    await lists.caughtUp();
    const living: string[] = [];
    for (const accountId of lists.livingAccountIds(userId)) {
      const now = await accounts.read(accountId, ({ state }) => state.memberships.get(userId)?.status);
      if (now !== undefined && now !== 'REMOVED' && now !== 'DELETED') living.push(accountId);
    }
    const seen = await visibleAccounts(accounts, living, actor);
    return { accountIds: [...seen], others: living.length - seen.size };
  }
}

const refused = (rejection: Rejection, accountId: string): PersonOutcome => ({
  outcome: 'REJECTED',
  accountId,
  rejection,
  at: 0,
});

const replayOf = (
  remembered: readonly PersonEntry[],
  { fingerprint }: WrittenBy,
  accountId: string,
): PersonOutcome => {
  if (remembered.some(({ event }) => event.fingerprint !== fingerprint))
    return refused(
      reject(
        'IDEMPOTENCY_KEY_REUSED',
        'This idempotency key was used for another input; send a fresh key for a new command.',
        { field: 'idempotencyKey' },
      ),
      accountId,
    );
  return {
    outcome: 'APPLIED',
    accountId,
    events: remembered.map(({ event }) => event),
    position: remembered.at(-1)?.recorded.position ?? 0,
    replayed: true,
    results: null,
  };
};

const holdWithoutReason = (): Rejection =>
  reject('INVALID_INPUT', 'A legal hold needs a reason: whoever finds it later must know why it stands.', {
    field: 'reason',
  });
