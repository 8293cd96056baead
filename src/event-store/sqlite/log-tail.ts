import { BroadcastChannel } from 'node:worker_threads';

/** How often the log is asked whether another process has appended to it. */
const POLL_MS = 50;

/**
 * Wakes whoever has read to the end of the log when there may be more: told by the writer thread over a
 * BroadcastChannel, which crosses threads but not processes, and by a poll for appends of other processes.
 */
export class LogTail {
  readonly #dataVersion: () => number;
  readonly #channelName: string;
  #channel: BroadcastChannel | null = null;
  #poll: NodeJS.Timeout | null = null;
  #seenVersion: number | null = null;
  #sleepers: (() => void)[] = [];

  constructor({ channelName, dataVersion }: { channelName: string; dataVersion: () => number }) {
    this.#channelName = channelName;
    this.#dataVersion = dataVersion;
  }

  /** Resolves when there may be more than was read before the call. May wake for nothing. */
  next(): Promise<void> {
    this.#listen();
    return new Promise((resolve) => this.#sleepers.push(resolve));
  }

  wake(): void {
    if (this.#sleepers.length === 0) return;
    const sleepers = this.#sleepers;
    this.#sleepers = [];
    for (const wakeUp of sleepers) wakeUp();
  }

  close(): void {
    this.#channel?.close();
    if (this.#poll !== null) clearInterval(this.#poll);
    this.#channel = null;
    this.#poll = null;
    this.wake();
  }

  #listen(): void {
    if (this.#poll !== null) return;
    this.#channel = new BroadcastChannel(this.#channelName);
    this.#channel.onmessage = () => this.wake();
    this.#channel.unref();
    // The first look always wakes: a commit may have come between the caller's reading and now.
    this.#seenVersion = null;
    this.#poll = setInterval(() => this.#look(), POLL_MS).unref();
  }

  #look(): void {
    if (this.#sleepers.length === 0) return;
    const version = this.#dataVersion();
    if (version === this.#seenVersion) return;
    this.#seenVersion = version;
    this.wake();
  }
}
