import type streams from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredRecord } from './stored-record.js';

/** By name of the stream or by type; by regular expression or by any of several prefixes. No filter lets all pass. */
export function filterOf(
  filter: streams.ReadReq.Options.FilterOptions | undefined,
): (record: StoredRecord) => boolean {
  const byStream = filter?.getStreamIdentifier();
  const expression = byStream ?? filter?.getEventType();
  if (!expression) return () => true;
  const subject = (record: StoredRecord) => (byStream ? record.stream : record.type);
  if (expression.getRegex() !== '') {
    const pattern = new RegExp(expression.getRegex());
    return (record) => pattern.test(subject(record));
  }
  const prefixes = expression.getPrefixList();
  return (record) => prefixes.some((prefix) => subject(record).startsWith(prefix));
}
