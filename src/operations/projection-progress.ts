import type { EventStore } from '../event-store/event-store.js';

/** How far a read model is behind its log. */
export interface Progress {
  /** Every event up to here is readable. */
  readonly position: number;
  /** Position of the last event of the log. */
  readonly headPosition: number;
  /** Events of the log not readable yet, counted up to MOST_COUNTED. */
  readonly lagEvents: number;
  /**
   * Age of the oldest of them; 0 when there is none. By the time of its recording where this process has the log to itself; else by
   * when this node saw that there was something, for the clock of whoever wrote it may be another.
   */
  readonly lagMs: number;
  readonly failure: {
    /** The event it stopped at; null when the projector itself broke down. */
    readonly event: FailedEvent | null;
  } | null;
}

export interface FailedEvent {
  /** Null when the log has no event there. */
  readonly eventId: string | null;
  readonly type: string;
  readonly position: number;
}

export interface ProgressFailure {
  readonly message: string;
  /** The event it stopped at; null when the projector itself broke down. */
  readonly event: { readonly type: string; readonly position: number } | null;
}

export interface ProgressParts {
  readonly store: Pick<EventStore, 'head' | 'readAll' | 'readAt'>;
  readonly readModel: { readonly position: number; readonly failure: ProgressFailure | null };
  /** Ms since the epoch. */
  readonly now: () => number;
  /** How long this node has known of events that it does not show (ms); null where no other machine writes them. */
  readonly waitingMs: (() => number) | null;
}

export const MOST_COUNTED = 1_000;

/** Measured on the log itself, so that it holds on every store, whatever gaps its positions have. */
export class ProjectionProgress {
  constructor(private readonly parts: ProgressParts) {}

  async look(): Promise<Progress> {
    const { store, readModel, now, waitingMs } = this.parts;
    const { position } = readModel;
    const failure = readModel.failure === null ? null : { event: await this.#named(readModel.failure) };
    const waiting = await store.readAll({ afterPosition: position, maxCount: MOST_COUNTED });
    const [oldest] = waiting;
    if (oldest === undefined) return { position, headPosition: position, lagEvents: 0, lagMs: 0, failure };
    return {
      position,
      headPosition: await store.head(),
      lagEvents: waiting.length,
      lagMs: waitingMs?.() ?? Math.max(0, now() - recordedAtOf(oldest.body)),
      failure,
    };
  }

  async #named({ event }: ProgressFailure): Promise<FailedEvent | null> {
    if (event === null) return null;
    const found = await this.parts.store.readAt(event.position);
    return { ...event, eventId: found?.id ?? null };
  }
}

const recordedAtOf = (body: string): number =>
  Date.parse((JSON.parse(body) as { readonly recordedAt: string }).recordedAt);
