/** One event as an export carries it: everything else on its line follows from these three. */
export interface ExportedEvent {
  /** Which event of the log it is, from 0. */
  readonly index: number;
  readonly position: number;
  /** As stored, byte for byte. */
  readonly body: string;
}

/** A line that is no event, as JSON: what the file is (first), the list of entries, the trailer (last). */
export type MetaKind = 'export' | 'entries' | 'trailer';

export type ExportFormatName = 'jsonl' | 'csv' | 'cloudevents';

/** How events stand in a file. Every line ends in a line feed and holds none; the same facts give the same bytes. */
export interface ExportFormat {
  readonly name: ExportFormatName;
  /** Lines before the first; the same in every file. */
  readonly preamble: string;
  /** @param json an object whose first key is `muster`, with the kind */
  metaLine(json: string): string;
  eventLine(event: ExportedEvent): string;
  /**
   * The line from `start` to before `end`, without its line feed; null when it is none of ours, to the byte.
   * Bounds, for a buffer of its own for every line would be a fifth of the time.
   */
  readLine(bytes: Buffer, start?: number, end?: number): ReadLine | null;
}

export type ReadLine =
  | { readonly kind: 'META'; readonly json: string }
  | { readonly kind: 'EVENT'; readonly index: number; readonly position: number; readonly body: Buffer };

export const isMeta = (json: string): boolean => /^\{"muster":"(export|entries|trailer)",/.test(json);

/** An event whose line cannot be told from two. */
export class BodyNotOneLine extends Error {
  override readonly name = 'BodyNotOneLine';
  constructor(readonly position: number) {
    super(`the event at position ${position} holds a line feed outside its strings, and cannot be exported`);
  }
}

/** @throws BodyNotOneLine */
export function assertOneLine({ body, position }: ExportedEvent): void {
  if (body.includes('\n') || body.includes('\r')) throw new BodyNotOneLine(position);
}
