import { setImmediate } from 'node:timers/promises';
import type {
  ActionsOnMember,
  AvailableAction,
  OffboardingQuestions,
} from '../src/application/application.js';
import { isRejection } from '../src/domain/rejection.js';
import { badInput } from './api-error.js';

/**
 * Most decisions one request may ask for in this way, about 0.2 s of work: a list without `first` makes a document
 * dearer than its price says.
 */
export const MAX_DECISIONS = 2_000;

type Answer = readonly AvailableAction[] | null;

type Questions = Pick<OffboardingQuestions, 'actionsOnEach'>;

interface Batch {
  readonly members: ActionsOnMember[];
  /** By what is asked, the place among the members. */
  readonly places: Map<string, number>;
  readonly answers: Promise<readonly Answer[]>;
}

/** What can be done with the members of a page, asked about together: one question per account. */
export class MemberActions {
  readonly #offboarding: Questions;
  readonly #actorId: string;
  readonly #batches = new Map<string, Batch>();
  #decisions = 0;

  constructor(offboarding: Questions, actorId: string) {
    this.#offboarding = offboarding;
    this.#actorId = actorId;
  }

  /**
   * Null when it is not for the caller to know.
   * @throws BAD_USER_INPUT when the request asks for too much of it
   */
  async on(accountId: string, asked: ActionsOnMember): Promise<Answer> {
    const { members, places, answers } = this.#batchOf(accountId);
    const key = JSON.stringify(asked);
    let place = places.get(key);
    if (place === undefined) {
      this.#decisions += asked.actions.length;
      if (this.#decisions > MAX_DECISIONS)
        throw badInput(
          'actions',
          `One request is told about at most ${MAX_DECISIONS} actions; ask about fewer members at once.`,
        );
      place = members.push(asked) - 1;
      places.set(key, place);
    }
    return (await answers)[place] ?? null;
  }

  #batchOf(accountId: string): Batch {
    const open = this.#batches.get(accountId);
    if (open !== undefined) return open;
    const members: ActionsOnMember[] = [];
    const batch = { members, places: new Map<string, number>(), answers: this.#ask(accountId, members) };
    this.#batches.set(accountId, batch);
    return batch;
  }

  /** Everything that one turn of the event loop asks about an account goes together. */
  async #ask(accountId: string, members: readonly ActionsOnMember[]): Promise<readonly Answer[]> {
    await setImmediate();
    this.#batches.delete(accountId);
    const actor = { kind: 'USER', userId: this.#actorId } as const;
    const answers = await this.#offboarding.actionsOnEach({ actor, accountId, members });
    return answers.map((answer) => (isRejection(answer) ? null : answer));
  }
}
