import type { Envelope } from '../../domain/event.js';
import type { ExportedEvent, ReadLine } from './export-format.js';

/** Reads what a format has written: found out of the line, rendered again, and compared to the byte. */
export function readRendered(
  line: Buffer,
  found: ExportedEvent | null,
  render: (event: ExportedEvent) => string,
): ReadLine | null {
  if (found === null) return null;
  try {
    if (!Buffer.from(render(found)).equals(Buffer.concat([line, LINE_FEED]))) return null;
  } catch {
    // The body is no JSON, or not of an event: it was no line of ours.
    return null;
  }
  return { kind: 'EVENT', index: found.index, position: found.position, body: Buffer.from(found.body) };
}

const LINE_FEED = Buffer.from('\n');

/** The readable part of an event. */
export const envelopeIn = ({ body }: ExportedEvent): Envelope => JSON.parse(body) as Envelope;
