import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import {
  type Appended,
  type AppendRequest,
  type EventStore,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type StoreState,
  StoreUnavailable,
  type SubscribeOptions,
  type Subscription,
} from '../event-store.js';
import { AppendQueue } from './append-queue.js';
import { LogReader } from './log-reader.js';
import { LogSubscription } from './log-subscription.js';
import { LogTail } from './log-tail.js';
import { startWriterThread } from './writer-thread.js';

export interface SqliteEventStoreOptions {
  readonly path: string;
  /** Only reads: starts no writer thread, needs no lock; every append is refused. */
  readonly readOnly?: boolean;
  /** The most pages of 4096 bytes the log may grow to; beyond, it behaves as on a full disk. Default: no limit. */
  readonly maxPageCount?: number;
  /** The identity to give to a log that is made; one that is there keeps its own. Default: a random one. */
  readonly newLogId?: string;
}

/**
 * The log in one SQLite file. Reads run on the calling thread, appends on a writer thread. Once the disk has failed
 * the store takes no more appends until it is opened again; reads go on.
 *
 * Never open the file by other means than SQLite while this process has it open: closing any descriptor of it drops
 * all its POSIX locks.
 */
export class SqliteEventStore implements EventStore {
  readonly #reader: LogReader;
  readonly #tail: LogTail;
  readonly #queue: AppendQueue | null;
  readonly #subscriptions = new Set<LogSubscription>();
  #closed: Promise<void> | null = null;

  /**
   * Makes the file when there is none. The caller holds the data folder's writer lock (unless `readOnly`).
   * @throws DatabaseFileError
   */
  static async open(options: SqliteEventStoreOptions): Promise<SqliteEventStore> {
    if (options.readOnly === true) return SqliteEventStore.openReader(options);
    const path = realPathOf(options.path);
    const { maxPageCount = null, newLogId = null } = options;
    const channelName = channelNameOf(path);
    const worker = await startWriterThread({ path, channelName, maxPageCount, newLogId });
    try {
      return new SqliteEventStore(path, (tail) => new AppendQueue(worker, () => tail.wake()));
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  /**
   * For worker threads and other processes that only read.
   * @throws DatabaseFileError
   */
  static openReader({ path }: { readonly path: string }): SqliteEventStore {
    return new SqliteEventStore(realPathOf(path), () => null);
  }

  private constructor(path: string, queue: (tail: LogTail) => AppendQueue | null) {
    const reader = new LogReader(path);
    this.#reader = reader;
    this.#tail = new LogTail({ channelName: channelNameOf(path), dataVersion: () => reader.dataVersion() });
    this.#queue = queue(this.#tail);
  }

  /** The data folder's writer lock lets one process append, and this object is its one way to do so. */
  get isExclusive(): boolean {
    return this.#queue !== null;
  }

  get logId(): string {
    return this.#reader.logId;
  }

  get state(): StoreState {
    if (this.#closed !== null) return { writable: false, whyNot: CLOSED };
    const whyNot = this.#queue === null ? READ_ONLY : this.#queue.whyNot;
    return whyNot === null ? { writable: true } : { writable: false, whyNot };
  }

  append(request: AppendRequest): Promise<Appended> {
    if (this.#closed !== null) return Promise.reject(new StoreUnavailable(CLOSED));
    return this.#queue?.append(request) ?? Promise.reject(new StoreUnavailable(READ_ONLY));
  }

  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    return this.#reader.readStream(stream, options);
  }

  async readAll(options: ReadAllOptions): Promise<readonly RecordedEvent[]> {
    return this.#reader.readAll(options);
  }

  async readAt(position: number): Promise<RecordedEvent | null> {
    return this.#reader.readAt(position);
  }

  async head(): Promise<number> {
    return this.#reader.head();
  }

  subscribe(options: SubscribeOptions): Subscription {
    if (this.#closed !== null) throw new StoreUnavailable(CLOSED);
    const subscription = new LogSubscription(options, {
      read: (page) => this.#reader.readAll(page),
      tail: this.#tail,
    });
    this.#subscriptions.add(subscription);
    const forget = () => this.#subscriptions.delete(subscription);
    subscription.ended.then(forget, forget);
    return subscription;
  }

  /** Finishes the appends it has taken, ends all subscriptions, and closes the file. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()));
    this.#tail.close();
    this.#reader.close();
    // Last, so that the writer's is the connection that checkpoints the WAL and removes it.
    await this.#queue?.close();
  }
}

const CLOSED = 'the event log is closed';
const READ_ONLY = 'the event log was opened for reading only';

/** All threads of the process that have this log open, under whatever name, share the channel. */
function channelNameOf(realPath: string): string {
  return `muster-log:${realPath}`;
}

function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  // Not made yet; its folder may be, and if not, opening says so.
  return existsSync(dirname(path)) ? join(realpathSync(dirname(path)), basename(path)) : path;
}
