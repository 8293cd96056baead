import { setTimeout as pause } from 'node:timers/promises';
import { type KeyVault, KeyVaultUnavailable } from './key-vault.js';

const PAUSE_MS = 1_000;

/** Keys for a projector: a vault that is not to be had for a while holds it up, and must not end it. */
export class PatientKeyVault implements KeyVault {
  readonly name: string;
  readonly #vault: KeyVault;
  readonly #closing = new AbortController();

  constructor(vault: KeyVault) {
    this.name = vault.name;
    this.#vault = vault;
  }

  ensureKeys(ids: readonly string[]): Promise<void> {
    return this.#vault.ensureKeys(ids);
  }

  async key(id: string): Promise<Buffer | null> {
    for (;;) {
      try {
        return await this.#vault.key(id);
      } catch (error) {
        if (!(error instanceof KeyVaultUnavailable) || this.#closing.signal.aborted) throw error;
        await pause(PAUSE_MS, undefined, { signal: this.#closing.signal });
      }
    }
  }

  destroyKey(id: string): Promise<void> {
    return this.#vault.destroyKey(id);
  }

  /** Whoever waits for the vault waits no longer: what he asked fails. */
  giveUp(): void {
    this.#closing.abort();
  }

  close(): Promise<void> {
    this.giveUp();
    return this.#vault.close();
  }
}
