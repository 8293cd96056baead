import type Database from 'better-sqlite3';
import { headLeaf, type StreamHead } from '../../src/proof/heads-tree.js';
import type { FoundHead, HeadsTree } from '../../src/proof/log-tree.js';
import { MerkleTree } from '../../src/proof/merkle-tree.js';
import { foldLeaves, HASH_BYTES } from '../../src/proof/tree-hash.js';
import { rootOf, type TreeNodes } from '../../src/proof/tree-proofs.js';
import { POSITION_BYTES, TILE_SIZE } from '../proof/tile-rows.js';
import { prepared } from './prepared.js';

/** Levels of the tree in one tile. */
const TILE_LEVELS = 8;

interface LeafTile {
  readonly tile: number;
  readonly positions: Buffer;
}

/** The log tree as the read model holds it: a full subtree costs one row and at most 127 hashes. */
export function logTree(db: Database.Database): TreeNodes {
  return {
    node(level, index) {
      const tileLevel = Math.floor(level / TILE_LEVELS);
      const width = 2 ** (level % TILE_LEVELS);
      const tile = Math.floor((index * width) / TILE_SIZE);
      const first = (index * width) % TILE_SIZE;
      const hashes = tileAt(db, tileLevel, tile).subarray(first * HASH_BYTES, (first + width) * HASH_BYTES);
      if (hashes.length !== width * HASH_BYTES)
        throw new RangeError(`the read model holds no full subtree ${index} on level ${level}`);
      return foldLeaves(Buffer.from(hashes));
    },
  };
}

/** Events in the tree, and the position of the last of them (0 for none). */
export function logSize(db: Database.Database): { readonly size: number; readonly position: number } {
  const last = prepared<LeafTile>(
    db,
    'SELECT tile, positions FROM leaf_tiles ORDER BY tile DESC LIMIT 1',
  ).get();
  if (last === undefined) return { size: 0, position: 0 };
  const count = last.positions.length / POSITION_BYTES;
  return { size: last.tile * TILE_SIZE + count, position: positionIn(last, count - 1) };
}

/** Which leaf the event at a position is; null when none is there. */
export function leafAt(db: Database.Database, position: number): number | null {
  const tile = prepared<LeafTile>(
    db,
    'SELECT tile, positions FROM leaf_tiles WHERE first_position <= ? ORDER BY first_position DESC LIMIT 1',
  ).get(position);
  if (tile === undefined) return null;
  for (let i = 0; i < tile.positions.length / POSITION_BYTES; i += 1)
    if (positionIn(tile, i) === position) return tile.tile * TILE_SIZE + i;
  return null;
}

/** Heads of streams in the order of the heads tree. */
export function headsAfter(
  db: Database.Database,
  { after, limit }: { readonly after: string; readonly limit: number },
): StreamHead[] {
  return prepared<StreamHead>(
    db,
    'SELECT stream, revision, hash FROM heads WHERE stream > ? ORDER BY stream LIMIT ?',
  ).all(after, limit);
}

/** Heads read before others get their turn. */
const HEADS_AT_ONCE = 1_000;

/** What a log holds at one moment, hashed. */
export interface LogState {
  readonly size: number;
  /** Of the last event; 0 for none. */
  readonly position: number;
  readonly root: Buffer;
  readonly streams: number;
  readonly headsRoot: Buffer;
  /** Root over the first events: what an earlier checkpoint must have signed. */
  rootAt(size: number): Buffer;
}

/**
 * Reads from one snapshot, with a pause after each page of heads: there may be millions.
 * @param db a connection of its own, closed by the caller after the last `rootAt`
 */
export async function readLogState(db: Database.Database, pause: () => Promise<void>): Promise<LogState> {
  db.exec('BEGIN');
  const { size, position } = logSize(db);
  const nodes = logTree(db);
  const { tree: heads } = await readHeads(db, { wanted: [], pause });
  return {
    size,
    position,
    root: rootOf(nodes, size),
    streams: heads.size,
    headsRoot: rootOf(heads, heads.size),
    rootAt: (earlier) => rootOf(nodes, earlier),
  };
}

/** The heads tree, with a pause after each page; of the heads themselves only the wanted are kept. */
export async function readHeads(
  db: Database.Database,
  { wanted, pause }: { readonly wanted: readonly string[]; readonly pause: () => Promise<void> },
): Promise<HeadsTree> {
  const tree = new MerkleTree();
  const found = new Map<string, FoundHead>();
  for (let after = ''; ; ) {
    const page = headsAfter(db, { after, limit: HEADS_AT_ONCE });
    for (const head of page) {
      if (wanted.includes(head.stream)) found.set(head.stream, { head, index: tree.size });
      tree.append(headLeaf(head));
    }
    const last = page.at(-1);
    if (last === undefined) return { tree, find: (stream) => found.get(stream) ?? null };
    after = last.stream;
    await pause();
  }
}

function tileAt(db: Database.Database, level: number, tile: number): Buffer {
  const sql =
    level === 0
      ? 'SELECT hashes FROM leaf_tiles WHERE ? = 0 AND tile = ?'
      : 'SELECT hashes FROM node_tiles WHERE level = ? AND tile = ?';
  return prepared<{ hashes: Buffer }>(db, sql).get(level, tile)?.hashes ?? Buffer.alloc(0);
}

const positionIn = ({ positions }: LeafTile, index: number): number =>
  positions.readDoubleBE(index * POSITION_BYTES);
