import { leafHash } from './tree-hash.js';

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
export function sortedByName(heads: Iterable<StreamHead>): StreamHead[] {
  const named = Array.from(heads, (head) => ({ head, name: Buffer.from(head.stream) }));
  return named.sort((a, b) => Buffer.compare(a.name, b.name)).map(({ head }) => head);
}
