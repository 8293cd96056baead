import { EMPTY_ROOT, nodeHash } from './tree-hash.js';

/** The full subtrees of a tree: whoever has them can prove anything about it. */
export interface TreeNodes {
  /** Hash of the full subtree over the leaves from `index` · 2^level to before (`index` + 1) · 2^level. */
  node(level: number, index: number): Buffer;
}

/** Root over the first `size` leaves (RFC 9162, 2.1.1). */
export const rootOf = (nodes: TreeNodes, size: number): Buffer =>
  size === 0 ? EMPTY_ROOT : subtree(nodes, 0, size);

/** That a leaf is in the tree of `size` leaves, from the leaf up (RFC 9162, 2.1.3). */
export function inclusionProof(nodes: TreeNodes, index: number, size: number): Buffer[] {
  assertLeaf(index, size);
  const proof: Buffer[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + leftWidth(end - start);
    if (index < middle) {
      proof.unshift(subtree(nodes, middle, end));
      end = middle;
    } else {
      proof.unshift(subtree(nodes, start, middle));
      start = middle;
    }
  }
  return proof;
}

/** That the tree of `from` leaves is the beginning of the tree of `to` leaves (RFC 9162, 2.1.4); 0 < from ≤ to. */
export function consistencyProof(nodes: TreeNodes, from: number, to: number): Buffer[] {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || from > to)
    throw new RangeError(`there is no consistency proof from size ${from} to size ${to}`);
  const proof: Buffer[] = [];
  let [start, end] = [0, to];
  // Whether the part in hand is, so far, a subtree that the verifier knows as the old root.
  let isOldRoot = true;
  while (from !== end) {
    const middle = start + leftWidth(end - start);
    if (from <= middle) {
      proof.unshift(subtree(nodes, middle, end));
      end = middle;
    } else {
      proof.unshift(subtree(nodes, start, middle));
      start = middle;
      isOldRoot = false;
    }
  }
  return isOldRoot ? proof : [subtree(nodes, start, end), ...proof];
}

/**
 * That some leaves are in the tree of `size` leaves: the largest subtrees without any of them, from left to right.
 * Nothing at all when it is every leaf.
 * @param indices rising
 */
export function partsProof(nodes: TreeNodes, indices: readonly number[], size: number): Buffer[] {
  for (const index of indices) assertLeaf(index, size);
  const proof: Buffer[] = [];
  const visit = (start: number, end: number, first: number, last: number): void => {
    if (first === last) proof.push(subtree(nodes, start, end));
    if (first === last || last - first === end - start) return;
    const middle = start + leftWidth(end - start);
    const split = firstAtLeast(indices, middle, first, last);
    visit(start, middle, first, split);
    visit(middle, end, split, last);
  };
  if (size > 0) visit(0, size, 0, indices.length);
  return proof;
}

/** Largest power of two below `width`, which is at least 2: how RFC 9162 divides a tree. */
export function leftWidth(width: number): number {
  let left = 1;
  while (left * 2 < width) left *= 2;
  return left;
}

/** Where the first index ≥ `bound` stands between `first` and `last`. */
export function firstAtLeast(indices: ArrayLike<number>, bound: number, first: number, last: number): number {
  let [low, high] = [first, last];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((indices[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Hash over the leaves from `start` to before `end`, which the division of a tree has come to. */
function subtree(nodes: TreeNodes, start: number, end: number): Buffer {
  const width = end - start;
  const level = Math.log2(width);
  if (Number.isInteger(level)) return nodes.node(level, start / width);
  const middle = start + leftWidth(width);
  return nodeHash(subtree(nodes, start, middle), subtree(nodes, middle, end));
}

function assertLeaf(index: number, size: number): void {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new RangeError(`there is no leaf ${index} in a tree of ${size}`);
}
