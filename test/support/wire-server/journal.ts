import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import type { StoredRecord } from './stored-record.js';

/** What the nodes of a cluster have in common: every acknowledged append, in order. */
export interface Journal {
  /** Keeps one append, whole or not at all. */
  write(records: readonly StoredRecord[]): void;
  /** Appends since the last look; only for one who does not write yet. */
  readNew(): readonly StoredRecord[];
  /** Called by the one who is about to write: what another left half written is gone afterwards. */
  takeOver(): void;
  close(): void;
}

/** Nodes of one process: `kept` is the journal, shared between them. */
export class MemoryJournal implements Journal {
  readonly #kept: StoredRecord[];
  #read = 0;

  constructor(kept: StoredRecord[]) {
    this.#kept = kept;
  }

  write(records: readonly StoredRecord[]): void {
    this.#kept.push(...records);
  }

  readNew(): readonly StoredRecord[] {
    const records = this.#kept.slice(this.#read);
    this.#read = this.#kept.length;
    return records;
  }

  takeOver(): void {}

  close(): void {}
}

const READ_BYTES = 1024 * 1024;

/**
 * One line of JSON for each append, in a file that several processes may follow and one writes.
 *
 * It outlives the process (kill -9), not the machine: nothing is flushed to the disk.
 */
export class FileJournal implements Journal {
  readonly #file: number;
  #read = 0;

  constructor(path: string) {
    this.#file = openSync(path, 'a+');
  }

  write(records: readonly StoredRecord[]): void {
    const line = Buffer.from(`${JSON.stringify(records.map(toJson))}\n`);
    for (let written = 0; written < line.length; ) written += writeSync(this.#file, line, written);
  }

  readNew(): readonly StoredRecord[] {
    const text = this.#readRest();
    const whole = text.subarray(0, text.lastIndexOf(10) + 1);
    this.#read += whole.length;
    return whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => (JSON.parse(line) as readonly RecordJson[]).map(fromJson));
  }

  takeOver(): void {
    ftruncateSync(this.#file, this.#read);
  }

  close(): void {
    closeSync(this.#file);
  }

  #readRest(): Buffer {
    const rest = Buffer.alloc(fstatSync(this.#file).size - this.#read);
    let length = 0;
    while (length < rest.length) {
      const bytes = Math.min(READ_BYTES, rest.length - length);
      const got = readSync(this.#file, rest, length, bytes, this.#read + length);
      if (got === 0) break;
      length += got;
    }
    return rest.subarray(0, length);
  }
}

/** A record as text: integers in decimal, bytes in base64. */
export interface RecordJson {
  readonly stream: string;
  readonly revision: string;
  readonly position: string;
  readonly createdTicks: string;
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: string;
  readonly metadata: string;
}

export const toJson = (record: StoredRecord): RecordJson => ({
  ...record,
  revision: String(record.revision),
  position: String(record.position),
  createdTicks: String(record.createdTicks),
  data: record.data.toString('base64'),
  metadata: record.metadata.toString('base64'),
});

export const fromJson = (record: RecordJson): StoredRecord => ({
  ...record,
  revision: BigInt(record.revision),
  position: BigInt(record.position),
  createdTicks: BigInt(record.createdTicks),
  data: Buffer.from(record.data, 'base64'),
  metadata: Buffer.from(record.metadata, 'base64'),
});
