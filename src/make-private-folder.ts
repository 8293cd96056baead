import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The file system takes no folder there; the message says where. */
export class FolderNotMade extends Error {
  override readonly name = 'FolderNotMade';
  readonly code = 'ENOENT';
  constructor(folder: string, parent: string) {
    super(`${folder} cannot be made, for the file system takes no folder in ${parent}: choose another path`);
  }
}

/**
 * The folder and those above it that are missing, for this user only. Step by step, because Node's `recursive` never ends
 * where a folder that is there says that it is not, as /proc does.
 * @throws FolderNotMade, and Node's errors
 */
export function makePrivateFolder(path: string): void {
  const folder = resolve(path);
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) makePrivateFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else was faster.
    if (isFolder(folder)) return;
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new FolderNotMade(folder, parent);
    throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
