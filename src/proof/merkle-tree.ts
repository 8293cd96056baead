import { HASH_BYTES, nodeHash } from './tree-hash.js';
import type { TreeNodes } from './tree-proofs.js';

const FIRST_ROOM = 1_024;
const NOTHING = Buffer.alloc(0);

/** A whole tree in memory, all full subtrees of it: 64 bytes a leaf. */
export class MerkleTree implements TreeNodes {
  /** By level; the hashes of one level lie one after the other. */
  readonly #levels: Buffer[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param leaf its hash */
  append(leaf: Uint8Array): void {
    let [hash, index, level] = [leaf, this.#size, 0];
    this.#put(level, index, hash);
    while (index % 2 === 1) {
      hash = nodeHash(this.#stored(level, index - 1), hash);
      index = (index - 1) / 2;
      level += 1;
      this.#put(level, index, hash);
    }
    this.#size += 1;
  }

  node(level: number, index: number): Buffer {
    if ((index + 1) * 2 ** level > this.#size)
      throw new RangeError(`there is no full subtree ${index} on level ${level} of a tree of ${this.#size}`);
    return this.#stored(level, index);
  }

  #stored(level: number, index: number): Buffer {
    return (this.#levels[level] ?? NOTHING).subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES);
  }

  #put(level: number, index: number, hash: Uint8Array): void {
    let room = this.#levels[level] ?? Buffer.alloc(FIRST_ROOM * HASH_BYTES);
    if ((index + 1) * HASH_BYTES > room.length) room = Buffer.concat([room, Buffer.alloc(room.length)]);
    room.set(hash, index * HASH_BYTES);
    this.#levels[level] = room;
  }
}
