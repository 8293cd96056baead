import type Database from 'better-sqlite3';
import type { RecordedEvent } from '../../src/event-store/event-store.js';
import { foldLeaves, HASH_BYTES, writeEventLeaf } from '../../src/proof/tree-hash.js';

/** Hashes in a full tile: eight levels of the tree. */
export const TILE_SIZE = 256;
export const POSITION_BYTES = 8;

const TILE_BYTES = TILE_SIZE * HASH_BYTES;

/** The last tile of a level, which still grows. */
interface Growing {
  tile: number;
  count: number;
  readonly hashes: Buffer;
}

interface Stored {
  readonly tile: number;
  readonly hashes: Buffer;
}

/** Grows the log tree at its right edge; only the last tile of each level is in memory. */
export class TileRows {
  readonly #levels: Growing[] = [];
  readonly #positions = Buffer.alloc(TILE_SIZE * POSITION_BYTES);
  readonly #putLeaves: Database.Statement<[number, number, Buffer, Buffer]>;
  readonly #putNodes: Database.Statement<[number, number, Buffer]>;

  constructor(db: Database.Database) {
    this.#putLeaves = db.prepare(
      `INSERT INTO leaf_tiles VALUES (?, ?, ?, ?)
       ON CONFLICT (tile) DO UPDATE SET positions = excluded.positions, hashes = excluded.hashes`,
    );
    this.#putNodes = db.prepare(
      `INSERT INTO node_tiles VALUES (?, ?, ?)
       ON CONFLICT (level, tile) DO UPDATE SET hashes = excluded.hashes`,
    );
    this.#load(db);
  }

  add({ hash, position }: RecordedEvent): void {
    const leaves = this.#level(0);
    writeEventLeaf(hash, leaves.hashes, leaves.count * HASH_BYTES);
    this.#positions.writeDoubleBE(position, leaves.count * POSITION_BYTES);
    leaves.count += 1;
    if (leaves.count === TILE_SIZE) this.#close(0);
  }

  /** The tiles that are not full: they are written again when they have grown. */
  write(): void {
    for (const [level, { count }] of this.#levels.entries()) if (count > 0) this.#put(level);
  }

  #close(level: number): void {
    this.#put(level);
    const full = this.#level(level);
    const root = foldLeaves(Buffer.from(full.hashes));
    full.tile += 1;
    full.count = 0;
    const above = this.#level(level + 1);
    root.copy(above.hashes, above.count * HASH_BYTES);
    above.count += 1;
    if (above.count === TILE_SIZE) this.#close(level + 1);
  }

  #put(level: number): void {
    const { tile, count, hashes } = this.#level(level);
    const filled = hashes.subarray(0, count * HASH_BYTES);
    if (level > 0) this.#putNodes.run(level, tile, filled);
    else {
      const positions = this.#positions.subarray(0, count * POSITION_BYTES);
      this.#putLeaves.run(tile, positions.readDoubleBE(0), positions, filled);
    }
  }

  #level(level: number): Growing {
    let growing = this.#levels[level];
    if (growing === undefined) {
      growing = { tile: 0, count: 0, hashes: Buffer.alloc(TILE_BYTES) };
      this.#levels[level] = growing;
    }
    return growing;
  }

  #load(db: Database.Database): void {
    const leaves = db
      .prepare<[], Stored & { positions: Buffer }>(
        'SELECT tile, hashes, positions FROM leaf_tiles ORDER BY tile DESC LIMIT 1',
      )
      .get();
    if (leaves === undefined) return;
    leaves.positions.copy(this.#positions);
    this.#resume(0, leaves);
    const nodes = db.prepare<[], Stored & { level: number }>(
      'SELECT level, max(tile) AS tile, hashes FROM node_tiles GROUP BY level ORDER BY level',
    );
    for (const { level, ...stored } of nodes.all()) this.#resume(level, stored);
  }

  #resume(level: number, { tile, hashes }: Stored): void {
    const growing = this.#level(level);
    const count = hashes.length / HASH_BYTES;
    growing.tile = count === TILE_SIZE ? tile + 1 : tile;
    growing.count = count % TILE_SIZE;
    hashes.copy(growing.hashes);
  }
}
