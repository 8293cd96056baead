import { ReadFolder } from '../projections/read-folder.js';
import { type RebuildResult, rebuild } from '../projections/rebuild.js';
import { buildInThread } from './build-in-thread.js';
import type { ProjectorPaths } from './projector-messages.js';

/**
 * Rebuilds the read model of a data folder beside the live one and makes it current; needs no lock, and a server that
 * runs on the folder moves over by itself. `onProgress` gives the position reached.
 */
export function rebuildReadModel(
  paths: ProjectorPaths,
  onProgress?: (position: number) => void,
): Promise<RebuildResult> {
  return rebuild({
    folder: new ReadFolder(paths.readPath),
    runTask: buildInThread(paths),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
}
