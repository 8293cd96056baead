import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/**
 * Names this node among those that share a log, for as long as it has its data folder: streams that are written by one
 * node alone have the name in theirs. Made at the first start, while the caller holds the folder's writer lock.
 */
export function ensureNodeId(path: string, newId: () => string): string {
  if (!existsSync(path)) writeFileSync(path, `${newId()}\n`, { mode: 0o600, flag: 'wx' });
  const nodeId = readFileSync(path, 'utf8').trim();
  if (/^[0-9a-f-]{36}$/.test(nodeId)) return nodeId;
  throw new Error(`${path} does not hold the name of a node: delete it, and the node takes a new one`);
}
