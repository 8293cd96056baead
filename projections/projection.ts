import type Database from 'better-sqlite3';
import type { DomainEvent, DomainEventType, StoredEvent } from '../src/domain/event.js';
import type { RecordedEvent } from '../src/event-store/event-store.js';

/**
 * One disposable read-model file: its tables and the code that fills them. Deleting the file loses nothing, and the
 * same log always gives the same rows, whether followed event by event or rebuilt in bulk.
 */
export interface Projection {
  readonly name: ProjectionName;
  /** Raise it when handlers give other rows for the same events; another number means rebuild. */
  readonly version: number;
  readonly tables: readonly Table[];
  /** Built last in a rebuild: sorting once costs a third of keeping them up row by row. */
  readonly indexes: readonly string[];
  /** Statements that index what is there, where an index needs more than its CREATE; run after `indexes`. */
  readonly fillIndexes: readonly string[];
  /** What each event type does here. The type makes the compiler name an event nobody has thought of. */
  readonly interest: Readonly<Record<DomainEventType, 'handled' | 'ignored'>>;
  open(db: Database.Database, mode: WriteMode): Applier;
}

export const projectionNames = ['members', 'audit', 'people', 'proof'] as const;
export type ProjectionName = (typeof projectionNames)[number];

export interface Table {
  readonly name: string;
  readonly create: string;
  /** Order of the fingerprint; a key that the events alone decide. */
  readonly primaryKey: string;
  /** Columns of the fingerprint, when not all are decided by the events. */
  readonly compared?: readonly string[];
}

/** BULK: the file was empty and has no indexes yet, so what is not in memory does not exist. */
export type WriteMode = 'FOLLOW' | 'BULK';

/** Turns events into rows, inside a transaction that the projector opens and commits. */
export interface Applier {
  apply(event: StoredEvent, moment: Moment): void;
  /** Writes what must be in this transaction; called before every commit. */
  write(): void | Promise<void>;
  /** BULK only: writes what was held back until the end. */
  finish(): void | Promise<void>;
  /** What cannot be done inside a transaction; called after commits, and from time to time. */
  settle?(): void;
  /** Rows held in memory; a bulk build that holds too many goes on as FOLLOW. */
  readonly heldRows: number;
}

export type EventOf<T extends DomainEventType> = StoredEvent<Extract<DomainEvent, { type: T }>>;

/** One entry per event type; `ignored` is said, never forgotten. */
export type Handlers<Rows> = {
  readonly [T in DomainEventType]: ((rows: Rows, event: EventOf<T>, moment: Moment) => void) | 'ignored';
};

/** Where an event stands on both time axes. */
export interface Moment {
  readonly recorded: RecordedEvent;
  readonly position: number;
  readonly revision: number;
  /** Milliseconds since 1970. */
  readonly occurredAt: number;
  /** Milliseconds since 1970; never decreases within a stream. */
  readonly recordedAt: number;
}

export function interestOf<Rows>(handlers: Handlers<Rows>): Projection['interest'] {
  const entries = Object.entries(handlers).map(([type, handler]) => [
    type,
    handler === 'ignored' ? 'ignored' : 'handled',
  ]);
  return Object.fromEntries(entries) as Projection['interest'];
}

/** Runs the event's handler; the table's type keeps each paired with its own event, which a lookup cannot express. */
export function handle<Rows>(handlers: Handlers<Rows>, rows: Rows, event: StoredEvent, moment: Moment): void {
  const handler = handlers[event.type] as
    | ((rows: Rows, event: StoredEvent, moment: Moment) => void)
    | 'ignored';
  if (handler !== 'ignored') handler(rows, event, moment);
}
