import { setImmediate } from 'node:timers/promises';
import { evolve } from '../domain/account/evolve.js';
import { fromSnapshot, SNAPSHOT_VERSION, toSnapshot } from '../domain/account/snapshot.js';
import { type AccountState, initialAccountState } from '../domain/account/state.js';
import type { EventStore, RecordedEvent } from '../event-store/event-store.js';
import { decodeAccountEvent } from './decode-event.js';
import type { SnapshotStore } from './snapshot-store.js';

const PAGE = 1_000;

/** A snapshot is due after this many events, or twice the rows it would hold: its cost per event stays bounded. */
const SNAPSHOT_AFTER_EVENTS = 5_000;

/** An account's state as folded from its stream, and where in the stream it stands. */
export class AccountFold {
  #state: AccountState = initialAccountState();
  #head: StreamHead = emptyHead;
  #snapshotRevision = -1;

  constructor(
    readonly stream: string,
    private readonly store: EventStore,
    private readonly snapshots: SnapshotStore,
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
    const snapshot = await this.snapshots.load(this.stream);
    if (snapshot !== null && snapshot.version === SNAPSHOT_VERSION) {
      const [last] = await this.store.readStream(this.stream, {
        fromRevision: snapshot.revision,
        maxCount: 1,
      });
      if (last?.revision === snapshot.revision && last.hash === snapshot.hash) {
        this.#state = fromSnapshot(JSON.parse(snapshot.body));
        this.#head = headOf(last);
        this.#snapshotRevision = snapshot.revision;
      }
    }
    await this.catchUp();
    await this.saveSnapshotWhenDue();
  }

  /** Folds what others have appended; tells how many events that were. */
  async catchUp(): Promise<number> {
    let folded = 0;
    for (;;) {
      const page = await this.store.readStream(this.stream, {
        fromRevision: this.#head.revision + 1,
        maxCount: PAGE,
      });
      for (const recorded of page) evolve(this.#state, decodeAccountEvent(recorded));
      const last = page.at(-1);
      if (last !== undefined) this.#head = headOf(last);
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

  async #saveSnapshot(): Promise<void> {
    const { revision, hash } = this.#head;
    if (hash === null) return;
    const body = JSON.stringify(toSnapshot(this.#state));
    this.#snapshotRevision = revision;
    await this.snapshots.save(this.stream, { revision, hash, version: SNAPSHOT_VERSION, body });
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

const emptyHead: StreamHead = { revision: -1, hash: null, recordedAt: 0, occurredAt: 0 };

const headOf = (recorded: RecordedEvent): StreamHead => {
  const { recordedAt, occurredAt } = decodeAccountEvent(recorded);
  return {
    revision: recorded.revision,
    hash: recorded.hash,
    recordedAt: Date.parse(recordedAt),
    occurredAt: Date.parse(occurredAt),
  };
};
