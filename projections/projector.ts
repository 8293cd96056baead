import type { StoredEvent } from '../src/domain/event.js';
import { readStoredEvent } from '../src/domain/stored-event.js';
import type { EventStore, RecordedEvent, Subscription } from '../src/event-store/event-store.js';
import { MomentReader } from './moment.js';
import type { Moment, Projection } from './projection.js';
import type { ProjectionFile } from './projection-file.js';

/** Events in one transaction per file. */
const BATCH = 1_000;

/** The event a projector stopped at; it stays there until a build that can handle the event rebuilds or goes on. */
export class ProjectionFailed extends Error {
  override readonly name = 'ProjectionFailed';
  constructor(
    readonly projection: string,
    readonly event: { readonly type: string; readonly position: number },
    cause: unknown,
  ) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the read model ${projection} stopped at ${event.type} (position ${event.position}): ${why}`, {
      cause,
    });
  }
}

/** Applies events to the files of one generation, each batch in one transaction per file. */
export class Projector {
  readonly files: readonly ProjectionFile[];
  readonly #reader = new BatchReader();

  constructor(files: readonly ProjectionFile[]) {
    this.files = files;
  }

  /** All files show at least this position. */
  get position(): number {
    return Math.min(...this.files.map((file) => file.position));
  }

  /** @throws ProjectionFailed nothing of the batch is in the file that failed */
  async apply(events: readonly RecordedEvent[]): Promise<void> {
    const last = events.at(-1);
    if (last === undefined) return;
    this.#reader.open(events);
    for (const file of this.files) {
      // Files are committed one after the other: after a crash some are ahead by a batch.
      if (file.position >= last.position) continue;
      file.begin();
      try {
        this.#reader.applyTo(file);
        await file.commit(last);
      } catch (error) {
        file.rollback();
        throw error instanceof ProjectionFailed
          ? error
          : new ProjectionFailed(file.projection.name, last, error);
      }
      file.settle();
    }
  }

  /** What a reader held up may go through now. */
  settle(): void {
    for (const file of this.files) file.settle();
  }

  close(): void {
    for (const file of this.files) file.close();
  }
}

/** Parses each event of a batch at most once, and only if a projection wants it. */
export class BatchReader {
  readonly #moments = new MomentReader();
  #events: readonly RecordedEvent[] = [];
  #read: (Read | undefined)[] = [];

  open(events: readonly RecordedEvent[]): void {
    this.#events = events;
    this.#read = new Array(events.length);
  }

  applyTo({
    projection,
    applier,
    position,
  }: Pick<ProjectionFile, 'projection' | 'applier' | 'position'>): void {
    const events = this.#events;
    for (let i = 0; i < events.length; i += 1) {
      const recorded = events[i] as RecordedEvent;
      if (recorded.position <= position) continue;
      try {
        if (isIgnored(projection, recorded)) continue;
        let read = this.#read[i];
        if (read === undefined) {
          const event = readStoredEvent(recorded.body);
          read = { event, moment: this.#moments.read(event, recorded) };
          this.#read[i] = read;
        }
        applier.apply(read.event, read.moment);
      } catch (error) {
        throw new ProjectionFailed(projection.name, recorded, error);
      }
    }
  }
}

interface Read {
  readonly event: StoredEvent;
  readonly moment: Moment;
}

function isIgnored(projection: Projection, { type }: RecordedEvent): boolean {
  const interest: Readonly<Record<string, 'handled' | 'ignored'>> = projection.interest;
  // The type comes from the log: one like "constructor" must not be found on the prototype.
  if (!Object.hasOwn(interest, type))
    throw new Error(
      `this build of Muster does not know events of type ${type}: run the version that wrote them`,
    );
  return interest[type] === 'ignored';
}

export interface CatchUpOptions {
  readonly store: Pick<EventStore, 'readAll' | 'head'>;
  readonly projector: Projector;
  /** Stop exactly here; default: the end of the log. */
  readonly until?: number;
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress {
  readonly position: number;
  readonly head: number;
}

/** Applies what the log holds, up to its end, and gives the position reached. */
export async function catchUp({ store, projector, until, onProgress }: CatchUpOptions): Promise<number> {
  const head = until ?? (await store.head());
  for (;;) {
    const afterPosition = projector.position;
    const page = await store.readAll({ afterPosition, maxCount: BATCH });
    const events = until === undefined ? page : page.filter((event) => event.position <= until);
    if (events.length === 0) return afterPosition;
    await projector.apply(events);
    onProgress?.({ position: projector.position, head: Math.max(head, projector.position) });
  }
}

/** Keeps the files at the end of the log; `ended` rejects with ProjectionFailed when an event cannot be applied. */
export function follow(options: {
  readonly store: Pick<EventStore, 'subscribe'>;
  readonly projector: Projector;
  readonly onApplied: (position: number) => void;
}): Subscription {
  const { store, projector, onApplied } = options;
  return store.subscribe({
    afterPosition: projector.position,
    maxBatch: BATCH,
    onEvents: async (events) => {
      await projector.apply(events);
      onApplied(projector.position);
    },
  });
}
