import type { EventStore } from './event-store/event-store.js';

/** A node serves reads only while its read model is known to show all that was in the log this long ago (ms). */
export const MAX_LAG_MS = 1_000;
/** Between two looks at the end of the log (ms). */
const LOOK_MS = 200;
/** Looks remembered: as many as fit into a lag that counts. */
const MOST_LOOKS = 2 * (MAX_LAG_MS / LOOK_MS);

export interface ReadLagOptions {
  readonly store: Pick<EventStore, 'head' | 'isExclusive'>;
  readonly readModel: { readonly position: number };
  /** Milliseconds that never run backwards, such as `performance.now`. */
  readonly now: () => number;
}

interface Look {
  readonly at: number;
  readonly head: number;
}

/**
 * How old what this node shows can be at most. Other nodes append too, so that nothing but a look at the end of the log
 * tells; while the log cannot be reached the lag grows. A node that has the log to itself has none: what it acknowledges
 * it shows.
 */
export class ReadLag {
  readonly #options: ReadLagOptions;
  /** Heads not reached yet, the oldest first. */
  #looks: readonly Look[] = [];
  #shownAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** Resolves after the first look. */
  static async start(options: ReadLagOptions): Promise<ReadLag> {
    const lag = new ReadLag(options);
    if (!options.store.isExclusive) await lag.#look();
    return lag;
  }

  private constructor(options: ReadLagOptions) {
    this.#options = options;
  }

  /** Infinity before the end of the log has been seen once. */
  get lagMs(): number {
    const { store, now } = this.#options;
    if (store.isExclusive) return 0;
    this.#settle();
    return now() - this.#shownAt;
  }

  /** How long this node has known of something in the log that it does not show; 0: of nothing. By its own clock alone. */
  get waitingMs(): number {
    this.#settle();
    const [oldest] = this.#looks;
    return oldest === undefined ? 0 : this.#options.now() - oldest.at;
  }

  /** Null: reads may be served. */
  get whyNot(): string | null {
    const { lagMs } = this;
    if (lagMs <= MAX_LAG_MS) return null;
    if (!Number.isFinite(lagMs)) return 'this node has not shown the end of the log yet';
    return `the read model of this node may be ${Math.round(lagMs)} ms behind the log; reads are served up to ${MAX_LAG_MS} ms`;
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** Forgets the looks whose head is shown by now. */
  #settle(): void {
    const { position } = this.#options.readModel;
    const reached = this.#looks.filter(({ head }) => head <= position);
    this.#shownAt = reached.at(-1)?.at ?? this.#shownAt;
    this.#looks = this.#looks.slice(reached.length);
  }

  async #look(): Promise<void> {
    const { store, now } = this.#options;
    const at = now();
    try {
      const head = await store.head();
      // Nobody may have asked for long: what is shown by now must not keep newer looks out.
      this.#settle();
      // The oldest that are not reached say how far behind it is; later ones come again.
      if (this.#looks.length < MOST_LOOKS) this.#looks = [...this.#looks, { at, head }];
    } catch {
      // Whoever writes learns why; here it shows as a lag that grows.
    }
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#look(), LOOK_MS);
  }
}
