import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { KeyDestroyed, type KeyVault } from './key-vault.js';

/** Version of the sealed form: `v1.` and base64url of nonce, ciphertext and tag, AES-256-GCM. */
const PREFIX = 'v1.';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Muster's own key behind blind indexes. Destroying it would make every person unfindable. */
export const INDEX_KEY_ID = 'muster-index';

/** A sealed value is not what was sealed under this key for this purpose. */
export class PersonalDataTampered extends Error {
  override readonly name = 'PersonalDataTampered';
}

export interface PersonalDataOptions {
  readonly vault: KeyVault;
  /** Cryptographically strong randomness. */
  readonly randomBytes: (size: number) => Buffer;
}

/** Seals personal data under one key per person, so that destroying the key erases it wherever copies lie. */
export class PersonalData {
  readonly #vault: KeyVault;
  readonly #randomBytes: (size: number) => Buffer;

  constructor({ vault, randomBytes }: PersonalDataOptions) {
    this.#vault = vault;
    this.#randomBytes = randomBytes;
  }

  /**
   * Makes the key when there is none. The result opens only under the same key id and purpose.
   * @throws KeyDestroyed
   */
  async seal(keyId: string, value: object, purpose = 'personal-data'): Promise<string> {
    const key = await this.#keyOf(keyId);
    // 96 random bits per seal: safe far beyond the few hundred values ever sealed under one person's key.
    const nonce = this.#randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(boundTo(keyId, purpose));
    const sealed = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()];
    return PREFIX + Buffer.concat(sealed).toString('base64url');
  }

  /**
   * What was sealed, or null when its key has been destroyed.
   * @throws PersonalDataTampered
   */
  async open(keyId: string, sealed: string, purpose = 'personal-data'): Promise<object | null> {
    const bytes = unwrap(sealed);
    const key = await this.#vault.key(keyId);
    if (key === null) return null;
    const tagAt = bytes.length - TAG_BYTES;
    try {
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(boundTo(keyId, purpose));
      decipher.setAuthTag(bytes.subarray(tagAt));
      const text =
        decipher.update(bytes.subarray(NONCE_BYTES, tagAt), undefined, 'utf8') + decipher.final('utf8');
      return JSON.parse(text) as object;
    } catch (cause) {
      throw new PersonalDataTampered(`what is sealed under ${keyId} was altered or belongs elsewhere`, {
        cause,
      });
    }
  }

  /**
   * HMAC-SHA-256 under Muster's own key, 64 hex digits: equal values of one purpose are found without being stored.
   * `value` must already be in its one normal form.
   */
  async blindIndex(purpose: string, value: string): Promise<string> {
    const key = await this.#keyOf(INDEX_KEY_ID);
    return createHmac('sha256', key)
      .update(JSON.stringify([purpose, value]))
      .digest('hex');
  }

  async #keyOf(keyId: string): Promise<Buffer> {
    const known = await this.#vault.key(keyId);
    if (known !== null) return known;
    await this.#vault.ensureKeys([keyId]);
    const made = await this.#vault.key(keyId);
    if (made === null) throw new KeyDestroyed(keyId);
    return made;
  }
}

/** Moved to another person, or to another field, a sealed value does not open. */
function boundTo(keyId: string, purpose: string): Buffer {
  return Buffer.from(JSON.stringify(['muster', PREFIX, purpose, keyId]));
}

function unwrap(sealed: string): Buffer {
  if (!sealed.startsWith(PREFIX))
    throw new PersonalDataTampered('this is not a sealed value of a version this build knows');
  const text = sealed.slice(PREFIX.length);
  const bytes = Buffer.from(text, 'base64url');
  // Node skips what is not base64url; one value must have one spelling.
  if (bytes.length < NONCE_BYTES + TAG_BYTES || bytes.toString('base64url') !== text)
    throw new PersonalDataTampered('a sealed value was cut or altered');
  return bytes;
}
