import { decideAppend, type ExpectedRevision } from './append-decision.js';
import { bytesInLog, metadataStreamOf, type ProposedRecord, type StoredRecord } from './stored-record.js';

export interface AppendToLog {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: readonly ProposedRecord[];
}

export type AppendOutcome =
  | { readonly appended: true; readonly revision: bigint; readonly position: bigint }
  /** `current` is missing when the stream has no events. */
  | { readonly appended: false; readonly current: bigint | undefined };

export interface WireLogOptions {
  readonly now: () => Date;
  /** Offset of the first record; a log that was scavenged or is old starts anywhere. */
  readonly firstPosition?: bigint;
  /** Called with each append before it counts, so that a journal can keep it. */
  readonly onAppend?: (records: readonly StoredRecord[]) => void;
}

/** How many event ids the cache behind ANY and STREAM_EXISTS remembers. */
const RECENT_IDS = 1_000;

/** The log of one cluster, in memory: all records in order, and an index by stream. */
export class WireLog {
  readonly records: StoredRecord[] = [];
  readonly #streams = new Map<string, StoredRecord[]>();
  readonly #recent = new Map<string, StoredRecord>();
  readonly #waiting = new Set<() => void>();
  readonly #options: WireLogOptions;
  #end: bigint;

  constructor(options: WireLogOptions) {
    this.#options = options;
    this.#end = options.firstPosition ?? 0n;
  }

  /** Offset behind the last record. */
  get end(): bigint {
    return this.#end;
  }

  stream(name: string): readonly StoredRecord[] {
    return this.#streams.get(name) ?? [];
  }

  append({ stream, expected, events }: AppendToLog): AppendOutcome {
    const before = this.stream(stream);
    const decision = decideAppend({
      stream: before,
      hasMetadata: this.#streams.has(metadataStreamOf(stream)),
      expected,
      ids: events.map(({ id }) => id),
      recentlyAppended: (id) => this.#recent.get(id),
    });
    switch (decision.kind) {
      case 'wrong-expected-revision':
        return { appended: false, current: before.at(-1)?.revision };
      case 'already-there':
        return { appended: true, revision: decision.last.revision, position: decision.last.position };
      case 'append':
        return this.#append(stream, events);
    }
  }

  /** Takes a record as another node or a journal holds it. */
  take(record: StoredRecord): void {
    if (record.position < this.#end) throw new Error(`Position ${record.position} is already taken.`);
    this.records.push(record);
    const stream = this.#streams.get(record.stream);
    if (stream) stream.push(record);
    else this.#streams.set(record.stream, [record]);
    this.#remember(record);
    this.#end = record.position + bytesInLog(record);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** Index of the first record at or behind a position. */
  indexFrom(position: bigint): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle]?.position ?? this.#end) < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Only the beginning of a record, or the end of the log, is a position. */
  isBoundary(position: bigint): boolean {
    return position === this.#end || this.records[this.indexFrom(position)]?.position === position;
  }

  /** Resolves when the next record is there, or the reader has gone. */
  grown(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (signal.aborted) return wake();
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }

  #append(stream: string, events: readonly ProposedRecord[]): AppendOutcome {
    const createdTicks = BigInt(this.#options.now().getTime()) * 10_000n;
    let revision = BigInt(this.stream(stream).length);
    let position = this.#end;
    const records = events.map((event) => {
      const record = { ...event, stream, revision, position, createdTicks };
      revision += 1n;
      position += bytesInLog(record);
      return record;
    });
    this.#options.onAppend?.(records);
    for (const record of records) this.take(record);
    return { appended: true, revision: revision - 1n, position: records.at(-1)?.position ?? this.#end };
  }

  #remember(record: StoredRecord): void {
    this.#recent.set(record.id, record);
    const oldest = this.#recent.keys().next().value;
    if (this.#recent.size > RECENT_IDS && oldest !== undefined) this.#recent.delete(oldest);
  }
}
