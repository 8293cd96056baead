import { LRUCache } from 'lru-cache';
import { KEY_CACHE_TTL_MS, type KeyVault } from './key-vault.js';

const MAX_CACHED_KEYS = 10_000;

export interface CachedKeyVaultOptions {
  readonly vault: KeyVault;
  /** Milliseconds that never run backwards, such as `performance.now`. */
  readonly now: () => number;
}

/**
 * Keeps keys in memory for KEY_CACHE_TTL_MS, so that a page of people costs no look-up each. A key destroyed through
 * this object is forgotten at once; one destroyed by another process within that time. The absence of a key is never
 * remembered.
 */
export class CachedKeyVault implements KeyVault {
  readonly name: string;
  readonly #vault: KeyVault;
  readonly #keys: LRUCache<string, Buffer>;
  #destructions = 0;
  #hits = 0;
  #misses = 0;

  constructor({ vault, now }: CachedKeyVaultOptions) {
    this.name = vault.name;
    this.#vault = vault;
    // ttlResolution 0: the default keeps an entry up to a millisecond longer, by a timer of its own.
    this.#keys = new LRUCache({
      max: MAX_CACHED_KEYS,
      ttl: KEY_CACHE_TTL_MS,
      ttlResolution: 0,
      perf: { now },
    });
  }

  /** How often a key was at hand or had to be fetched, and how many are at hand. */
  get facts() {
    return { hits: this.#hits, misses: this.#misses, keys: this.#keys.size };
  }

  ensureKeys(ids: readonly string[]): Promise<void> {
    return this.#vault.ensureKeys(ids);
  }

  async key(id: string): Promise<Buffer | null> {
    const cached = this.#keys.get(id);
    if (cached !== undefined) {
      this.#hits += 1;
      return cached;
    }
    this.#misses += 1;
    const before = this.#destructions;
    const key = await this.#vault.key(id);
    // A key that was read before a destruction and arrives after it must not stay.
    if (key !== null && this.#destructions === before) this.#keys.set(id, key);
    return key;
  }

  async destroyKey(id: string): Promise<void> {
    this.#forget(id);
    try {
      await this.#vault.destroyKey(id);
    } finally {
      this.#forget(id);
    }
  }

  close(): Promise<void> {
    this.#keys.clear();
    return this.#vault.close();
  }

  #forget(id: string): void {
    this.#destructions += 1;
    this.#keys.delete(id);
  }
}
