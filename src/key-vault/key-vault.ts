/**
 * The port to the keys that personal data is encrypted under: one 256-bit key per person, and a few keys of Muster's
 * own. Destroying a key is how personal data is erased; a destroyed key never comes back under the same id.
 */
export interface KeyVault {
  /**
   * Makes a random key for every id that has none; durable when it resolves.
   * @throws KeyDestroyed one of the ids was destroyed; no key was made
   */
  ensureKeys(ids: readonly string[]): Promise<void>;

  /** The 32 bytes, or null when the key was never made or has been destroyed. */
  key(id: string): Promise<Buffer | null>;

  /** Removes the key's bytes for good, from the disk too; durable when it resolves. Repeating it changes nothing. */
  destroyKey(id: string): Promise<void>;

  close(): Promise<void>;
}

/** How long a key read from the vault may be kept in memory, in milliseconds. */
export const KEY_CACHE_TTL_MS = 5_000;

export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
  constructor(readonly id: string) {
    super(`the key ${id} has been destroyed`);
  }
}
