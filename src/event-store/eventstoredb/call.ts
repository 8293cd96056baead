import type { Readable } from 'node:stream';

/** Our own time limit has passed: the client's deadline covers neither reads nor the search for a node. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(what: string, ms: number) {
    super(`no answer to ${what} within ${ms} ms`);
  }
}

/** @throws NoAnswer; what comes later is dropped */
export function inTime<T>(answer: Promise<T>, { what, ms }: { what: string; ms: number }): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new NoAnswer(what, ms)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A read of the client: objects come, then the end; `cancel` tells the server to stop. */
export interface StreamedRead<T> extends Readable {
  cancel(): Promise<void>;
  [Symbol.asyncIterator](): AsyncIterableIterator<T>;
}

export interface ReadLimits {
  readonly what: string;
  /** Between one event and the next. */
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Everything that a read yields.
 * @throws NoAnswer, the client's error, or the reason of the signal
 */
export function everythingOf<T>(
  read: StreamedRead<T>,
  { what, ms, signal }: ReadLimits,
): Promise<readonly T[]> {
  return new Promise((resolve, reject) => {
    const items: T[] = [];
    const stop = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const fail = (error: unknown) => {
      stop();
      reject(error);
      // Rejects when the call was never made, which is what `error` says.
      read.cancel().catch(() => undefined);
    };
    const abort = () => fail(signal?.reason);
    const timer = setTimeout(() => fail(new NoAnswer(what, ms)), ms);
    signal?.addEventListener('abort', abort);
    // Stays after the end: a cancelled call may still fail, and nobody else listens.
    read.on('error', fail);
    read.on('data', (item: T) => {
      items.push(item);
      timer.refresh();
    });
    read.on('end', () => {
      stop();
      resolve(items);
    });
    if (signal?.aborted === true) abort();
  });
}
