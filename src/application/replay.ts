import { setImmediate } from 'node:timers/promises';
import type { AccountEvent } from '../domain/account/events.js';
import { type AccountState, initialAccountState } from '../domain/account/state.js';
import { evolveShowing, type StateChange } from '../domain/account/state-changes.js';
import type { StoredEvent } from '../domain/event.js';
import type { EventStore, RecordedEvent } from '../event-store/event-store.js';
import { emptyHead, headOf, refuseBrokenChain, type StreamHead } from './account-fold.js';
import { decodeAccountEvent } from './decode-event.js';

/** Others get their turn after each. */
const PAGE = 250;

export interface ReplayChoice {
  /** Only what is about this person, and of that only what it did to him; null = everything. */
  readonly userId: string | null;
  /** Default: the end of the stream. */
  readonly until?: ReplayEnd;
}

/** The last event wanted stands at this position or before, and was recorded at this time (ms) or before. */
export interface ReplayEnd {
  readonly position?: number;
  readonly recordedAt?: number;
}

/** An event, and what it made of the state before. */
export interface ReplayedEvent {
  readonly event: StoredEvent<AccountEvent>;
  readonly position: number;
  readonly changes: readonly StateChange[];
}

/** An account before an event of its stream. */
export interface ReplayStart {
  readonly state: AccountState;
  readonly head: StreamHead;
}

/**
 * Folds an account's stream straight from the log by the decider's own `evolve`, and shows each step. No read model and no
 * snapshot is asked unless the caller starts from one.
 */
export class Replay {
  readonly #store: Pick<EventStore, 'readStream'>;
  readonly #stream: string;
  readonly state: AccountState;
  #head: StreamHead;
  #last: LastFolded | null = null;

  constructor(
    store: Pick<EventStore, 'readStream'>,
    accountId: string,
    { state, head }: ReplayStart = { state: initialAccountState(), head: emptyHead },
  ) {
    this.#store = store;
    this.#stream = `account-${accountId}`;
    this.state = state;
    this.#head = head;
  }

  /** The last event folded, shown or not; null before the first. */
  get last(): LastFolded | null {
    return this.#last;
  }

  /** @throws LogDamaged, UnknownEventType */
  async *steps({ userId, until = {} }: ReplayChoice): AsyncGenerator<ReplayedEvent> {
    for (;;) {
      const fromRevision = this.#head.revision + 1;
      const page = await this.#store.readStream(this.#stream, { fromRevision, maxCount: PAGE });
      for (const recorded of page) {
        const event = decodeAccountEvent(recorded);
        const { position } = recorded;
        if (isPast(until, position, event)) return;
        const changes = this.#fold(recorded, event);
        const mine = userId === null ? changes : changes.filter((change) => concerns(userId, change));
        if (userId === null || mine.length > 0 || event.subjectId === userId)
          yield { event, position, changes: mine };
      }
      if (page.length < PAGE) return;
      await setImmediate();
    }
  }

  #fold(recorded: RecordedEvent, event: StoredEvent<AccountEvent>): readonly StateChange[] {
    refuseBrokenChain(recorded, event.previousHash, this.#head);
    const changes = evolveShowing(this.state, event);
    this.#head = headOf(recorded, event);
    this.#last = { event, position: recorded.position };
    return changes;
  }
}

interface LastFolded {
  readonly event: StoredEvent<AccountEvent>;
  readonly position: number;
}

const isPast = (until: ReplayEnd, position: number, { recordedAt }: StoredEvent): boolean =>
  position > (until.position ?? Number.POSITIVE_INFINITY) ||
  (until.recordedAt !== undefined && Date.parse(recordedAt) > until.recordedAt);

const concerns = (userId: string, { userId: whose, before, after }: StateChange): boolean =>
  whose === userId || before?.userId === userId || after?.userId === userId;
