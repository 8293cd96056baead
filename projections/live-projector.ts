import { StoreUnavailable } from '../src/event-store/event-store.js';
import {
  type GenerationOptions,
  type OpenGeneration,
  openCurrentGeneration,
  openGeneration,
  unfitness,
} from './open-generation.js';
import { catchUp, follow, ProjectionFailed, type Projector } from './projector.js';
import type { ReadModelFailure } from './read-model.js';
import type { RebuildOptions } from './rebuild.js';

/** How often the folder is asked for a new generation. */
const POLL_MS = 200;

export interface LiveProjectorOptions extends GenerationOptions {
  readonly runTask?: RebuildOptions['runTask'];
  /** The read model did not fit and is being rebuilt, before anything is served. */
  readonly onRebuild?: (reason: string) => void;
  readonly onProgress?: (position: number) => void;
  readonly onApplied: (position: number) => void;
  /** A rebuild has published a generation, and this projector has moved over to it. */
  readonly onSwitched: (generation: string) => void;
  readonly onFailed: (failure: ReadModelFailure) => void;
}

/** Keeps the current generation at the end of the log, whichever generation that is. One per data folder. */
export class LiveProjector {
  readonly #options: LiveProjectorOptions;
  #open: OpenGeneration;
  #closed = false;
  #wake = (): void => {};
  readonly #running: Promise<void>;
  /** Published, but made by another build or from another log. */
  #unfit: string | null = null;

  /** Rebuilds if needed and catches up with the log. */
  static async start(options: LiveProjectorOptions): Promise<LiveProjector> {
    const open = await openCurrentGeneration(options);
    try {
      await catchUpTo(open.projector, options);
    } catch (error) {
      // What can be read is served; the event that cannot be applied is reported.
      if (!(error instanceof ProjectionFailed)) throw error;
    }
    return new LiveProjector(options, open);
  }

  private constructor(options: LiveProjectorOptions, open: OpenGeneration) {
    this.#options = options;
    this.#open = open;
    this.#running = this.#run();
  }

  get generation(): string {
    return this.#open.generation;
  }

  get position(): number {
    return this.#open.projector.position;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (!this.#closed) await this.#followUntilNewGeneration();
    } catch (error) {
      this.#options.onFailed(failureFrom(error));
    } finally {
      this.#open.projector.close();
    }
  }

  async #followUntilNewGeneration(): Promise<void> {
    const { store, folder, onApplied } = this.#options;
    const subscription = follow({ store, projector: this.#open.projector, onApplied });
    let poll: NodeJS.Timeout | undefined;
    const interrupted = new Promise<void>((resolve) => {
      this.#wake = resolve;
      poll = setInterval(() => {
        this.#open.projector.settle();
        const current = folder.current();
        if (current !== null && current !== this.generation && current !== this.#unfit) resolve();
      }, POLL_MS);
      if (this.#closed) resolve();
    });
    try {
      await Promise.race([subscription.ended, interrupted]);
    } finally {
      clearInterval(poll);
      await subscription.close();
    }
    if (!this.#closed) await this.#moveOver();
  }

  async #moveOver(): Promise<void> {
    const generation = this.#options.folder.current();
    if (generation === null || generation === this.generation) return;
    const next = await this.#openAtTheEnd(generation);
    if (next === null) return;
    this.#open.projector.close();
    this.#open = next;
    this.#options.onSwitched(generation);
  }

  /** Null: it does not fit, or the log cannot be read now; then the next poll tries again. */
  async #openAtTheEnd(generation: string): Promise<OpenGeneration | null> {
    let next: OpenGeneration | null = null;
    try {
      if ((await unfitness(generation, this.#options)) !== null) {
        this.#unfit = generation;
        return null;
      }
      next = openGeneration(generation, this.#options);
      await catchUpTo(next.projector, this.#options);
      return next;
    } catch (error) {
      next?.projector.close();
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  }
}

function catchUpTo(projector: Projector, { store, onProgress }: LiveProjectorOptions): Promise<number> {
  return catchUp({ store, projector, onProgress: ({ position }) => onProgress?.(position) });
}

function failureFrom(error: unknown): ReadModelFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { message, event: error instanceof ProjectionFailed ? error.event : null };
}
