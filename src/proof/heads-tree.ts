import { MerkleTree } from './merkle-tree.js';
import { EMPTY_ROOT, leafHash } from './tree-hash.js';
import { rootOf } from './tree-proofs.js';

/** The last event of a stream. */
export interface StreamHead {
  readonly stream: string;
  readonly revision: number;
  /** Of that event, 64 hex digits. */
  readonly hash: string;
}

/** What a leaf of the heads tree holds; no name can be read as the end of another one. */
export const headLeaf = ({ stream, revision, hash }: StreamHead): Buffer =>
  leafHash(Buffer.from(JSON.stringify([stream, revision, hash])));

/** By the bytes of their names, so that a stream has one place and no second one. */
export const byName = (a: StreamHead, b: StreamHead): number =>
  Buffer.compare(Buffer.from(a.stream), Buffer.from(b.stream));

/** @param heads sorted by name */
export function headsTree(heads: Iterable<StreamHead>): MerkleTree {
  const tree = new MerkleTree();
  for (const head of heads) tree.append(headLeaf(head));
  return tree;
}

export const headsRoot = (tree: MerkleTree): Buffer =>
  tree.size === 0 ? EMPTY_ROOT : rootOf(tree, tree.size);
