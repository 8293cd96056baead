import { createHash, hash } from 'node:crypto';
import type { StoredEvent } from '../../domain/event.js';
import { EntryList } from './entry-list.js';
import { EvidenceReader } from './evidence-summary.js';
import { accountStream, type ExportHeader, isScope } from './export-file.js';
import type { ExportFormat, MetaKind } from './export-format.js';
import { StreamFollower } from './export-scope.js';
import { exportFormats } from './formats.js';

const LINE_FEED = 0x0a;
/** An entry for a line that could not be read: no event has this hash. */
const NO_HASH = '0'.repeat(64);
const CHECKPOINT = Buffer.from('CheckpointSigned"');
/** Where the type of an event stands in its body, after the id. */
const TYPE_AT = '{"eventId":"00000000-0000-0000-0000-000000000000","type":"'.length;

/** What is in a file, taken apart; nothing is judged yet. */
export interface ReadExport {
  readonly format: ExportFormat | null;
  readonly header: ExportHeader | null;
  readonly headerSha256: string;
  /** As the lines of events say. */
  readonly found: EntryList;
  /** As the list of entries says. */
  readonly listed: EntryList;
  readonly entriesSha256: string;
  /** The signed note of the last line. */
  readonly trailer: string | null;
  /** Number of the first line of events, from 1. */
  readonly firstEventLine: number;
  readonly lines: number;
  /** First line that is none of ours in its place. */
  readonly oddLine: { readonly line: number; readonly isAfterTrailer: boolean } | null;
  /** The last line has its line feed. */
  readonly isComplete: boolean;
  /** ACCOUNT: the stream, and the first entry that did not follow. */
  readonly stream: StreamFollower | null;
  readonly strayEntry: number | null;
  readonly evidence: EvidenceReader | null;
  /** Notes of the checkpoints that stand in the log itself. */
  readonly checkpoints: readonly string[];
}

type Part = 'PREAMBLE' | 'HEADER' | 'EVENTS' | 'ENTRIES' | 'END';

