import type Database from 'better-sqlite3';
import {
  type AccountFacts,
  accountFactsAt,
  type FactsMoment,
  presentAccountFacts,
} from '../../projections/queries/account-facts.js';
import { ReadConnections } from '../../projections/read-connections.js';
import type { ReadFolder } from '../../projections/read-folder.js';
import type { AccountState } from '../../src/domain/account/state.js';
import type { StoredEvent } from '../../src/domain/event.js';
import { CommandError } from '../cli/command-error.js';
import { exitCodes } from '../cli/exit-codes.js';
import { type Difference, differencesOf } from './compare-facts.js';
import { factsOfState } from './facts-of-state.js';

/** Where a replay has stopped. */
export interface ReplayedTo {
  readonly state: AccountState;
  readonly last: { readonly event: StoredEvent; readonly position: number };
  /** Another event of the account was recorded in the same millisecond: a time cannot tell the two apart. */
  readonly isTimeShared: boolean;
}

/** The read model as it was when it was opened, whatever a server goes on to write. */
export class ReadModelToCompare {
  readonly #connections: ReadConnections;
  /** Everything up to here is in it. */
  readonly position: number;

  /** @throws CommandError there is none */
  constructor(folder: ReadFolder) {
    const generation = folder.current();
    if (generation === null)
      throw new CommandError(
        'there is no read model to compare with: make one with npm run rebuild',
        exitCodes.dataFolder,
      );
    this.#connections = new ReadConnections(folder, generation);
    this.#members.exec('BEGIN');
    this.position =
      this.#members.prepare<[], number>('SELECT position FROM main.checkpoint').pluck().get() ?? 0;
  }

  /** What differs after the last event replayed; the lists of the present count only where that is the present. */
  differences({ state, last, isTimeShared }: ReplayedTo, isPresent: boolean): readonly Difference[] {
    const { event, position } = last;
    const accountId = event.accountId ?? '';
    const moments: readonly (readonly [Difference['compared'], FactsMoment])[] = [
      ['AS_OF_POSITION', { position }],
      ...(isTimeShared
        ? []
        : [
            [
              'AS_OF_TIME',
              { at: Date.parse(event.occurredAt), knownAt: Date.parse(event.recordedAt) },
            ] as const,
          ]),
    ];
    const replay = factsOfState(state, 'PERIODS');
    const ofPeriods = moments.flatMap(([compared, moment]) =>
      differencesOf(compared, { replay, readModel: accountFactsAt(this.#members, accountId, moment) }),
    );
    if (!isPresent) return ofPeriods;
    const readModel: AccountFacts = presentAccountFacts(this.#members, accountId);
    return [...ofPeriods, ...differencesOf('PRESENT', { replay: factsOfState(state, 'PRESENT'), readModel })];
  }

  factsAt(accountId: string, position: number): AccountFacts {
    return accountFactsAt(this.#members, accountId, { position });
  }

  close(): void {
    this.#connections.close();
  }

  get #members(): Database.Database {
    return this.#connections.members;
  }
}
