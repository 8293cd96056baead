import type { Worker } from 'node:worker_threads';
import { ReadFolder } from '../projections/read-folder.js';
import { ReadModel, type ReadModelFailure } from '../projections/read-model.js';
import { readModelProjections } from '../projections/read-model-projections.js';
import { startModuleWorker } from './module-worker.js';
import {
  CLOSE,
  type ProjectorMessage,
  type ProjectorPaths,
  type ProjectorWork,
} from './projector-messages.js';

export interface ProjectorThreadOptions {
  readonly paths: ProjectorPaths;
  /** The read model did not fit this log or build and is being rebuilt before anything is served. */
  readonly onRebuild?: (reason: string) => void;
  readonly onProgress?: (position: number) => void;
  /** There is more to be read than before. */
  readonly onApplied?: () => void;
  /** The read model no longer follows the log; called once. */
  readonly onFailed?: (failure: { readonly message: string }) => void;
}

export interface ProjectorThread {
  readonly readModel: ReadModel;
  /** Ends the thread and closes the read model. */
  close(): Promise<void>;
}

/**
 * Runs the projector in a thread of its own and gives the read model it keeps; resolves when that has caught up with
 * the log. The caller holds the data folder's writer lock.
 */
export function startProjectorThread(options: ProjectorThreadOptions): Promise<ProjectorThread> {
  const { log, vaultPath, keyVaultUrl, readPath } = options.paths;
  // Picked: what else a data folder holds cannot be sent to a thread.
  const work: ProjectorWork = { kind: 'FOLLOW', paths: { log, vaultPath, keyVaultUrl, readPath } };
  const worker = startModuleWorker(new URL('./projector-worker', import.meta.url).href, { workerData: work });
  return new Promise((resolve, reject) => {
    let running: RunningProjector | null = null;
    const fail = (message: string) => {
      if (running === null) reject(new Error(message));
      else running.fail({ message, event: null });
    };
    worker.on('message', (message: ProjectorMessage) => {
      try {
        if (message.kind === 'READY') {
          running = new RunningProjector(worker, { ...options, generation: message.generation });
          resolve(running);
        } else if (running !== null) running.hear(message);
        else if (message.kind === 'REBUILDING') options.onRebuild?.(message.reason);
        else if (message.kind === 'PROGRESS') options.onProgress?.(message.position);
      } catch (error) {
        fail(`the read model cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
    worker.once('error', (error) => fail(`the projector broke down: ${error.message}`));
    worker.once('exit', (code) => fail(`the projector thread ended with code ${code}`));
  });
}

class RunningProjector implements ProjectorThread {
  readonly readModel: ReadModel;
  readonly #worker: Worker;
  readonly #folder: ReadFolder;
  readonly #onApplied: ProjectorThreadOptions['onApplied'];
  readonly #onFailed: ProjectorThreadOptions['onFailed'];
  #isClosing = false;

  constructor(worker: Worker, options: ProjectorThreadOptions & { readonly generation: string }) {
    this.#worker = worker;
    this.#folder = new ReadFolder(options.paths.readPath);
    this.#onApplied = options.onApplied;
    this.#onFailed = options.onFailed;
    this.readModel = new ReadModel({
      folder: this.#folder,
      // Only their tables are wanted here: the thread does the projecting.
      projections: readModelProjections(async () => null),
      generation: options.generation,
    });
    this.#folder.removeUnused();
  }

  hear(message: ProjectorMessage): void {
    if (message.kind === 'APPLIED') {
      this.readModel.applied(message.position);
      this.#onApplied?.();
    } else if (message.kind === 'FAILED') this.fail(message.failure);
    else if (message.kind === 'SWITCHED') {
      if (!this.readModel.switchTo(message.generation))
        throw new Error(`the generation ${message.generation} shows less than the one before`);
      this.#folder.removeUnused();
      this.#onApplied?.();
    }
  }

  fail(failure: ReadModelFailure): void {
    if (this.#isClosing || this.readModel.failure !== null) return;
    this.readModel.fail(failure);
    this.#onFailed?.(failure);
  }

  async close(): Promise<void> {
    if (this.#isClosing) return;
    this.#isClosing = true;
    const ended = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()));
    if (this.#worker.threadId !== -1) {
      this.#worker.postMessage(CLOSE);
      await ended;
    }
    this.readModel.close();
  }
}
