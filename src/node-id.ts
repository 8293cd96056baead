import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** What names a node among those on one log: stands in names of streams, so that nodes do not race for them. */
export const isNodeId = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text);

/** Of a data folder: made at random the first time, the same ever after; a copy of the folder is the same node. */
export function nodeIdIn(path: string): string {
  const known = readIfThere(path);
  if (known !== null) return known;
  const made = `node-${randomBytes(4).toString('hex')}`;
  writeFileSync(path, `${made}\n`, { mode: 0o600 });
  return made;
}

function readIfThere(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (isNodeId(text)) return text;
    throw new Error(`${path} does not name a node: set MUSTER_NODE_ID, or delete the file to have one made`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
