import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { checkpointSigner } from '../../src/checkpoint-signer.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import { openEventStoreReader } from '../../src/open-event-store.js';
import type { NoteSigner } from '../../src/proof/signed-note.js';
import { CommandError } from './command-error.js';
import { readOnlyFolder } from './environment.js';
import { exitCodes } from './exit-codes.js';

/** The log of a data folder and the key that signs for it, both only read: a server may go on meanwhile. */
export interface SignedLog {
  readonly store: EventStore;
  readonly signer: NoteSigner;
  close(): Promise<void>;
}

/** @throws CommandError, DataFolderError, DatabaseFileError */
export async function openSignedLog(data: string): Promise<SignedLog> {
  const folder = readOnlyFolder(data);
  const store = await openEventStoreReader(folder.log);
  try {
    const signer = existsSync(folder.vaultPath) ? await signerIn(folder.vaultPath, store.logId) : null;
    if (signer === null)
      throw new CommandError(
        `${folder.path} holds no key to sign with yet: start the server once, or run npm run init`,
        exitCodes.dataFolder,
      );
    return { store, signer, close: () => store.close() };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function signerIn(path: string, logId: string): Promise<NoteSigner | null> {
  const vault = new SqliteKeyVault({ path, randomBytes, readOnly: true });
  try {
    return await checkpointSigner(vault, logId);
  } finally {
    await vault.close();
  }
}
