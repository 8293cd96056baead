import type { BuiltFile } from '../projections/build-files.js';
import type { RebuildOptions } from '../projections/rebuild.js';
import { startModuleWorker } from './module-worker.js';
import type { ProjectorMessage, ProjectorPaths, ProjectorWork } from './projector-messages.js';

/** Rows of a batch die before they are moved: a quarter of the time spent on collecting garbage at the default of 16. */
const YOUNG_GENERATION_MB = 96;

/** Runs a share of a rebuild in a worker thread. */
export function buildInThread({
  log,
  vaultPath,
  keyVaultUrl,
  readPath,
}: ProjectorPaths): RebuildOptions['runTask'] {
  // Picked: what else a data folder holds cannot be sent to a thread.
  const paths: ProjectorPaths = { log, vaultPath, keyVaultUrl, readPath };
  return (task, onProgress) =>
    new Promise<readonly BuiltFile[]>((resolve, reject) => {
      const work: ProjectorWork = { kind: 'BUILD', paths, task };
      const worker = startModuleWorker(new URL('./projector-worker', import.meta.url).href, {
        workerData: work,
        resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
      });
      let files: readonly BuiltFile[] | null = null;
      worker.on('message', (message: ProjectorMessage) => {
        if (message.kind === 'PROGRESS') onProgress(message.position);
        if (message.kind === 'BUILT') files = message.files;
      });
      worker.once('error', reject);
      // Only an ended thread has let go of its files.
      worker.once('exit', (code) => {
        if (files === null)
          reject(new Error(`the thread that rebuilds ${task.projections.join()} ended with code ${code}`));
        else resolve(files);
      });
    });
}
