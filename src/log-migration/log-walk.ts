import { type BrokenLink, ChainCheck } from '../event-store/chain.js';
import type { EventStore, RecordedEvent } from '../event-store/event-store.js';
import { LogTree } from '../proof/log-tree.js';

/** Events of one read; what a cluster gives at once. */
const PAGE = 1_000;

/** An event of the log does not fit to those before it. */
export class LogDamaged extends Error {
  override readonly name = 'LogDamaged';
  constructor(what: string, { position, stream, revision, problem }: BrokenLink) {
    super(
      `${what} is damaged at position ${position} (stream ${stream}, revision ${revision}: ${problem}): ` +
        'nothing from there on was carried; restore it from a backup',
    );
  }
}

export interface WalkedLog {
  /** For messages: "the log of ./data". */
  readonly what: string;
  readonly store: Pick<EventStore, 'readAll'>;
  /** Nothing after this position is looked at. Default: to the end. */
  readonly until?: number;
}

/** Goes through a log from its first event on, checks every hash and chain, and gathers what can be proven of it. */
export class LogWalk {
  /** Over the events that were gone past. */
  readonly tree = new LogTree();
  readonly #log: WalkedLog;
  readonly #check = new ChainCheck();
  #page: readonly RecordedEvent[] = [];
  #at = 0;
  /** Of the last event that was read, which may be further than what was gone past. */
  #read = 0;
  #position = 0;

  constructor(log: WalkedLog) {
    this.#log = log;
  }

  /** Of the last event that was gone past. */
  get position(): number {
    return this.#position;
  }

  /** The next event, or null at the end. */
  async peek(): Promise<RecordedEvent | null> {
    const { store, until = Number.MAX_SAFE_INTEGER } = this.#log;
    if (this.#at === this.#page.length) {
      this.#page = await store.readAll({ afterPosition: this.#read, maxCount: PAGE });
      this.#at = 0;
      this.#read = this.#page.at(-1)?.position ?? this.#read;
    }
    const event = this.#page[this.#at] ?? null;
    return event === null || event.position > until ? null : event;
  }

  /**
   * Goes past the event that was peeked at.
   * @throws LogDamaged
   */
  pass(event: RecordedEvent): void {
    const broken = this.#check.next(event);
    if (broken !== null) throw new LogDamaged(this.#log.what, broken);
    this.tree.add(event);
    this.#at += 1;
    this.#position = event.position;
  }
}
