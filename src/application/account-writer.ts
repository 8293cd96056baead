import { setImmediate } from 'node:timers/promises';
import type { AccountEvent } from '../domain/account/events.js';
import type { AccountState } from '../domain/account/state.js';
import type { StoredEvent } from '../domain/event.js';
import { type Appended, WrongExpectedRevision } from '../event-store/event-store.js';
import { AccountDraft, type Drafted, type DraftRequest } from './account-draft.js';
import { CommandTooLarge, Overloaded } from './account-errors.js';
import { AccountFold, type FoldParts, type StreamHead } from './account-fold.js';
import type { CommandPlaces } from './command-places.js';
import { decodeAccountEvent } from './decode-event.js';
import type { Environment } from './environment.js';
import { nobodyWatches, type Observer } from './observer.js';
import type { Outcome } from './outcome.js';

/** Reads that may wait for one account, so that no number of them leaves a command without a place. */
export const MAX_QUEUED_READS = 2_000;
/** Others get their turn when the reads of one append have taken so long. */
const READING_TIME_MS = 5;
/** Commands decided for one append; later ones go into the next. */
const MAX_BATCH = 256;
/** Races lost in a row before the caller is told to come back. */
const MAX_ATTEMPTS = 20;

export interface AccountView {
  readonly state: AccountState;
  readonly head: StreamHead;
}

type Job = CommandJob | ReadJob;
interface CommandJob {
  readonly request: DraftRequest;
  /** As the observer names whoever waits for it. */
  readonly asker: unknown;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}
interface ReadJob {
  readonly read: (view: AccountView) => void;
  readonly reject: (error: unknown) => void;
}

export interface WriterParts extends FoldParts {
  readonly environment: Environment;
  readonly observer?: Observer;
}

/** The one queue of one account on this node: what waits is decided in turn and appended together. */
export class AccountWriter {
  readonly #stream: string;
  #fold: AccountFold | null = null;
  #queue: Job[] = [];
  #queuedReads = 0;
  #running: Promise<void> | null = null;
  readonly #observer: Observer;

  constructor(
    private readonly accountId: string,
    private readonly parts: WriterParts,
    private readonly places: CommandPlaces,
  ) {
    this.#stream = `account-${accountId}`;
    this.#observer = parts.observer ?? nobodyWatches;
  }

  /** Rows of folded state held. */
  get rows(): number {
    return this.#fold?.rows ?? 0;
  }

  /** The state as decided so far, not yet in the log perhaps; null before the first use. */
  get draftedState(): AccountState | null {
    return this.#fold?.state ?? null;
  }

  get isIdle(): boolean {
    return this.#running === null;
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  execute(request: DraftRequest): Promise<Outcome> {
    const types = request.commands.map(({ type }) => type);
    return this.#observer.command(types, () =>
      this.places.during(
        () =>
          new Promise((resolve, reject) =>
            this.#enqueue({ request, asker: this.#observer.asker(), resolve, reject }),
          ),
      ),
    );
  }

