import { EMPTY_ROOT, foldLeaves, HASH_BYTES, nodeHash } from './tree-hash.js';
import { firstAtLeast, leftWidth } from './tree-proofs.js';

export interface InclusionClaim {
  readonly leaf: Buffer;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Buffer[];
  readonly root: Buffer;
}

/** RFC 9162, 2.1.3.2, with divisions in place of shifts: sizes reach 2^53. */
export function verifyInclusion({ leaf, index, size, proof, root }: InclusionClaim): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = nodeHash(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly proof: readonly Buffer[];
  readonly fromRoot: Buffer;
  readonly toRoot: Buffer;
}

/** RFC 9162, 2.1.4.2. The empty tree is the beginning of every tree, and needs no proof. */
export function verifyConsistency({ from, to, proof, fromRoot, toRoot }: ConsistencyClaim): boolean {
  if (!isSize(from) || !isSize(to) || from > to || !areHashes([fromRoot, toRoot, ...proof])) return false;
  if (from === to) return proof.length === 0 && fromRoot.equals(toRoot);
  if (from === 0) return proof.length === 0 && fromRoot.equals(EMPTY_ROOT);
  const path = Number.isInteger(Math.log2(from)) ? [fromRoot, ...proof] : proof;
  const [first, ...rest] = path;
  if (first === undefined) return false;
  let [node, last] = [from - 1, to - 1];
  while (node % 2 === 1) [node, last] = [half(node), half(last)];
  let [oldHash, newHash] = [first, first];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, half(last)];
    } else newHash = nodeHash(newHash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && oldHash.equals(fromRoot) && newHash.equals(toRoot);
}

export interface PartsClaim {
  /** Rising. */
  readonly indices: ArrayLike<number>;
  /** Their hashes, one after the other; overwritten. */
  readonly leaves: Buffer;
  readonly size: number;
  readonly proof: readonly Buffer[];
}

/** The root that leaves and proof make together; null when they do not fit each other. */
export function rootFromParts({ indices, leaves, size, proof }: PartsClaim): Buffer | null {
  if (!areRising(indices, size) || leaves.length !== indices.length * HASH_BYTES || !areHashes(proof))
    return null;
  if (size === 0) return proof.length === 0 ? EMPTY_ROOT : null;
  let used = 0;
  const visit = (start: number, end: number, first: number, last: number): Buffer | null => {
    if (first === last) return proof[used++] ?? null;
    if (last - first === end - start)
      return foldLeaves(leaves.subarray(first * HASH_BYTES, last * HASH_BYTES));
    const middle = start + leftWidth(end - start);
    const split = firstAtLeast(indices, middle, first, last);
    const left = visit(start, middle, first, split);
    const right = visit(middle, end, split, last);
    return left === null || right === null ? null : nodeHash(left, right);
  };
  const root = visit(0, size, 0, indices.length);
  return used === proof.length ? root : null;
}

const half = (n: number): number => Math.floor(n / 2);

const isSize = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;

const areHashes = (hashes: readonly Buffer[]): boolean => hashes.every(({ length }) => length === HASH_BYTES);

function areRising(indices: ArrayLike<number>, size: number): boolean {
  let before = -1;
  for (let i = 0; i < indices.length; i += 1) {
    const index = indices[i] ?? -1;
    if (!Number.isSafeInteger(index) || index <= before) return false;
    before = index;
  }
  return isSize(size) && before < size;
}
