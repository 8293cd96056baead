import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { filterOf } from './event-filter.js';
import { caughtUp, checkpoint, confirmation, readEvent } from './messages.js';
import { checkedPosition } from './page-reads.js';
import type { WireLog } from './wire-log.js';

export interface SubscriptionRequest {
  readonly id: string;
  readonly log: WireLog;
  readonly options: streams.ReadReq.Options;
  /** Aborted when the subscriber has gone. */
  readonly gone: AbortSignal;
}

/** How many records one page of catching up looks at; checkpoints come in multiples of it. */
const DEFAULT_SEARCH_WINDOW = 32;

/**
 * Events after a position, then live ones. `caughtUp` is sent each time the end is reached after not being there; with a
 * filter, a checkpoint comes after every so many records looked at and before each `caughtUp`.
 */
export async function* subscribeToAll({ id, log, options, gone }: SubscriptionRequest) {
  yield confirmation(id);
  const filter = options.getFilter();
  const matches = filterOf(filter);
  const interval = checkpointInterval(filter);
  let index = firstAfter(log, options.getAll());
  let considered = 0;
  for (let isBehind = true; !gone.aborted; ) {
    const record = log.records[index];
    if (!record) {
      if (isBehind && filter && index > 0) yield checkpoint(log.records[index - 1]?.position ?? 0n);
      if (isBehind) yield caughtUp();
      isBehind = false;
      await log.grown(gone);
      continue;
    }
    index += 1;
    considered += 1;
    if (matches(record)) yield readEvent(record);
    if (filter && considered % interval === 0) yield checkpoint(record.position);
  }
}

/** A stream that does not exist yet is waited for. */
export async function* subscribeToStream({ id, log, options, gone }: SubscriptionRequest, name: string) {
  yield confirmation(id);
  const from = options.getStream();
  let index = from?.hasRevision() ? Number(from.getRevision()) + 1 : 0;
  if (from?.hasEnd()) index = log.stream(name).length;
  for (let isBehind = true; !gone.aborted; ) {
    const record = log.stream(name)[index];
    if (!record) {
      if (isBehind) yield caughtUp();
      isBehind = false;
      await log.grown(gone);
      continue;
    }
    index += 1;
    yield readEvent(record);
  }
}

function firstAfter(log: WireLog, from: streams.ReadReq.Options.AllOptions | undefined): number {
  if (from?.hasEnd()) return log.records.length;
  const position = from?.getPosition();
  if (!position) return 0;
  const after = checkedPosition(log, position);
  const index = log.indexFrom(after);
  return log.records[index]?.position === after ? index + 1 : index;
}

function checkpointInterval(filter: streams.ReadReq.Options.FilterOptions | undefined): number {
  if (!filter) return Number.POSITIVE_INFINITY;
  return (
    (filter.hasMax() ? filter.getMax() : DEFAULT_SEARCH_WINDOW) * filter.getCheckpointintervalmultiplier()
  );
}
