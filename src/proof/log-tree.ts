import type { RecordedEvent } from '../event-store/event-store.js';
import type { Checkpoint } from './checkpoint.js';
import { originOf } from './checkpoint.js';
import { headLeaf, type StreamHead, sortedByName } from './heads-tree.js';
import { MerkleTree } from './merkle-tree.js';
import { eventLeaf } from './tree-hash.js';
import { rootOf } from './tree-proofs.js';

/** Everything that can be proven of a log, gathered while it is read from its beginning; in memory. */
export class LogTree {
  readonly tree = new MerkleTree();
  readonly #heads = new Map<string, StreamHead>();
  #position = 0;

  /** The next event of the log. */
  add({ stream, revision, hash, position }: RecordedEvent): void {
    this.tree.append(eventLeaf(hash));
    this.#heads.set(stream, { stream, revision, hash });
    this.#position = position;
  }

  get size(): number {
    return this.tree.size;
  }

  heads(): SortedHeads {
    return new SortedHeads(sortedByName(this.#heads.values()));
  }

  checkpoint(heads: SortedHeads, { logId, signedAt }: { logId: string; signedAt: string }): Checkpoint {
    return {
      origin: originOf(logId),
      size: this.size,
      root: rootOf(this.tree, this.size),
      position: this.#position,
      streams: heads.tree.size,
      headsRoot: rootOf(heads.tree, heads.tree.size),
      signedAt,
    };
  }
}

export interface FoundHead {
  readonly head: StreamHead;
  readonly index: number;
}

/** The heads tree, and which leaf a stream is. */
export interface HeadsTree {
  readonly tree: MerkleTree;
  /** Null for a stream that is not there. */
  find(stream: string): FoundHead | null;
}

/** Of all streams, in memory. */
export class SortedHeads implements HeadsTree {
  readonly tree = new MerkleTree();
  readonly #indices = new Map<string, number>();

  /** @param heads sorted by name */
  constructor(private readonly heads: readonly StreamHead[]) {
    for (const [index, head] of heads.entries()) {
      this.tree.append(headLeaf(head));
      this.#indices.set(head.stream, index);
    }
  }

  find(stream: string): FoundHead | null {
    const index = this.#indices.get(stream);
    const head = index === undefined ? undefined : this.heads[index];
    return index === undefined || head === undefined ? null : { head, index };
  }
}
