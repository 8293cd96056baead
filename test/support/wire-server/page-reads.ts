import streams from '@eventstore/db-client/generated/streams_pb.js';
import { filterOf } from './event-filter.js';
import { readEvent, streamNotFound } from './messages.js';
import { invalidPosition, unknown } from './rpc-errors.js';
import type { WireLog } from './wire-log.js';

type Options = streams.ReadReq.Options;

const BACKWARDS = streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** Events of one stream; the first revision is inclusive, and beyond the end means from the end when backwards. */
export function* readStream(log: WireLog, name: string, options: Options): Iterable<streams.ReadResp> {
  const stream = log.stream(name);
  if (stream.length === 0) return yield streamNotFound(name);
  const from = options.getStream();
  const last = stream.length - 1;
  const backwards = options.getReadDirection() === BACKWARDS;
  let index = from?.hasRevision() ? Number(from.getRevision()) : from?.hasEnd() ? last : 0;
  if (from?.hasEnd() && !backwards) index = stream.length;
  if (backwards) index = Math.min(index, last);
  for (let count = BigInt(options.getCount()); count > 0n; count -= 1n) {
    const record = stream[index];
    if (!record) return;
    yield readEvent(record);
    index += backwards ? -1 : 1;
  }
}

/** Events of all streams. A position points before its record: forwards it is inclusive, backwards exclusive. */
export function* readAll(log: WireLog, options: Options): Iterable<streams.ReadResp> {
  const backwards = options.getReadDirection() === BACKWARDS;
  const matches = filterOf(options.getFilter());
  const end = log.records.length;
  let index = startOf(log, options, backwards);
  for (let count = BigInt(options.getCount()); count > 0n && index >= 0 && index < end; ) {
    const record = log.records[index];
    if (!record) return;
    if (matches(record)) {
      yield readEvent(record);
      count -= 1n;
    }
    index += backwards ? -1 : 1;
  }
}

function startOf(log: WireLog, options: Options, backwards: boolean): number {
  const all = options.getAll();
  if (all?.hasEnd()) return backwards ? log.records.length - 1 : log.records.length;
  const position = all?.getPosition();
  if (!position) return backwards ? -1 : 0;
  const index = log.indexFrom(checkedPosition(log, position));
  return backwards ? index - 1 : index;
}

/** @throws RpcError not a place between two records */
export function checkedPosition(log: WireLog, position: streams.ReadReq.Options.Position): bigint {
  const commit = BigInt(position.getCommitPosition());
  if (commit < BigInt(position.getPreparePosition())) throw unknown();
  if (commit < log.end && !log.isBoundary(commit)) throw invalidPosition();
  return commit;
}
