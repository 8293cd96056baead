import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { ErasureLedger, LedgerEntry } from '../application/erasure/erasure-ledger.js';
import { type WriteSome, writeWhole } from '../write-whole.js';

/** The file cannot be used as the ledger it should be; the message says what to do about it. */
export class LedgerUnusable extends Error {
  override readonly name = 'LedgerUnusable';
}

/** What the file says: the log it belongs to, and who was erased. */
export interface LedgerContent {
  readonly logId: string;
  readonly entries: readonly LedgerEntry[];
}

const VERSION = 1;

/**
 * The ledger as JSON lines: the first names the log, each later one an erasure. Only ever appended to; a line that a
 * crash has cut off was never promised to anybody and goes.
 */
export class FileErasureLedger implements ErasureLedger {
  readonly #path: string;
  readonly #entries: LedgerEntry[];
  readonly #known: Set<string>;
  readonly #writeSome: WriteSome;

  private constructor(path: string, entries: readonly LedgerEntry[], writeSome: WriteSome = writeSync) {
    this.#path = path;
    this.#writeSome = writeSome;
    this.#entries = [...entries];
    this.#known = new Set(entries.map(({ userId }) => userId));
  }

  /** @throws LedgerUnusable */
  static open(path: string, logId: string, writeSome?: WriteSome): FileErasureLedger {
    const content = readLedger(path);
    if (content.logId !== logId)
      throw new LedgerUnusable(`the erasure ledger ${path} is that of another log: name the one of this log`);
    const { wholeBytes } = wholeLinesOf(readFileSync(path));
    truncateSync(path, wholeBytes);
    return new FileErasureLedger(path, content.entries, writeSome);
  }

  /** A new file, there whole or not at all. */
  static create(path: string, { logId, entries }: LedgerContent): FileErasureLedger {
    const header = { ledger: 'muster-erasures', version: VERSION, logId };
    const building = `${path}.new`;
    writeDurably(building, 'w', [header, ...entries].map(lineOf).join(''));
    renameSync(building, path);
    syncFolderOf(path);
    return new FileErasureLedger(path, entries);
  }

  async record(entry: LedgerEntry): Promise<void> {
    if (this.#known.has(entry.userId)) return;
    writeDurably(this.#path, 'a', lineOf(entry), this.#writeSome);
    this.#entries.push(entry);
    this.#known.add(entry.userId);
  }

  entries(): readonly LedgerEntry[] {
    return this.#entries;
  }
}

/**
 * Reads a ledger without changing it.
 * @throws LedgerUnusable
 */
export function readLedger(path: string): LedgerContent {
  const [first, ...rest] = wholeLinesOf(contentOf(path)).lines;
  const header = parsed(first ?? '') as { ledger?: unknown; version?: unknown; logId?: unknown } | null;
  if (header?.ledger !== 'muster-erasures' || typeof header.logId !== 'string')
    throw new LedgerUnusable(
      `${path} is no erasure ledger: name the file erasures.jsonl of the installation`,
    );
  if (header.version !== VERSION)
    throw new LedgerUnusable(
      `the erasure ledger ${path} has version ${header.version}; this build knows ${VERSION}: run the version that wrote it`,
    );
  const entries = rest.map((line, index) => {
    const entry = parsed(line) as LedgerEntry | null;
    if (typeof entry?.userId === 'string' && typeof entry.requestEventId === 'string') return entry;
    throw new LedgerUnusable(
      `the erasure ledger ${path} is damaged in line ${index + 2}: restore the file from a copy of it`,
    );
  });
  return { logId: header.logId, entries };
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : 'unreadable';
    throw new LedgerUnusable(
      `the erasure ledger ${path} cannot be read (${why}): name the file that is kept`,
    );
  }
}

function wholeLinesOf(content: Buffer): { readonly lines: readonly string[]; readonly wholeBytes: number } {
  const wholeBytes = content.lastIndexOf(0x0a) + 1;
  const text = content.subarray(0, wholeBytes).toString('utf8');
  return { lines: text.split('\n').slice(0, -1), wholeBytes };
}

function parsed(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

/** Leaves nothing of what it could not write whole: the next line would join the half of this one. */
function writeDurably(path: string, flags: 'a' | 'w', text: string, writeSome?: WriteSome): void {
  const file = openSync(path, flags, 0o600);
  const { size } = fstatSync(file);
  try {
    writeWhole(file, text, writeSome);
    fsyncSync(file);
  } catch (error) {
    ftruncateSync(file, size);
    throw error;
  } finally {
    closeSync(file);
  }
}

function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
