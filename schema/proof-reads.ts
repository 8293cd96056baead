import { eventPosition, latestOfType } from '../projections/queries/audit-entry.js';
import { leafAt, logSize, logTree } from '../projections/queries/proof.js';
import type { CheckpointSigned } from '../src/domain/checkpoint/events.js';
import { consistencyProof, inclusionProof, rootOf } from '../src/proof/tree-proofs.js';
import type { ReadDatabases } from './reads.js';

export interface CheckpointRow {
  readonly eventId: string;
  readonly position: number;
  /** Ms since the epoch. */
  readonly recordedAt: number;
  readonly signed: CheckpointSigned['data'];
}

export interface InclusionRow {
  readonly index: number;
  readonly size: number;
  readonly hashes: readonly Buffer[];
  readonly root: Buffer;
}

export interface ConsistencyRow {
  readonly hashes: readonly Buffer[];
  readonly fromRoot: Buffer;
  readonly toRoot: Buffer;
}

/** What the read model can prove of the log. */
export class ProofReads {
  constructor(private readonly databases: () => ReadDatabases) {}

  latestCheckpoint(): CheckpointRow | null {
    const row = latestOfType(this.databases().audit, 'CheckpointSigned');
    if (row === null) return null;
    const { data, ...place } = row;
    return { ...place, signed: JSON.parse(data) as CheckpointSigned['data'] };
  }

  /** Which event of the log it is, from 0; null when there is no such event. */
  indexOf(eventId: string): number | null {
    const { audit, proof } = this.databases();
    const position = eventPosition(audit, eventId);
    return position === null ? null : leafAt(proof, position);
  }

  /** @param index Of one of the first `size` events */
  inclusion(index: number, size: number): InclusionRow {
    const { proof } = this.databases();
    const nodes = logTree(proof);
    return { index, size, hashes: inclusionProof(nodes, index, size), root: rootOf(nodes, size) };
  }

  /** Null when the log has not come so far. */
  consistency(from: number, to: number): ConsistencyRow | null {
    const { proof } = this.databases();
    if (to > logSize(proof).size) return null;
    const nodes = logTree(proof);
    return {
      hashes: consistencyProof(nodes, from, to),
      fromRoot: rootOf(nodes, from),
      toRoot: rootOf(nodes, to),
    };
  }
}
