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
  readLine(line) {
    if (startsAt(line, META, 0)) {
      const json = line.toString();
      return isMeta(json) ? { kind: 'META', json } : null;
    }
    if (!startsAt(line, INDEX, 0)) return null;
    const index = numberAt(line, INDEX.length);
    if (index === null || !startsAt(line, POSITION, index.end)) return null;
    const position = numberAt(line, index.end + POSITION.length);
    if (position === null || !startsAt(line, BODY, position.end)) return null;
    if (line[line.length - 1] !== 0x7d) return null;
    const body = line.subarray(position.end + BODY.length, line.length - 1);
    return { kind: 'EVENT', index: index.value, position: position.value, body };
  },
};

function startsAt(line: Buffer, text: Buffer, at: number): boolean {
  for (let i = 0; i < text.length; i += 1) if (line[at + i] !== text[i]) return false;
  return true;
}

/** Decimal digits, written in the one way there is. */
function numberAt(line: Buffer, at: number): { readonly value: number; readonly end: number } | null {
  let [value, end] = [0, at];
  for (; ; end += 1) {
    const digit = (line[end] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  const hasLeadingZero = line[at] === 0x30 && end > at + 1;
  return end === at || hasLeadingZero || !Number.isSafeInteger(value) ? null : { value, end };
}
