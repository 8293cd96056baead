import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { checkpointSigner } from '../../src/checkpoint-signer.js';
import { openDataFolder } from '../../src/data-folder.js';
import { SqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { SqliteKeyVault } from '../../src/key-vault/sqlite-key-vault.js';
import type { NoteSigner } from '../../src/proof/signed-note.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';

/** The log of a data folder and the key that signs for it, both only read: a server may go on meanwhile. */
export interface SignedLog {
  readonly store: SqliteEventStore;
  readonly signer: NoteSigner;
  /** Where readings by the command line wait to be recorded. */
  readonly readingsPath: string;
  close(): Promise<void>;
}

/** @throws CommandError, DataFolderError, DatabaseFileError */
export async function openSignedLog(data: string): Promise<SignedLog> {
  const folder = openDataFolder({ path: data, mode: 'read' });
  const store = SqliteEventStore.openReader({ path: folder.logPath });
  try {
    const signer = existsSync(folder.vaultPath) ? await signerIn(folder.vaultPath, store.logId) : null;
    if (signer === null)
      throw new CommandError(
        `${folder.path} holds no key to sign with yet: start the server once, or run npm run init`,
        exitCodes.dataFolder,
      );
    return { store, signer, readingsPath: folder.readingsPath, close: () => store.close() };
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
