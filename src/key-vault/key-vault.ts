/**
 * The port to the keys that personal data is encrypted under: one 256-bit key per person, and a few keys of Muster's
 * own. Destroying a key is how personal data is erased; a destroyed key never comes back under the same id.
 *
 * Everything may be repeated, so that whoever met KeyVaultUnavailable just asks again.
 */
export interface KeyVault {
  /** Kind and version, for receipts of what was destroyed: `key vault 1`. */
  readonly name: string;

  /**
   * Makes a random key for every id that has none; durable when it resolves.
   * @throws KeyDestroyed one of the ids was destroyed; no key was made
   */
  ensureKeys(ids: readonly string[]): Promise<void>;

  /** The 32 bytes, or null when the key was never made or has been destroyed. */
  key(id: string): Promise<Buffer | null>;

  /**
   * Removes the key's bytes for good, from the disk too; durable when it resolves. Repeating it changes nothing.
   * An id that never had a key gets a tombstone too: none will be made for it later.
   */
  destroyKey(id: string): Promise<void>;

  close(): Promise<void>;
}

/** One id of a vault, for carrying it into another. */
export interface VaultEntry {
  readonly id: string;
  /** Null: destroyed. */
  readonly key: Buffer | null;
}

/** A vault whose content can be carried into another. */
export interface PortableKeyVault extends KeyVault {
  /** At most `maxCount` entries after an id, in the order of the ids' UTF-8 bytes. */
  entries(page: { readonly afterId: string; readonly maxCount: number }): Promise<readonly VaultEntry[]>;

  /** Adds keys under ids that the vault does not have; those that it has stay as they are. */
  addKeys(keys: readonly { readonly id: string; readonly key: Buffer }[]): Promise<void>;
}

/** How long a key read from the vault may be kept in memory, in milliseconds. */
export const KEY_CACHE_TTL_MS = 5_000;

export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
  constructor(readonly id: string) {
    super(`the key ${id} has been destroyed`);
  }
}

/** The vault cannot be reached, or is not as it must be; `message` says why, and holds no secret. */
export class KeyVaultUnavailable extends Error {
  override readonly name = 'KeyVaultUnavailable';
}
