import { setImmediate } from 'node:timers/promises';
import { evolve } from '../domain/account/evolve.js';
import { fromSnapshot, SNAPSHOT_VERSION, toSnapshot } from '../domain/account/snapshot.js';
import { type AccountState, initialAccountState } from '../domain/account/state.js';
import type { StoredEvent } from '../domain/event.js';
import { hashOf } from '../event-store/chain.js';
import type { EventStore, RecordedEvent } from '../event-store/event-store.js';
import { decodeAccountEvent } from './decode-event.js';
import type { Snapshot, SnapshotStore } from './snapshot-store.js';

const PAGE = 1_000;

/** A snapshot is due after this many events, or twice the rows it would hold: its cost per event stays bounded. */
const SNAPSHOT_AFTER_EVENTS = 5_000;

export interface FoldParts {
  readonly store: EventStore;
  readonly snapshots: SnapshotStore;
  /** Told of what failed without a caller to tell. */
  readonly report: (error: unknown, doing: string) => void;
}

/** An account's state as folded from its stream, and where in the stream it stands. */
export class AccountFold {
  #state: AccountState = initialAccountState();
  #head: StreamHead = emptyHead;
  #snapshotRevision = -1;

  constructor(
    readonly stream: string,
    private readonly parts: FoldParts,
  ) {}

  get state(): AccountState {
    return this.#state;
  }

  get head(): StreamHead {
    return this.#head;
  }

  /** The state has moved on with events that are now in the log. */
  moveTo(head: StreamHead): void {
    this.#head = head;
  }

  /** Starts from the snapshot when the log still has its last event, else from the first event. */
  async load(): Promise<void> {
    const snapshot = await this.#loadSnapshot();
    const begun = snapshot === null ? null : await fromVerified(this.parts.store, this.stream, snapshot);
    if (begun !== null) {
      this.#state = begun.state;
      this.#head = begun.head;
      this.#snapshotRevision = begun.head.revision;
    }
    await this.catchUp();
    await this.saveSnapshotWhenDue();
  }

  /** Folds what others have appended; tells how many events that were. */
  async catchUp(): Promise<number> {
    let folded = 0;
    for (;;) {
      const page = await this.parts.store.readStream(this.stream, {
        fromRevision: this.#head.revision + 1,
        maxCount: PAGE,
      });
      for (const recorded of page) {
        const event = decodeAccountEvent(recorded);
        refuseBrokenChain(recorded, event.previousHash, this.#head);
        evolve(this.#state, event);
        this.#head = headOf(recorded, event);
      }
      folded += page.length;
      if (page.length < PAGE) return folded;
      await setImmediate();
    }
  }

  async saveSnapshotWhenDue(): Promise<void> {
    const events = this.#head.revision - this.#snapshotRevision;
    if (events >= Math.max(SNAPSHOT_AFTER_EVENTS, 2 * this.rows)) await this.#saveSnapshot();
  }

  /** Before the fold is let go: worth a snapshot already when refolding would be felt. */
  async saveSnapshotBeforeLeaving(): Promise<void> {
    if (this.#head.revision - this.#snapshotRevision >= PAGE) await this.#saveSnapshot();
  }

  /** Rows held, for bounding memory. */
  get rows(): number {
    const { memberships, groups, groupMembers, commands, contacts } = this.#state;
    return memberships.size + groups.size + groupMembers.size + commands.size + contacts.size;
  }

  /** Snapshots are disposable: an account goes on without one that cannot be read or kept. */
  async #loadSnapshot(): Promise<Snapshot | null> {
    try {
      return await this.parts.snapshots.load(this.stream);
    } catch (error) {
      this.parts.report(error, 'loading a snapshot');
      return null;
    }
  }

  async #saveSnapshot(): Promise<void> {
    const { revision, hash } = this.#head;
    if (hash === null) return;
    // Also when saving fails: the next attempt is then as far away as after a success.
    this.#snapshotRevision = revision;
    try {
      const body = JSON.stringify(toSnapshot(this.#state));
      await this.parts.snapshots.save(this.stream, { revision, hash, version: SNAPSHOT_VERSION, body });
    } catch (error) {
      this.parts.report(error, 'saving a snapshot');
    }
  }
}

export interface StreamHead {
  /** -1 before the first event. */
  readonly revision: number;
  readonly hash: string | null;
  /** Of the last event, ms; no later event of the stream has smaller ones. */
  readonly recordedAt: number;
  readonly occurredAt: number;
}

export const emptyHead: StreamHead = { revision: -1, hash: null, recordedAt: 0, occurredAt: 0 };

/** Where a stream stands after an event. */
export const headOf = (recorded: RecordedEvent, { recordedAt, occurredAt }: StoredEvent): StreamHead => ({
  revision: recorded.revision,
  hash: recorded.hash,
  recordedAt: Date.parse(recordedAt),
  occurredAt: Date.parse(occurredAt),
});

/** What a snapshot holds, when it is of this build and the log still has its last event; null otherwise. */
export const fromVerified = async (
  store: EventStore,
  stream: string,
  { version, revision, hash, body }: Snapshot,
): Promise<{ readonly state: AccountState; readonly head: StreamHead } | null> => {
  if (version !== SNAPSHOT_VERSION) return null;
  const [last] = await store.readStream(stream, { fromRevision: revision, maxCount: 1 });
  if (last?.revision !== revision || last.hash !== hash) return null;
  return { state: fromSnapshot(JSON.parse(body)), head: headOf(last, decodeAccountEvent(last)) };
};

/** An event of the log is not what was appended: nothing is decided on it. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
}

/** Nothing is decided on bytes that were changed, or on a stream with something missing. */
export const refuseBrokenChain = (
  recorded: RecordedEvent,
  previousHash: string | null,
  head: StreamHead,
): void => {
  const { stream, revision, hash } = recorded;
  if (revision === head.revision + 1 && previousHash === head.hash && hashOf(recorded.body) === hash) return;
  throw new LogDamaged(
    `the log is damaged: ${stream} does not fit together at revision ${revision}. Run \`npm run verify\` and restore ` +
      'the log from a backup.',
  );
};
