import type { BuiltFile } from '../projections/build-files.js';
import type { ReadModelFailure } from '../projections/read-model.js';
import type { BuildTask } from '../projections/rebuild.js';
import type { LogLocation } from './open-event-store.js';

/** Where a projector thread finds what it reads and writes. */
export interface ProjectorPaths {
  readonly log: LogLocation;
  readonly vaultPath: string;
  /** A PostgreSQL database that keeps the keys instead of the file; has a password in it. */
  readonly keyVaultUrl: string | null;
  readonly readPath: string;
}

/** What a thread is started for. */
export type ProjectorWork =
  | { readonly kind: 'FOLLOW'; readonly paths: ProjectorPaths }
  | { readonly kind: 'BUILD'; readonly paths: ProjectorPaths; readonly task: BuildTask };

export type ProjectorMessage =
  | { readonly kind: 'REBUILDING'; readonly reason: string }
  | { readonly kind: 'PROGRESS'; readonly position: number }
  | { readonly kind: 'READY'; readonly generation: string }
  | { readonly kind: 'APPLIED'; readonly position: number }
  | { readonly kind: 'SWITCHED'; readonly generation: string }
  | { readonly kind: 'FAILED'; readonly failure: ReadModelFailure }
  | { readonly kind: 'BUILT'; readonly files: readonly BuiltFile[] };

/** The only thing a thread is ever told. */
export const CLOSE = 'CLOSE';
