import type { EventStore } from '../src/event-store/event-store.js';
import { buildFiles } from './build-files.js';
import type { Projection } from './projection.js';
import { ProjectionFile, rebuildReason } from './projection-file.js';
import { catchUp, type Progress, Projector } from './projector.js';
import type { ReadFolder } from './read-folder.js';
import { type RebuildOptions, rebuild } from './rebuild.js';

export interface GenerationOptions {
  readonly store: EventStore;
  readonly folder: ReadFolder;
  readonly projections: readonly Projection[];
}

export interface OpenGeneration {
  readonly generation: string;
  readonly projector: Projector;
}

/** The current generation, ready to go on; rebuilt first when there is none or it does not fit this log or build. */
export async function openCurrentGeneration(
  options: GenerationOptions & {
    readonly runTask?: RebuildOptions['runTask'];
    readonly onRebuild?: (reason: string) => void;
    readonly onProgress?: (position: number) => void;
  },
): Promise<OpenGeneration> {
  const { folder, onProgress, onRebuild } = options;
  const current = folder.current();
  const reason = current === null ? 'there is no read model yet' : await unfitness(current, options);
  if (current !== null && reason === null) return openGeneration(current, options);
  onRebuild?.(reason ?? '');
  const { generation } = await rebuild({
    folder,
    runTask: options.runTask ?? buildHere(options),
    inOneThread: options.runTask === undefined,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return openGeneration(generation, options);
}

export function openGeneration(
  generation: string,
  { folder, projections }: GenerationOptions,
): OpenGeneration {
  const files: ProjectionFile[] = [];
  try {
    for (const projection of projections)
      files.push(ProjectionFile.open(folder.path(generation, projection.name), projection));
    return { generation, projector: new Projector(files) };
  } catch (error) {
    for (const file of files) file.close();
    throw error;
  }
}

/** Why the generation cannot go on with this log and this build; null: it can. */
export async function unfitness(
  generation: string,
  { store, folder, projections }: GenerationOptions,
): Promise<string | null> {
  for (const projection of projections) {
    const reason = await rebuildReason(folder.path(generation, projection.name), projection, store);
    if (reason !== null) return reason;
  }
  return null;
}

/** Builds on the calling thread. */
export function buildHere({ store, folder, projections }: GenerationOptions): RebuildOptions['runTask'] {
  return ({ projections: names, building, live }, onProgress) =>
    buildFiles({
      store,
      folder,
      building,
      live,
      onProgress,
      projections: projections.filter((projection) => names.includes(projection.name)),
    });
}

/** For command-line tools: brings the read model to the end of the log, in this thread, and gives the position. */
export async function catchUpReadModel(
  options: GenerationOptions & { readonly onProgress?: (progress: Progress) => void },
): Promise<number> {
  const { store, onProgress } = options;
  const head = await store.head();
  const { projector } = await openCurrentGeneration({
    ...options,
    onProgress: (position) => onProgress?.({ position, head }),
  });
  try {
    return await catchUp({ store, projector, ...(onProgress === undefined ? {} : { onProgress }) });
  } finally {
    projector.close();
  }
}
