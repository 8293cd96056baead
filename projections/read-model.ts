import type Database from 'better-sqlite3';
import type { Projection, ProjectionName } from './projection.js';
import { fingerprintsOf, ReadConnections } from './read-connections.js';
import type { ReadFolder } from './read-folder.js';
import { TurnSnapshots } from './turn-snapshots.js';

/** Why the read model no longer follows the log. It still answers, as of the position it has reached. */
export interface ReadModelFailure {
  readonly message: string;
  /** The event it stopped at; null when the projector itself broke down. */
  readonly event: { readonly type: string; readonly position: number } | null;
}

export interface ReadModelOptions {
  readonly folder: ReadFolder;
  readonly projections: readonly Projection[];
  readonly generation: string;
}

interface Waiter {
  readonly position: number;
  readonly resolve: (readable: boolean) => void;
}

/**
 * What readers hold: connections to the current generation and the position they show. Whoever runs the projector
 * tells it of every commit and every new generation; queries run to their end between two such messages, so a swap
 * fails none of them. Take `members` and `audit` anew for every query.
 */
export class ReadModel {
  readonly #options: ReadModelOptions;
  readonly #waiters = new Set<Waiter>();
  readonly #snapshots = new TurnSnapshots();
  #connections: ReadConnections;
  #position: number;
  #failure: ReadModelFailure | null = null;

  constructor(options: ReadModelOptions) {
    this.#options = options;
    this.#connections = new ReadConnections(options.folder, options.generation);
    this.#position = this.#connections.position;
  }

  /** Read-only connection to members.sqlite, with people.sqlite attached as `people`. */
  get members(): Database.Database {
    return this.#snapshots.of(this.#connections.members);
  }

  /** Read-only connection to audit.sqlite. */
  get audit(): Database.Database {
    return this.#snapshots.of(this.#connections.audit);
  }

  /** Read-only connection to proof.sqlite. */
  get proof(): Database.Database {
    return this.#snapshots.of(this.#connections.proof);
  }

  /** Another one, for reading it over many turns; the caller closes it. */
  openProof(): Database.Database {
    return this.#connections.openProof();
  }

  get generation(): string {
    return this.#connections.generation;
  }

  /** Every event up to here is readable. Never goes back. */
  get position(): number {
    return this.#position;
  }

  get failure(): ReadModelFailure | null {
    return this.#failure;
  }

  /** True once everything up to the position is readable; false when time is up or the projector has stopped. */
  waitFor(position: number, timeoutMs: number): Promise<boolean> {
    if (position <= this.#position) return Promise.resolve(true);
    if (this.#failure !== null) return Promise.resolve(false);
    return new Promise((resolve) => {
      const waiter: Waiter = {
        position,
        resolve: (readable) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(readable);
        },
      };
      const timer = setTimeout(() => waiter.resolve(false), timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  /** SHA-256 over all rows of each file; reads them all. */
  fingerprints(): Record<ProjectionName, string> {
    return fingerprintsOf(this.#options, this.generation);
  }

  applied(position: number): void {
    if (position <= this.#position) return;
    this.#snapshots.end();
    this.#position = position;
    for (const waiter of this.#waiters) if (waiter.position <= position) waiter.resolve(true);
  }

  /** Moves over to another generation that shows at least as much; false: it does not, or cannot be read. */
  switchTo(generation: string): boolean {
    const next = new ReadConnections(this.#options.folder, generation);
    const position = next.position;
    if (position < this.#position) {
      next.close();
      return false;
    }
    this.#snapshots.end();
    const old = this.#connections;
    this.#connections = next;
    old.close();
    this.applied(position);
    return true;
  }

  fail(failure: ReadModelFailure): void {
    this.#failure = failure;
    for (const waiter of this.#waiters) waiter.resolve(false);
  }

  close(): void {
    for (const waiter of this.#waiters) waiter.resolve(false);
    this.#snapshots.end();
    this.#connections.close();
  }
}
