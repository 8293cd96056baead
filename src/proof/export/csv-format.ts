import { csvCell } from './csv-cell.js';
import { assertOneLine, type ExportedEvent, type ExportFormat, isMeta } from './export-format.js';
import { envelopeIn, readRendered } from './rendered-format.js';

const columns = [
  'index',
  'position',
  'recordedAt',
  'occurredAt',
  'type',
  'stream',
  'revision',
  'accountId',
  'subjectId',
  'actorKind',
  'actorId',
  'reasonCode',
  'ticket',
  'correlationId',
  'eventId',
  'body',
] as const;

const META = '#muster,';

/** For spreadsheets: columns for people, and the body, from which the verifier renders the row again. */
export const csvFormat: ExportFormat = {
  name: 'csv',
  preamble: `${columns.join(',')}\r\n`,
  metaLine: (json) => `${META}${csvCell(json)}\r\n`,
  eventLine: rowOf,
  readLine(bytes, start = 0, end = bytes.length) {
    const line = bytes.subarray(start, end);
    const text = line.toString();
    if (text.startsWith(META)) {
      const json = cellsOf(text)?.[1] ?? '';
      return isMeta(json) && `${META}${csvCell(json)}\r` === text ? { kind: 'META', json } : null;
    }
    return readRendered(line, eventIn(text), rowOf);
  },
};

function rowOf(event: ExportedEvent): string {
  assertOneLine(event);
  const { actor, reason, ...envelope } = envelopeIn(event);
  const cells = [
    String(event.index),
    String(event.position),
    envelope.recordedAt,
    envelope.occurredAt,
    envelope.type,
    envelope.stream,
    String(envelope.revision),
    envelope.accountId,
    envelope.subjectId,
    actor.kind,
    actor.id,
    reason?.code ?? null,
    reason?.ticket ?? null,
    envelope.correlationId,
    envelope.eventId,
    event.body,
  ];
  return `${cells.map((cell) => csvCell(onOneLine(cell))).join(',')}\r\n`;
}

/** A row is a line: what would break it is shown as a space; the body has it in full. */
const onOneLine = (cell: string | null): string | null => cell?.replaceAll(/[\r\n]/g, ' ') ?? null;

function eventIn(text: string): ExportedEvent | null {
  const cells = cellsOf(text);
  const [index = '', position = ''] = cells ?? [];
  const body = cells?.[columns.length - 1];
  if (cells?.length !== columns.length || body === undefined) return null;
  return { index: Number(index), position: Number(position), body };
}

/** Null when it is no row that ends in a carriage return. */
function cellsOf(text: string): readonly string[] | null {
  if (!text.endsWith('\r')) return null;
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|\r$)/gy;
  for (let end = ''; end !== '\r'; ) {
    const match = cell.exec(text);
    if (match === null) return null;
    const [, quoted, plain = '', separator = ''] = match;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    end = separator;
  }
  return cells;
}