/** Takes a file apart while it comes in, piece by piece. */
export class ExportReader {
  #rest: Buffer[] = [];
  #part: Part = 'PREAMBLE';
  #lines = 0;
  #firstEventLine = 0;
  #format: ExportFormat | null = null;
  #header: ExportHeader | null = null;
  #trailer: string | null = null;
  #oddLine: ReadExport['oddLine'] = null;
  #stream: StreamFollower | null = null;
  #strayEntry: number | null = null;
  #evidence: EvidenceReader | null = null;
  readonly #checkpoints: string[] = [];
  readonly #headerDigest = createHash('sha256');
  readonly #entriesDigest = createHash('sha256');
  readonly #found = new EntryList();
  readonly #listed = new EntryList();

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      if (this.#rest.length === 0) this.#line(chunk, start, end);
      else this.#wholeLine(Buffer.concat([...this.#rest, chunk.subarray(start, end)]));
      start = end + 1;
    }
    if (start < chunk.length) this.#rest.push(Buffer.from(chunk.subarray(start)));
  }

  end(): ReadExport {
    const isComplete = this.#rest.length === 0;
    if (!isComplete) this.#wholeLine(Buffer.concat(this.#rest));
    return {
      format: this.#format,
      header: this.#header,
      headerSha256: this.#headerDigest.digest('hex'),
      found: this.#found,
      listed: this.#listed,
      entriesSha256: this.#entriesDigest.digest('hex'),
      trailer: this.#trailer,
      firstEventLine: this.#firstEventLine,
      lines: this.#lines,
      oddLine: this.#oddLine,
      isComplete,
      stream: this.#stream,
      strayEntry: this.#strayEntry,
      evidence: this.#evidence,
      checkpoints: this.#checkpoints,
    };
  }

  #wholeLine(line: Buffer): void {
    this.#rest = [];
    this.#line(line, 0, line.length);
  }

  #line(bytes: Buffer, start: number, end: number): void {
    this.#lines += 1;
    if (this.#part === 'PREAMBLE') this.#preamble(bytes.subarray(start, end));
    else if (this.#part === 'HEADER') this.#headerLine(bytes.subarray(start, end));
    else this.#afterHeader(bytes, start, end);
  }

  #preamble(line: Buffer): void {
    const text = `${line.toString()}\n`;
    this.#format =
      exportFormats.find(({ preamble }) => preamble !== '' && text === preamble) ??
      exportFormats.find(({ preamble, readLine }) => preamble === '' && readLine(line)?.kind === 'META') ??
      null;
    this.#part = 'HEADER';
    if (this.#format === null || this.#format.preamble === '') this.#headerLine(line);
    else this.#headerDigest.update(line).update('\n');
  }

  #headerLine(line: Buffer): void {
    this.#headerDigest.update(line).update('\n');
    this.#part = 'EVENTS';
    this.#firstEventLine = this.#lines + 1;
    const read = this.#format?.readLine(line) ?? null;
    if (read?.kind !== 'META') return;
    this.#header = headerFrom(read.json);
    const scope = this.#header?.scope;
    if (scope?.kind === 'ACCOUNT') this.#stream = new StreamFollower(accountStream(scope.accountId));
    if (scope?.kind === 'EVIDENCE') this.#evidence = new EvidenceReader(scope);
  }

  #afterHeader(bytes: Buffer, start: number, end: number): void {
    const read = this.#format?.readLine(bytes, start, end) ?? null;
    if (this.#part === 'END') this.#odd(true);
    else if (read?.kind === 'META') this.#meta(read.json, bytes.subarray(start, end));
    else if (this.#part === 'ENTRIES') this.#odd(false);
    else if (read === null) {
      this.#odd(false);
      this.#found.add(-1, -1, NO_HASH);
    } else this.#event(read);
  }

  #event({ index, position, body }: { index: number; position: number; body: Buffer }): void {
    this.#found.add(index, position, hash('sha256', body, 'binary'), 'binary');
    if (body[TYPE_AT] === CHECKPOINT[0] && body.indexOf(CHECKPOINT, TYPE_AT) === TYPE_AT)
      this.#checkpoint(body);
    if (this.#stream === null && this.#evidence === null) return;
    const stored = storedFrom(body);
    const bodyHash = this.#found.hashAt(this.#found.length - 1).toString('hex');
    const fits =
      stored !== null &&
      (this.#stream?.add(stored, bodyHash) ?? true) &&
      (this.#evidence?.add(stored) ?? true);
    if (!fits) this.#strayEntry ??= this.#found.length - 1;
  }

  #checkpoint(body: Buffer): void {
    const data = storedFrom(body)?.data;
    if (data !== undefined && 'note' in data) this.#checkpoints.push(data.note);
  }

  #meta(json: string, line: Buffer): void {
    const kind = kindOf(json);
    if (kind === 'trailer') {
      this.#part = 'END';
      this.#trailer = trailerFrom(json);
      if (this.#trailer === null) this.#odd(false);
    } else if (kind === 'entries') {
      this.#part = 'ENTRIES';
      this.#entriesDigest.update(line).update('\n');
      if (!readSafely(() => this.#listed.read(json))) this.#odd(false);
    } else this.#odd(false);
  }

  #odd(isAfterTrailer: boolean): void {
    this.#oddLine ??= { line: this.#lines, isAfterTrailer };
  }
}

const kindOf = (json: string): MetaKind => (/^\{"muster":"(\w+)"/.exec(json)?.[1] ?? '') as MetaKind;

/** Null unless the JSON says it in the one way it is written. */
function trailerFrom(json: string): string | null {
  const { note } = parsed(json);
  return typeof note === 'string' && JSON.stringify({ muster: 'trailer', note }) === json ? note : null;
}

function headerFrom(json: string): ExportHeader | null {
  const { muster, version, logId, scope } = parsed(json);
  const isOurs = muster === 'export' && version === 1 && typeof logId === 'string';
  return isOurs && isScope(scope) ? (JSON.parse(json) as ExportHeader) : null;
}

function storedFrom(body: Buffer): StoredEvent | null {
  const value = parsed(body.toString());
  const isEvent = typeof value.type === 'string' && typeof value.data === 'object' && value.data !== null;
  return isEvent && typeof value.actor === 'object' && value.actor !== null
    ? // What a file claims, and no more: its hash and its place in the signed tree are judged apart.
      (value as unknown as StoredEvent)
    : null;
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

function readSafely(read: () => boolean): boolean {
  try {
    return read();
  } catch {
    return false;
  }
}
