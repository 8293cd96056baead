import { checkpointSigner } from '../../src/checkpoint-signer.js';
import { readKeyVaultUrl } from '../../src/config.js';
import type { OpenDataFolderOptions } from '../../src/data-folder.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { openEventStoreReader } from '../../src/open-event-store.js';
import { openKeyVaultToRead } from '../../src/open-key-vault.js';
import type { NoteSigner } from '../../src/proof/signed-note.js';
import { CommandError } from './command-error.js';
import { readOnlyFolder } from './environment.js';
import { exitCodes } from './exit-codes.js';

/** The log of a data folder and the key that signs for it, both only read: a server may go on meanwhile. */
export interface SignedLog {
  readonly store: EventStore;
  readonly signer: NoteSigner;
  /** Where readings by the command line wait to be recorded. */
  readonly readingsPath: string;
  close(): Promise<void>;
}

/** @throws CommandError, ConfigError, DataFolderError, DatabaseFileError, KeyVaultUnavailable */
export async function openSignedLog(
  data: string,
  allowed: Pick<OpenDataFolderOptions, 'allowsMark'> = {},
): Promise<SignedLog> {
  const folder = readOnlyFolder(data, allowed);
  const store = await openEventStoreReader(folder.log);
  try {
    const signer = await signerIn(folder.vaultPath, store.logId);
    if (signer === null)
      throw new CommandError(
        `${folder.path} holds no key to sign with yet: start the server once, or run npm run init; or set MUSTER_KEY_VAULT_URL where the keys are elsewhere`,
        exitCodes.dataFolder,
      );
    return { store, signer, readingsPath: folder.readingsPath, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function signerIn(vaultPath: string, logId: string): Promise<NoteSigner | null> {
  const vault = await openKeyVaultToRead({ vaultPath, keyVaultUrl: readKeyVaultUrl(process.env) });
  if (vault === null) return null;
  try {
    return await checkpointSigner(vault, logId);
  } finally {
    await vault.close();
  }
}
