import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { type ProjectionName, projectionNames } from './projection.js';

/**
 * A generation still being built, that nobody has open and nobody has written to this long, is one whose builder has
 * crashed: between two of its files a builder has none open, but only for moments.
 */
const ABANDONED_AFTER_MS = 60_000;

const BUILDING = '.building';

/**
 * `<data>/read/`: one folder per generation of the read model, and the file `current` that names the one to read.
 * A generation is published whole, by one atomic rename; who reads an older one goes on until it has moved over.
 */
export class ReadFolder {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  /** Name of the generation to read; null when there is none yet. */
  current(): string | null {
    let name: string;
    try {
      name = readFileSync(join(this.#dir, 'current'), 'utf8').trim();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
      throw error;
    }
    return /^[0-9A-Za-z-]+$/.test(name) && existsSync(join(this.#dir, name)) ? name : null;
  }

  path(generation: string, projection: ProjectionName): string {
    return join(this.#dir, generation, `${projection}.sqlite`);
  }

  /** A new folder to build in. Its name says so, until it is published. */
  startGeneration(): string {
    const generation = randomUUID() + BUILDING;
    mkdirSync(join(this.#dir, generation), { recursive: true, mode: 0o700 });
    return generation;
  }

  /** Syncs the finished generation and makes it the current one. No file of it may be open in this process. */
  publish(building: string): string {
    // Named by the moment of publishing: what sorts before `current` is old, what sorts after it is about to be it.
    const generation = `${new Date().toISOString().replaceAll(/[^0-9]/g, '')}-${randomUUID().slice(0, 8)}`;
    for (const name of projectionNames) syncPath(this.path(building, name));
    syncPath(join(this.#dir, building));
    renameSync(join(this.#dir, building), join(this.#dir, generation));
    const pointer = join(this.#dir, `current.${generation}`);
    const file = openSync(pointer, 'wx', 0o600);
    writeSync(file, `${generation}\n`);
    fsyncSync(file);
    closeSync(file);
    renameSync(pointer, join(this.#dir, 'current'));
    syncPath(this.#dir);
    return generation;
  }

  discard(generation: string): void {
    rmSync(join(this.#dir, generation), { recursive: true, force: true });
  }

  /** Deletes the generations that are not current and that nobody, in any process, has open. */
  removeUnused(): void {
    if (!existsSync(this.#dir)) return;
    const current = this.current();
    for (const entry of readdirSync(this.#dir, { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === current) continue;
      if (entry.name.endsWith(BUILDING)) {
        if (this.#quietMs(entry.name) < ABANDONED_AFTER_MS) continue;
      } else if (current === null || entry.name > current) continue;
      if (projectionNames.every((name) => isUnused(this.path(entry.name, name)))) this.discard(entry.name);
    }
  }

  /** True when there are files of names beside those of the current generation. */
  hasOthers(): boolean {
    if (!existsSync(this.#dir)) return false;
    const current = this.current();
    return readdirSync(this.#dir, { withFileTypes: true }).some(
      (entry) => entry.isDirectory() && entry.name !== current,
    );
  }

  #quietMs(name: string): number {
    const dir = join(this.#dir, name);
    const files = readdirSync(dir).map((file) => join(dir, file));
    // A file may go between the two looks.
    const times = [dir, ...files].map(
      (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now(),
    );
    return Date.now() - Math.max(...times);
  }
}

/** Every open WAL connection, also an idle one, holds a shared lock; taking the exclusive one proves there is none. */
function isUnused(path: string): boolean {
  if (!existsSync(path)) return true;
  let db: Database.Database | null = null;
  try {
    db = new Database(path, { timeout: 0, fileMustExist: true });
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('BEGIN EXCLUSIVE; COMMIT');
    return true;
  } catch (error) {
    return error instanceof Database.SqliteError && !/^SQLITE_(BUSY|LOCKED)/.test(error.code);
  } finally {
    db?.close();
  }
}

/** Waits until what was written there is on the disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
