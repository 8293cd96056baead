import { createHash } from 'node:crypto';
import type { NoteSigner } from '../signed-note.js';
import { EntryList } from './entry-list.js';
import type { ExportHeader, ExportTrailer } from './export-file.js';
import type { ExportedEvent, ExportFormat } from './export-format.js';

/** Writes a file piece by piece: the beginning, events in the order of the log, the end. */
export class ExportWriter {
  readonly #format: ExportFormat;
  readonly #headerLines: string;
  readonly #entries = new EntryList();

  constructor(format: ExportFormat, header: ExportHeader) {
    this.#format = format;
    this.#headerLines = format.preamble + format.metaLine(JSON.stringify(header));
  }

  get events(): number {
    return this.#entries.length;
  }

  /** Which events of the log were written. */
  get indices(): readonly number[] {
    return [...this.#entries.indices];
  }

  begin(): string {
    return this.#headerLines;
  }

  event(event: ExportedEvent, hash: string): string {
    this.#entries.add(event.index, event.position, hash);
    return this.#format.eventLine(event);
  }

  /** The list of entries, then the signed trailer. */
  *end(
    facts: Omit<ExportTrailer, 'events' | 'headerSha256' | 'entriesSha256'>,
    signer: NoteSigner,
  ): Generator<string> {
    const digest = createHash('sha256');
    for (const json of this.#entries.lines()) {
      const line = this.#format.metaLine(json);
      digest.update(line);
      yield line;
    }
    const trailer: ExportTrailer = {
      events: this.events,
      headerSha256: createHash('sha256').update(this.#headerLines).digest('hex'),
      entriesSha256: digest.digest('hex'),
      ...facts,
    };
    yield this.#format.metaLine(trailerJson(signer.sign(`${JSON.stringify(trailer)}\n`)));
  }
}

export const trailerJson = (note: string): string => JSON.stringify({ muster: 'trailer', note });
