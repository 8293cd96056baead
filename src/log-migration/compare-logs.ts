import type { RecordedEvent } from '../event-store/event-store.js';
import { rootOf } from '../proof/tree-proofs.js';
import type { LogWalk } from './log-walk.js';

/** What two logs have in common, from the first event on; position is no part of it, because stores count differently. */
export interface Comparison {
  readonly outcome: /** Event by event the same, to the end of both. */
    | 'EQUAL'
    /** The target ends first. */
    | 'SOURCE_GOES_ON'
    /** The source ends first. */
    | 'TARGET_GOES_ON'
    /** The next event is another one. */
    | 'DIFFERENT';
  /** Events that are the same. */
  readonly events: number;
  readonly streams: number;
  /** Roots over the events that are the same, of the log tree and of the tree of stream heads. */
  readonly root: Buffer;
  readonly headsRoot: Buffer;
}

export interface TwoLogs {
  readonly source: LogWalk;
  readonly target: LogWalk;
  /** Told the position in the source. */
  readonly onProgress: (position: number) => void;
}

const PROGRESS_EVERY = 1_000;

/**
 * Goes through both at once, up to where they part or one ends: every byte, every hash, every chain, both trees.
 * @throws LogDamaged
 */
export async function compareLogs({ source, target, onProgress }: TwoLogs): Promise<Comparison> {
  for (;;) {
    const [from, to] = await Promise.all([source.peek(), target.peek()]);
    if (from === null || to === null || !isSame(from, to)) return comparisonOf({ source, target, from, to });
    source.pass(from);
    target.pass(to);
    if (source.tree.size % PROGRESS_EVERY === 0) onProgress(source.position);
  }
}

interface Parting extends Pick<TwoLogs, 'source' | 'target'> {
  readonly from: RecordedEvent | null;
  readonly to: RecordedEvent | null;
}

function comparisonOf({ source, target, from, to }: Parting): Comparison {
  const [ofSource, ofTarget] = [proofOf(source), proofOf(target)];
  if (!ofSource.root.equals(ofTarget.root) || !ofSource.headsRoot.equals(ofTarget.headsRoot))
    throw new Error('two logs of the same events have different trees');
  const outcome =
    from !== null && to !== null
      ? 'DIFFERENT'
      : from !== null
        ? 'SOURCE_GOES_ON'
        : to !== null
          ? 'TARGET_GOES_ON'
          : 'EQUAL';
  return { outcome, ...ofTarget };
}

function proofOf({ tree }: LogWalk): Omit<Comparison, 'outcome'> {
  const heads = tree.heads().tree;
  return {
    events: tree.size,
    streams: heads.size,
    root: rootOf(tree.tree, tree.size),
    headsRoot: rootOf(heads, heads.size),
  };
}

const isSame = (a: RecordedEvent, b: RecordedEvent): boolean =>
  a.body === b.body &&
  a.hash === b.hash &&
  a.id === b.id &&
  a.type === b.type &&
  a.stream === b.stream &&
  a.revision === b.revision;
