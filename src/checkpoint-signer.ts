import type { KeyVault } from './key-vault/key-vault.js';
import { originOf } from './proof/checkpoint.js';
import { type NoteSigner, noteSigner } from './proof/signed-note.js';

/** Its 32 bytes are the seed of an Ed25519 key: whoever has the vault can sign in the name of this log. */
const signingKeyId = (logId: string): string => `signing-${logId}`;

/** Makes the key of this log when there is none. */
export async function ensureCheckpointSigner(vault: KeyVault, logId: string): Promise<NoteSigner> {
  await vault.ensureKeys([signingKeyId(logId)]);
  const signer = await checkpointSigner(vault, logId);
  if (signer === null) throw new Error('the signing key was made, but cannot be read');
  return signer;
}

/** Null when no server has made the key yet. */
export async function checkpointSigner(
  vault: Pick<KeyVault, 'key'>,
  logId: string,
): Promise<NoteSigner | null> {
  const seed = await vault.key(signingKeyId(logId));
  return seed === null ? null : noteSigner(originOf(logId), seed);
}
