import { assertOneLine, type ExportFormat, isMeta } from './export-format.js';

const INDEX = Buffer.from('{"index":');
const POSITION = Buffer.from(',"position":');
const BODY = Buffer.from(',"body":');
const META = Buffer.from('{"muster":');

/** JSON Lines; bodies stand in them as they are. Read byte by byte: a million lines are nothing unusual. */
export const jsonlFormat: ExportFormat = {
  name: 'jsonl',
  preamble: '',
  metaLine: (json) => `${json}\n`,
  eventLine(event) {
    assertOneLine(event);
    return `{"index":${event.index},"position":${event.position},"body":${event.body}}\n`;
  },
  readLine(bytes, start = 0, end = bytes.length) {
    if (startsAt(bytes, META, start)) {
      const json = bytes.toString('utf8', start, end);
      return isMeta(json) ? { kind: 'META', json } : null;
    }
    if (!startsAt(bytes, INDEX, start)) return null;
    const index = numberAt(bytes, start + INDEX.length);
    if (index === null || !startsAt(bytes, POSITION, index.end)) return null;
    const position = numberAt(bytes, index.end + POSITION.length);
    if (position === null || !startsAt(bytes, BODY, position.end)) return null;
    const bodyAt = position.end + BODY.length;
    // What was read so far may have reached beyond the line.
    if (bodyAt >= end || bytes[end - 1] !== 0x7d) return null;
    const body = bytes.subarray(bodyAt, end - 1);
    return { kind: 'EVENT', index: index.value, position: position.value, body };
  },
};

function startsAt(bytes: Buffer, text: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i += 1) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/** Decimal digits, written in the one way there is. */
function numberAt(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | null {
  let [value, end] = [0, at];
  for (; ; end += 1) {
    const digit = (bytes[end] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const hasLeadingZero = bytes[at] === 0x30 && end > at + 1;
  return end === at || hasLeadingZero || !Number.isSafeInteger(value) ? null : { value, end };
}
