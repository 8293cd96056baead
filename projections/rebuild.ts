import { performance } from 'node:perf_hooks';
import type { BuiltFile } from './build-files.js';
import { type ProjectionName, projectionNames } from './projection.js';
import type { ReadFolder } from './read-folder.js';

/** Two threads with about the same work each: every event is an audit entry, and most change a membership. */
const SHARES: readonly (readonly ProjectionName[])[] = [
  ['audit', 'proof'],
  ['members', 'people'],
];

/** One thread's share of a rebuild. */
export interface BuildTask {
  readonly projections: readonly ProjectionName[];
  readonly building: string;
  readonly live: string | null;
}

export interface RebuildOptions {
  readonly folder: ReadFolder;
  /** Runs a share where it can: in a worker thread, or here. Progress is the position reached. */
  readonly runTask: (
    task: BuildTask,
    onProgress: (position: number) => void,
  ) => Promise<readonly BuiltFile[]>;
  /** One share for everything, for short logs: starting threads takes longer than the work. */
  readonly inOneThread?: boolean;
  /** Position reached by the slowest file. */
  readonly onProgress?: (position: number) => void;
}

export interface RebuildResult {
  readonly events: number;
  readonly seconds: number;
  /** Of the files that were compared, at the position the live ones were at. */
  readonly fingerprints: Readonly<Partial<Record<ProjectionName, string>>>;
  /** Null: there was no live read model to compare with, or it was of another version or log. */
  readonly equalToLive: boolean | null;
  readonly generation: string;
}

/**
 * Builds a new generation of the read model beside the live one, compares them, and makes the new one current. Needs
 * no lock and disturbs nobody: who reads the old one moves over by himself.
 */
export async function rebuild(options: RebuildOptions): Promise<RebuildResult> {
  const { folder, runTask, onProgress } = options;
  const start = performance.now();
  const building = folder.startGeneration();
  try {
    const live = folder.current();
    const shares = options.inOneThread === true ? [projectionNames] : SHARES;
    const reached = shares.map(() => 0);
    const built = await Promise.all(
      shares.map((projections, i) =>
        runTask({ projections, building, live }, (position) => {
          reached[i] = position;
          onProgress?.(Math.min(...reached));
        }),
      ),
    );
    const files = built.flat();
    const generation = folder.publish(building);
    folder.removeUnused();
    return {
      events: Math.max(...files.map((file) => file.events)),
      seconds: (performance.now() - start) / 1000,
      fingerprints: Object.fromEntries(
        files.filter((file) => file.fingerprint !== null).map((file) => [file.name, file.fingerprint]),
      ) as RebuildResult['fingerprints'],
      equalToLive: equalToLive(files),
      generation,
    };
  } catch (error) {
    folder.discard(building);
    throw error;
  }
}

function equalToLive(files: readonly BuiltFile[]): boolean | null {
  if (files.some((file) => file.equalToLive === false)) return false;
  return files.every((file) => file.equalToLive === true) ? true : null;
}
