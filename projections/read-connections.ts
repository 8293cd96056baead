import Database from 'better-sqlite3';
import { fingerprintOf } from './fingerprint.js';
import type { Projection, ProjectionName } from './projection.js';
import type { ReadFolder } from './read-folder.js';

/** Pages kept per connection. */
const CACHE_KIB = 32 * 1024;
/** Of each file, read in place: another connection's commit empties a reader's cache, and copying pages back is dear. */
const MAPPED_BYTES = 1024 ** 3;

/** Connections that only read one generation. */
export class ReadConnections {
  readonly generation: string;
  /** members.sqlite, with people.sqlite attached as `people`. */
  readonly members: Database.Database;
  readonly audit: Database.Database;
  readonly proof: Database.Database;
  readonly #proofPath: string;

  constructor(folder: ReadFolder, generation: string) {
    this.generation = generation;
    this.#proofPath = folder.path(generation, 'proof');
    const opened: Database.Database[] = [];
    const opening = (path: string) => {
      const db = open(path);
      opened.push(db);
      return db;
    };
    try {
      this.members = opening(folder.path(generation, 'members'));
      this.members.prepare('ATTACH ? AS people').run(folder.path(generation, 'people'));
      this.audit = opening(folder.path(generation, 'audit'));
      this.proof = opening(this.#proofPath);
    } catch (error) {
      for (const db of opened) db.close();
      throw error;
    }
  }

  /** What all files show at least. */
  get position(): number {
    const position = (db: Database.Database, schema: string) =>
      db.prepare<[], number>(`SELECT position FROM ${schema}.checkpoint`).pluck().get() ?? 0;
    return Math.min(
      position(this.members, 'main'),
      position(this.members, 'people'),
      position(this.audit, 'main'),
      position(this.proof, 'main'),
    );
  }

  /** Another connection to proof.sqlite, for reading it over many turns; the caller closes it. */
  openProof(): Database.Database {
    return open(this.#proofPath);
  }

  close(): void {
    this.members.close();
    this.audit.close();
    this.proof.close();
  }
}

/** Fingerprints of a generation's files; reads every row. */
export function fingerprintsOf(
  { folder, projections }: { folder: ReadFolder; projections: readonly Projection[] },
  generation: string,
): Record<ProjectionName, string> {
  const entries = projections.map((projection) => {
    const db = open(folder.path(generation, projection.name));
    try {
      return [projection.name, fingerprintOf(db, projection)];
    } finally {
      db.close();
    }
  });
  return Object.fromEntries(entries) as Record<ProjectionName, string>;
}

function open(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5_000 });
  db.pragma(`cache_size = -${CACHE_KIB}`);
  db.pragma('query_only = ON');
  db.pragma(`mmap_size = ${MAPPED_BYTES}`);
  return db;
}
