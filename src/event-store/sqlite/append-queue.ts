import type { Worker } from 'node:worker_threads';
import {
  type Appended,
  type AppendRequest,
  OutcomeUnknown,
  StoreUnavailable,
  WrongExpectedRevision,
} from '../event-store.js';
import { bytesOf } from '../request-checks.js';
import {
  type AppendGroup,
  type GroupOutcome,
  NO_EVENTS,
  WRONG_REVISION,
  type WriterMessage,
} from './append-group.js';

/** Appends waiting for the writer may hold this many bytes of bodies (of any number of callers); more are refused. */
export const MAX_QUEUED_BYTES = 64 * 1024 * 1024;

/** One transaction takes at most so much, so that the first append of a long queue is not kept waiting for the last. */
const MAX_GROUP_BYTES = 4 * 1024 * 1024;
const MAX_GROUP_APPENDS = 1_024;

interface Waiting {
  readonly request: AppendRequest;
  readonly bytes: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit: appends wait while the writer thread is busy, then go to it all at once and share one fsync.
 * One group is under way at a time; with more, groups would be smaller and fsyncs more.
 */
export class AppendQueue {
  readonly #worker: Worker;
  readonly #onCommitted: () => void;
  #waiting: Waiting[] = [];
  #queuedBytes = 0;
  #underWay: readonly Waiting[] | null = null;
  #sendScheduled = false;
  #whyNot: string | null = null;
  #writerGone = false;
  #onIdle: (() => void) | null = null;

  constructor(worker: Worker, onCommitted: () => void) {
    this.#worker = worker;
    this.#onCommitted = onCommitted;
    worker.on('message', (message: WriterMessage) => {
      if (message.kind === 'OUTCOME') this.#settle(message.outcome);
    });
    worker.on('error', (error) => this.#writerLost(error.message));
    worker.on('exit', (code) => this.#writerLost(`exit code ${code}`));
    // An idle log does not keep the process alive; a group under way does.
    worker.unref();
  }

  /** Why no append is taken any more, or null. */
  get whyNot(): string | null {
    return this.#whyNot;
  }

  append(request: AppendRequest): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#whyNot !== null) throw new StoreUnavailable(this.#whyNot);
      const bytes = bytesOf(request);
      if (this.#queuedBytes + bytes > MAX_QUEUED_BYTES)
        throw new StoreUnavailable(
          `${MAX_QUEUED_BYTES / 1024 / 1024} MiB of appends already wait for the disk: nothing was appended, send it again later`,
        );
      this.#queuedBytes += bytes;
      this.#waiting.push({ request, bytes, resolve, reject });
      this.#scheduleSend();
    });
  }

  /** Lets the appends it has taken finish and ends the writer thread. Nothing may be appended after this call. */
  async close(): Promise<void> {
    if (this.#underWay !== null || this.#waiting.length > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    if (this.#writerGone) return;
    this.#writerGone = true;
    this.#worker.ref();
    await new Promise((resolve) => {
      this.#worker.once('exit', resolve);
      this.#worker.postMessage(null);
    });
  }

  /** Not at once: the callers that this turn of the event loop wakes shall share the group. */
  #scheduleSend(): void {
    if (this.#sendScheduled || this.#underWay !== null) return;
    this.#sendScheduled = true;
    setImmediate(() => {
      this.#sendScheduled = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#underWay !== null || this.#waiting.length === 0) return;
    const group = this.#takeGroup();
    this.#underWay = group;
    this.#worker.ref();
    this.#worker.postMessage(encodeGroup(group));
  }

  #takeGroup(): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { bytes: more } of this.#waiting) {
      if (count > 0 && (count === MAX_GROUP_APPENDS || bytes + more > MAX_GROUP_BYTES)) break;
      bytes += more;
      count += 1;
    }
    const group = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return group;
  }

  #settle(outcome: GroupOutcome): void {
    const group = this.#underWay ?? [];
    this.#underWay = null;
    this.#worker.unref();
    for (const { bytes } of group) this.#queuedBytes -= bytes;
    if (outcome.status === 'DECIDED') {
      answer(group, outcome.results);
      this.#onCommitted();
    } else {
      const error =
        outcome.status === 'UNKNOWN'
          ? new OutcomeUnknown(outcome.message)
          : new StoreUnavailable(outcome.message);
      for (const { reject } of group) reject(error);
      if (outcome.latched) this.#latch(outcome.message);
    }
    if (this.#waiting.length > 0) this.#scheduleSend();
    else this.#onIdle?.();
  }

  #latch(message: string): void {
    this.#whyNot = message;
    const refused = this.#waiting;
    this.#waiting = [];
    this.#queuedBytes = 0;
    for (const { reject } of refused) reject(new StoreUnavailable(message));
  }

  #writerLost(detail: string): void {
    if (this.#writerGone) return;
    this.#writerGone = true;
    const message = `the log's writer thread has died (${detail}): restart, and look for the cause in the log file`;
    this.#settle({ status: 'UNKNOWN', message, latched: true });
  }
}

function encodeGroup(group: readonly Waiting[]): AppendGroup {
  const strings: string[] = [];
  const numbers: number[] = [];
  for (const { request } of group) {
    numbers.push(
      request.expectedRevision === 'NO_STREAM' ? NO_EVENTS : request.expectedRevision,
      request.events.length,
    );
    strings.push(request.stream);
    for (const { id, type, body, hash } of request.events) strings.push(id, type, body, hash);
  }
  return { strings, numbers };
}

function answer(group: readonly Waiting[], results: readonly number[]): void {
  for (const [i, { request, resolve, reject }] of group.entries()) {
    const revision = results[2 * i] as number;
    const position = results[2 * i + 1] as number;
    if (position !== WRONG_REVISION) resolve({ revision, position });
    else {
      const actual = revision === NO_EVENTS ? 'NO_STREAM' : revision;
      reject(new WrongExpectedRevision(request.stream, request.expectedRevision, actual));
    }
  }
}
