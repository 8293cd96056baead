import { HASH_BYTES, writeHash } from '../tree-hash.js';

/** Entries on one line. */
const PER_LINE = 1_000;
const FIRST_ROOM = 1_024;

/**
 * What a file says of its events beside them: which of the log they are, where they stand, and their hashes. Signed with
 * the trailer, it tells which event is not the one that was exported.
 */
export class EntryList {
  #hashes = Buffer.alloc(FIRST_ROOM * HASH_BYTES);
  #indices = new Float64Array(FIRST_ROOM);
  #positions = new Float64Array(FIRST_ROOM);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** One after the other. */
  get hashes(): Buffer {
    return this.#hashes.subarray(0, this.#length * HASH_BYTES);
  }

  get indices(): Float64Array {
    return this.#indices.subarray(0, this.#length);
  }

  get positions(): Float64Array {
    return this.#positions.subarray(0, this.#length);
  }

  /** @param hash 64 hex digits, or a char a byte */
  add(index: number, position: number, hash: string, encoding: 'hex' | 'binary' = 'hex'): void {
    this.#makeRoomFor(1);
    this.#indices[this.#length] = index;
    this.#positions[this.#length] = position;
    if (encoding === 'hex') this.#hashes.write(hash, this.#length * HASH_BYTES, 'hex');
    else writeHash(hash, this.#hashes, this.#length * HASH_BYTES);
    this.#length += 1;
  }

  hashAt(entry: number): Buffer {
    return this.#hashes.subarray(entry * HASH_BYTES, (entry + 1) * HASH_BYTES);
  }

  /** JSON, one text a line of the file. */
  *lines(): Generator<string> {
    for (let from = 0; from < this.#length; from += PER_LINE) {
      const to = Math.min(from + PER_LINE, this.#length);
      yield JSON.stringify({
        muster: 'entries',
        indices: runsOf(this.#indices.subarray(from, to)),
        positions: runsOf(this.#positions.subarray(from, to)),
        hashes: this.#hashes.subarray(from * HASH_BYTES, to * HASH_BYTES).toString('base64'),
      });
    }
  }

  /** Adds what a line says; false when it says nothing of the kind. */
  read(json: string): boolean {
    const { indices, positions, hashes } = JSON.parse(json) as Record<string, unknown>;
    const bytes = Buffer.from(typeof hashes === 'string' ? hashes : '', 'base64');
    const count = bytes.length / HASH_BYTES;
    if (!Number.isInteger(count) || count > PER_LINE) return false;
    this.#makeRoomFor(count);
    const [from, to] = [this.#length, this.#length + count];
    if (!fillRuns(this.#indices.subarray(from, to), indices)) return false;
    if (!fillRuns(this.#positions.subarray(from, to), positions)) return false;
    bytes.copy(this.#hashes, from * HASH_BYTES);
    this.#length = to;
    return true;
  }

  #makeRoomFor(more: number): void {
    if (this.#length + more <= this.#indices.length) return;
    this.#hashes = Buffer.concat([this.#hashes, Buffer.alloc(this.#hashes.length)]);
    this.#indices = twice(this.#indices);
    this.#positions = twice(this.#positions);
  }
}

/** Numbers that follow each other as [first, how many]. */
function runsOf(numbers: Float64Array): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && number === run[0] + run[1]) run[1] += 1;
    else runs.push([number, 1]);
  }
  return runs;
}

/** False unless the runs give exactly as many numbers as are wanted. */
function fillRuns(numbers: Float64Array, runs: unknown): boolean {
  if (!Array.isArray(runs)) return false;
  let filled = 0;
  for (const run of runs as readonly unknown[]) {
    if (!Array.isArray(run)) return false;
    const [first, count] = run as readonly unknown[];
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) return false;
    const [number, end] = [Number(first) - filled, filled + Number(count)];
    if (end > numbers.length) return false;
    for (; filled < end; filled += 1) numbers[filled] = number + filled;
  }
  return filled === numbers.length;
}

function twice(numbers: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
