import type { EventStore } from '../event-store/event-store.js';
import { carryEvents } from './carry-events.js';
import { type Comparison, compareLogs } from './compare-logs.js';
import { LogWalk, type WalkedLog } from './log-walk.js';

/** The target holds something else than the beginning of the source, or more than the source. */
export class LogsDiffer extends Error {
  override readonly name = 'LogsDiffer';
}

export interface LogCarriage {
  readonly source: WalkedLog;
  readonly target: WalkedLog & { readonly store: Pick<EventStore, 'append' | 'isExclusive'> };
  /** Before the first event is carried: from now on nobody else uses the target. */
  readonly beginFilling: () => Promise<void>;
  /** Told what is done and the position in the source. */
  readonly onProgress: (doing: string, position: number) => void;
}

export interface CarriedLog extends Comparison {
  readonly outcome: 'EQUAL' | 'TARGET_GOES_ON';
  /** Events that were carried now; the others were there. */
  readonly carried: number;
}

/**
 * Makes the target hold what the source holds, event by event in the same order. How far an earlier run has come is found
 * by comparing everything that is there; when events were carried, both logs are read and compared from the beginning.
 * @throws LogsDiffer, LogDamaged, TargetTaken, StoreUnavailable, OutcomeUnknown
 */
export async function carryLog(carriage: LogCarriage): Promise<CarriedLog> {
  const { target, beginFilling, onProgress } = carriage;
  const source = new LogWalk(carriage.source);
  const before = await compare(carriage, { source, doing: 'comparing' });
  if (before.outcome === 'DIFFERENT') throw another(carriage, before);
  if (before.outcome !== 'SOURCE_GOES_ON') return { ...before, outcome: before.outcome, carried: 0 };
  await beginFilling();
  const carried = await carryEvents({
    source,
    target: target.store,
    onProgress: (position) => onProgress('carrying', position),
  });
  const after = await compare(carriage, { source: new LogWalk(carriage.source), doing: 'verifying' });
  if (after.outcome !== 'EQUAL') throw disturbed(carriage, after);
  return { ...after, outcome: after.outcome, carried };
}

const compare = (
  { target, onProgress }: LogCarriage,
  { source, doing }: { readonly source: LogWalk; readonly doing: string },
): Promise<Comparison> =>
  compareLogs({
    source,
    target: new LogWalk(target),
    onProgress: (position) => onProgress(doing, position),
  });

const another = ({ source, target }: LogCarriage, { events }: Comparison): LogsDiffer =>
  new LogsDiffer(
    `event ${events + 1} of ${target.what} is not that of ${source.what}: they have parted there, and neither can follow ` +
      'the other; nothing was carried. Use the one that has been served since, or begin with an empty target',
  );

const disturbed = ({ source, target }: LogCarriage, { events }: Comparison): LogsDiffer =>
  new LogsDiffer(
    `after it was carried, ${target.what} is the same as ${source.what} for ${events} events only: somebody else has ` +
      'written into it meanwhile. Begin again with an empty target, and with every Muster stopped',
  );
