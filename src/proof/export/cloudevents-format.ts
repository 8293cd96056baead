import { assertOneLine, type ExportedEvent, type ExportFormat, isMeta } from './export-format.js';
import { envelopeIn, readRendered } from './rendered-format.js';

const DATA = ',"data":';

/** CloudEvents 1.0 in the structured JSON form, one a line; `data` is the body, byte for byte. */
export const cloudeventsFormat: ExportFormat = {
  name: 'cloudevents',
  preamble: '',
  metaLine,
  eventLine,
  readLine(bytes, start = 0, end = bytes.length) {
    const line = bytes.subarray(start, end);
    const text = line.toString();
    const at = text.indexOf(DATA);
    if (at === -1) return null;
    const data = text.slice(at + DATA.length, -1);
    if (isMeta(data)) return metaLine(data) === `${text}\n` ? { kind: 'META', json: data } : null;
    const [, index = '', position = ''] = NUMBERS.exec(text) ?? [];
    return readRendered(line, { index: Number(index), position: Number(position), body: data }, eventLine);
  },
};

// Integers of CloudEvents end at 2^31, so these are strings.
const NUMBERS = /^\{"specversion":"1\.0","logindex":"(\d{1,16})","logposition":"(\d{1,16})",/;

function metaLine(json: string): string {
  const kind = /^\{"muster":"(\w+)"/.exec(json)?.[1] ?? '';
  const attributes = { specversion: '1.0', id: kind, source: 'muster', type: `muster.${kind}` };
  return `${JSON.stringify(attributes).slice(0, -1)}${DATA}${json}}\n`;
}

function eventLine(event: ExportedEvent): string {
  assertOneLine(event);
  const envelope = envelopeIn(event);
  const attributes = {
    specversion: '1.0',
    logindex: String(event.index),
    logposition: String(event.position),
    id: envelope.eventId,
    source: `muster/${envelope.stream}`,
    type: `muster.${envelope.type}`,
    ...(envelope.subjectId === null ? {} : { subject: envelope.subjectId }),
    time: envelope.occurredAt,
    datacontenttype: 'application/json',
  };
  return `${JSON.stringify(attributes).slice(0, -1)}${DATA}${event.body}}\n`;
}
