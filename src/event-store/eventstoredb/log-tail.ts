import { END, streamNameFilter } from '@eventstore/db-client';
import type { Access } from './log-reader.js';
import { Patience } from './patience.js';

/**
 * Wakes readers even when the live subscription says nothing, so that nothing depends on its being alive. Half of the
 * second that a node may be behind and still serve reads (MAX_LAG_MS in read-lag.ts): the rest is for reading and projecting.
 */
const POLL_MS = 500;

/**
 * Wakes whoever has read to the end of the log when there may be more: told by a subscription to the server, which is made
 * again when it breaks. What it delivers is not used: readers page through the log themselves, so that neither a gap
 * nor a repeat can come from here.
 */
export class LogTail {
  readonly #access: Pick<Access, 'client' | 'prefix' | 'pacing' | 'callTimeoutMs'>;
  readonly #closing = new AbortController();
  #poll: NodeJS.Timeout | null = null;
  #more: Promise<void>;
  #tellMore = () => {};
  #stopFollowing = () => {};

  constructor(access: Pick<Access, 'client' | 'prefix' | 'pacing' | 'callTimeoutMs'>) {
    this.#access = access;
    this.#more = this.#nextWake();
  }

  /** Resolves when there may be more than was read before the call. May wake for nothing. */
  next(): Promise<void> {
    if (this.#poll === null && !this.#closing.signal.aborted) {
      this.#poll = setInterval(() => this.wake(), POLL_MS).unref();
      void this.#followAgainAndAgain();
    }
    return this.#more;
  }

  wake(): void {
    const tellMore = this.#tellMore;
    this.#more = this.#nextWake();
    tellMore();
  }

  close(): void {
    if (this.#poll !== null) clearInterval(this.#poll);
    this.#closing.abort();
    this.#stopFollowing();
    this.wake();
  }

  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      this.#tellMore = resolve;
    });
  }

  async #followAgainAndAgain(): Promise<void> {
    const { signal } = this.#closing;
    const patience = new Patience(this.#access.pacing, Number.POSITIVE_INFINITY);
    while (!signal.aborted) {
      await this.#follow(() => patience.refresh());
      // Whatever came while it was breaking.
      this.wake();
      await patience.again(signal).catch(() => undefined);
    }
  }

  /** Resolves when the subscription has ended, for whatever reason. */
  async #follow(onFollowing: () => void): Promise<void> {
    const { client, prefix, callTimeoutMs } = this.#access;
    const subscription = client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({ prefixes: [prefix] }),
      requiresLeader: true,
    });
    let unconfirmed: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve) => {
        this.#stopFollowing = resolve;
        unconfirmed = setTimeout(resolve, callTimeoutMs);
        subscription
          .on('confirmation', () => {
            clearTimeout(unconfirmed);
            onFollowing();
            this.wake();
          })
          .on('data', () => this.wake())
          .on('end', resolve)
          // Reads meet the same trouble, and tell whoever waits for them.
          .on('error', () => resolve());
      });
    } finally {
      clearTimeout(unconfirmed);
      // Rejects when the subscription was never made.
      await subscription.unsubscribe().catch(() => undefined);
    }
  }
}
