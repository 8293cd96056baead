import { open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Removes the files of mails that these events asked for, half-written ones too, and tells how many there were. Durable
 * when it resolves.
 */
export async function removeMailFiles(folder: string, causeEventIds: readonly string[]): Promise<number> {
  const causes = new Set(causeEventIds);
  const found = (await filesIn(folder)).filter((name) => causes.has(causeOf(name)));
  for (const name of found) await unlink(join(folder, name));
  if (found.length === 0) return 0;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  return found.length;
}

/** `<causeEventId>@<domain>.eml`, or with a dot before it while it is written. */
const causeOf = (name: string): string => name.replace(/^\./, '').split('@')[0] ?? '';

async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // Where mail goes to a server there is no folder.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
