import type { ProposedRecord } from './stored-record.js';
import { WireLog, type WireLogOptions } from './wire-log.js';

/** A log as a new server has it: with events of the server itself, which a reader of `$all` meets first. */
export function newWireLog(options: WireLogOptions): WireLog {
  const log = new WireLog(options);
  if (log.records.length === 0) seed(log);
  return log;
}

export function seed(log: WireLog): void {
  log.append({
    stream: '$$$stats-127.0.0.1:2113',
    expected: 'NO_STREAM',
    events: [systemEvent(1, '$metadata')],
  });
  log.append({ stream: '$users', expected: 'NO_STREAM', events: [systemEvent(2, '$User')] });
  log.append({ stream: '$user-admin', expected: 'NO_STREAM', events: [systemEvent(3, '$UserCreated')] });
}

/** What a server writes by itself from time to time between the events of its users. */
export function appendSystemEvent(log: WireLog): void {
  const stream = '$stats-127.0.0.1:2113';
  const number = 1_000 + log.stream(stream).length;
  log.append({ stream, expected: 'ANY', events: [systemEvent(number, '$statsCollected')] });
}

function systemEvent(number: number, type: string): ProposedRecord {
  const id = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  return { id, type, isJson: true, data: Buffer.from('{}'), metadata: Buffer.alloc(0) };
}
