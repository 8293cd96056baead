/**
 * What travels between the store and its writer thread. Flat arrays: cloning one array of strings costs a fraction
 * of cloning an object per event.
 */
export interface AppendGroup {
  /** Per append: stream, then per event id, type, body, hash. */
  readonly strings: readonly string[];
  /** Per append: expected revision (NO_STREAM is -1), number of events. */
  readonly numbers: readonly number[];
}

export type GroupOutcome =
  /** Per append two numbers: revision and position, or the stream's actual revision and WRONG_REVISION. */
  | { readonly status: 'DECIDED'; readonly results: readonly number[] }
  /** Nothing of the group was appended. */
  | { readonly status: 'REFUSED'; readonly message: string; readonly latched: boolean }
  /** The commit failed in a way that leaves open whether it happened. */
  | { readonly status: 'UNKNOWN'; readonly message: string; readonly latched: true };

export type WriterMessage =
  | { readonly kind: 'READY' }
  | { readonly kind: 'CANNOT_OPEN'; readonly message: string; readonly code: string | null }
  | { readonly kind: 'OUTCOME'; readonly outcome: GroupOutcome };

export interface WriterOptions {
  readonly path: string;
  /** Names the BroadcastChannel that is told of every commit. */
  readonly channelName: string;
  /** PRAGMA max_page_count: the most pages of 4096 bytes the log may grow to. */
  readonly maxPageCount: number | null;
  /** The identity of a log that is made; null: a random one. */
  readonly newLogId: string | null;
}

export const NO_EVENTS = -1;
export const WRONG_REVISION = -1;