  /** Reads the state at the head of the stream, after every command that was queued before. */
  read<T>(project: (view: AccountView) => T): Promise<T> {
    return new Promise((resolve, reject) =>
      this.#enqueue({
        reject,
        read: (view) => {
          try {
            resolve(project(view));
          } catch (error) {
            reject(error);
          }
        },
      }),
    );
  }

  async saveSnapshot(): Promise<void> {
    await this.#fold?.saveSnapshotBeforeLeaving();
  }

  #enqueue(job: Job): void {
    const isRead = 'read' in job;
    const isFull = isRead
      ? this.#queuedReads >= MAX_QUEUED_READS
      : this.#queue.length - this.#queuedReads >= this.places.limits.waitingPerAccount;
    if (isFull) return job.reject(new Overloaded());
    this.#queue.push(job);
    if (isRead) this.#queuedReads += 1;
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // Everything that arrives in the same turn of the event loop shares the first append.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      this.#queuedReads -= readsIn(batch).length;
      await this.#process(batch);
    }
    this.#running = null;
    await this.#fold?.saveSnapshotWhenDue();
  }

  async #process(taken: readonly Job[]): Promise<void> {
    let batch = taken;
    try {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const fold = await this.#load();
        const draft = new AccountDraft(this.accountId, fold, this.parts.environment);
        const drafted = this.#draftAll(draft, batch);
        // What did not fit waits for the next append, and so does all that came after it.
        const later = batch.slice(drafted.length);
        this.#queue.unshift(...later);
        this.#queuedReads += readsIn(later).length;
        batch = batch.slice(0, drafted.length);
        const askers = batch.flatMap((job) => ('read' in job ? [] : [job.asker]));
        const appended = await this.#observer.onBehalfOf(askers, () => this.#settle(fold, draft));
        if (appended === 'LOST_RACE') continue;
        // Each on its own: what is in the log stays done, even when a neighbour's answer cannot be read.
        await Promise.all(
          batch.map(async (job, index) => {
            const result = drafted[index] ?? null;
            if ('read' in job || result === null) return;
            await this.#answer(job, result, appended).catch(job.reject);
          }),
        );
        await this.#showTo(readsIn(batch), fold);
        return;
      }
      throw new Overloaded();
    } catch (error) {
      // The append failed or its outcome is unknown: what was folded may differ from the log, so fold it again.
      this.#fold = null;
      for (const job of batch) job.reject(error);
    }
  }

  /** The state stays as it is meanwhile: what arrives waits for its own turn. */
  async #showTo(reads: readonly ReadJob[], { state, head }: AccountFold): Promise<void> {
    let startedMs = performance.now();
    for (const { read } of reads) {
      read({ state, head });
      if (performance.now() - startedMs < READING_TIME_MS) continue;
      await setImmediate();
      startedMs = performance.now();
    }
  }

  /** One result for each job of the batch that fits into this append; null for a read. */
  #draftAll(draft: AccountDraft, batch: readonly Job[]): readonly (Drafted | CommandTooLarge | null)[] {
    const drafted: (Drafted | CommandTooLarge | null)[] = [];
    try {
      for (const job of batch) {
        const result = 'read' in job ? null : this.#draftOne(draft, job.request);
        if (result === null && !('read' in job)) break;
        drafted.push(result);
      }
    } catch (error) {
      draft.discard();
      throw error;
    }
    return drafted;
  }

  #draftOne(draft: AccountDraft, request: DraftRequest): Drafted | CommandTooLarge | null {
    try {
      return draft.add(request);
    } catch (error) {
      if (error instanceof CommandTooLarge) return error;
      throw error;
    }
  }

  /**
   * Makes the draft true, or finds that it cannot be. A draft without events is true only at the head of the stream:
   * a refusal must not rest on a state that another node has moved on from.
   */
  async #settle(fold: AccountFold, draft: AccountDraft): Promise<Appended | null | 'LOST_RACE'> {
    if (draft.events.length === 0) {
      draft.keep();
      if (this.parts.store.isExclusive) return null;
      return (await fold.catchUp()) > 0 ? 'LOST_RACE' : null;
    }
    try {
      const { revision } = fold.head;
      const appended = await this.parts.store.append({
        stream: this.#stream,
        expectedRevision: revision === -1 ? 'NO_STREAM' : revision,
        events: draft.events,
      });
      draft.keep();
      return appended;
    } catch (error) {
      draft.discard();
      if (!(error instanceof WrongExpectedRevision)) throw error;
      await fold.catchUp();
      return 'LOST_RACE';
    }
  }

  async #answer(
    job: CommandJob,
    result: Drafted | CommandTooLarge,
    appended: Appended | null,
  ): Promise<void> {
    if (result instanceof CommandTooLarge) return job.reject(result);
    const { accountId } = job.request;
    switch (result.kind) {
      case 'EVENTS':
        return job.resolve({
          outcome: 'APPLIED',
          accountId,
          events: result.events,
          position: appended?.position ?? 0,
          replayed: false,
          results: result.results,
        });
      case 'REPLAY':
        return job.resolve(await this.#replay(accountId, result.firstRevision, result.lastRevision));
      case 'UNCHANGED':
        return job.resolve({
          outcome: 'UNCHANGED',
          accountId,
          position: await this.parts.store.head(),
          results: result.results,
        });
      case 'WOULD_APPLY':
        return job.resolve({
          outcome: 'WOULD_APPLY',
          accountId,
          events: result.events,
          results: result.results,
        });
      case 'REJECTED':
        return job.resolve({ outcome: 'REJECTED', accountId, rejection: result.rejection, at: result.at });
    }
  }

  /** The first result of a command that came again under the same key. */
  async #replay(accountId: string, firstRevision: number, lastRevision: number): Promise<Outcome> {
    const recorded = await this.parts.store.readStream(this.#stream, {
      fromRevision: firstRevision,
      maxCount: lastRevision - firstRevision + 1,
    });
    const events: readonly StoredEvent<AccountEvent>[] = recorded.map(decodeAccountEvent);
    return {
      outcome: 'APPLIED',
      accountId,
      events,
      position: recorded.at(-1)?.position ?? 0,
      replayed: true,
      results: null,
    };
  }

  async #load(): Promise<AccountFold> {
    if (this.#fold !== null) return this.#fold;
    const fold = new AccountFold(this.#stream, this.parts);
    await fold.load();
    this.#fold = fold;
    return fold;
  }
}

const readsIn = (jobs: readonly Job[]): readonly ReadJob[] => jobs.filter((job) => 'read' in job);
