import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Signs notes under a name (C2SP signed-note). */
export interface NoteSigner {
  readonly name: string;
  /** Says who signs, for verifiers: `name+hash+key`. */
  readonly verifierKey: string;
  /** @param text ends with a newline */
  sign(text: string): string;
}

export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Buffer;
  verify(text: string, signature: Buffer): boolean;
}

const ED25519 = 0x01;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;
/** What stands before the 32 bytes of a seed or public key in DER: the algorithm's own number. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

const SIGNATURE_LINE = /^— (\S+) (\S+)$/u;
const KEY_NAME = /^[^\s+]+$/u;

/** @param seed the 32 bytes of an Ed25519 private key */
export function noteSigner(name: string, seed: Buffer): NoteSigner {
  if (!KEY_NAME.test(name)) throw new RangeError(`${name} cannot name a key: no spaces, no plus`);
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const publicBytes = publicKeyBytes(key);
  const keyId = keyIdOf(name, publicBytes);
  return {
    name,
    verifierKey: `${name}+${keyId.toString('hex')}+${typed(publicBytes).toString('base64')}`,
    sign(text) {
      const signature = sign(null, Buffer.from(text), key);
      return `${text}\n— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
    },
  };
}

/** Reads `name+hash+key`; null when it is none, or not of Ed25519. */
export function noteVerifier(verifierKey: string): NoteVerifier | null {
  const [, name, id, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/u.exec(verifierKey) ?? [];
  if (name === undefined || id === undefined || encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== 33 || bytes[0] !== ED25519) return null;
  const publicBytes = bytes.subarray(1);
  const keyId = keyIdOf(name, publicBytes);
  if (keyId.toString('hex') !== id) return null;
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicBytes]),
    format: 'der',
    type: 'spki',
  });
  return { name, keyId, verify: (text, signature) => verify(null, Buffer.from(text), key, signature) };
}

/** A note taken apart; whether its signatures hold is another question. */
export interface Note {
  /** With the newline at its end: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

interface NoteSignature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}

/** Null when it is no note. One text only for each note: base64 that could be written otherwise is refused. */
export function parseNote(note: string): Note | null {
  const split = note.lastIndexOf('\n\n');
  if (split === -1 || !note.endsWith('\n')) return null;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  const signatures = lines.map(signatureFrom);
  if (!signatures.every((signature) => signature !== null)) return null;
  return { text, signatures };
}

/** Whether the key's owner has signed it; signatures of others do not count. */
export const isSignedBy = ({ text, signatures }: Note, verifier: NoteVerifier): boolean =>
  signatures.some(
    ({ name, keyId, signature }) =>
      name === verifier.name && keyId.equals(verifier.keyId) && verifier.verify(text, signature),
  );

/** Null unless this is the one way to write the bytes: spare bits at the end could hide a change. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function signatureFrom(line: string): NoteSignature | null {
  const [, name, encoded] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = encoded === undefined ? null : fromBase64(encoded);
  if (name === undefined || !KEY_NAME.test(name) || bytes?.length !== KEY_ID_BYTES + SIGNATURE_BYTES)
    return null;
  return { name, keyId: bytes.subarray(0, KEY_ID_BYTES), signature: bytes.subarray(KEY_ID_BYTES) };
}

function keyIdOf(name: string, publicBytes: Buffer): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(typed(publicBytes))
    .digest()
    .subarray(0, KEY_ID_BYTES);
}

const typed = (publicBytes: Buffer): Buffer => Buffer.concat([Buffer.of(ED25519), publicBytes]);

function publicKeyBytes(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
}
