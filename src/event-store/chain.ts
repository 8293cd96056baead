import { hash } from 'node:crypto';
import type { EventStore, RecordedEvent } from './event-store.js';

/** SHA-256 of the UTF-8 bytes of an event's body, 64 lower-case hex digits. */
export function hashOf(body: string): string {
  return hash('sha256', body, 'hex');
}

export type ChainReport =
  | { readonly status: 'INTACT'; readonly events: number }
  | { readonly status: 'BROKEN'; readonly firstBad: BrokenLink };

export interface BrokenLink {
  readonly position: number;
  readonly stream: string;
  readonly revision: number;
  readonly problem: /** Not one more than the revision before it in its stream. */
    | 'REVISION_NOT_NEXT'
    /** Not above the position before it. */
    | 'POSITION_NOT_RISING'
    /** The stored hash is not that of the stored body. */
    | 'HASH_MISMATCH'
    | 'BODY_NOT_JSON'
    /** The body's `previousHash` is not the hash of the event before it in its stream (null at revision 0). */
    | 'PREVIOUS_HASH_MISMATCH';
}

const PAGE = 1_000;

/**
 * Reads the whole log and checks the hash chain of every stream; keeps the head of each stream in memory.
 * A cut-off end of a stream leaves a shorter chain that is intact: that shows only against a head hash kept elsewhere.
 */
export async function verifyStreams(
  store: Pick<EventStore, 'readAll'>,
  {
    onProgress,
    onEvents,
  }: {
    readonly onProgress?: (events: number, position: number) => void;
    /** Given every event that fits its chain, page by page. */
    readonly onEvents?: (page: readonly RecordedEvent[]) => void;
  } = {},
): Promise<ChainReport> {
  const check = new ChainCheck();
  let position = 0;
  let events = 0;
  for (;;) {
    const page = await store.readAll({ afterPosition: position, maxCount: PAGE });
    if (page.length === 0) return { status: 'INTACT', events };
    for (const event of page) {
      const firstBad = check.next(event);
      if (firstBad !== null) return { status: 'BROKEN', firstBad };
      position = event.position;
    }
    events += page.length;
    onEvents?.(page);
    onProgress?.(events, position);
  }
}

type Head = Pick<RecordedEvent, 'revision' | 'hash'>;

/** Whether the events of a log, from its first on, make chains. */
export class ChainCheck {
  readonly #heads = new Map<string, Head>();
  #position = 0;

  /** Null: the next event fits. After one that does not, the rest says nothing. */
  next(event: RecordedEvent): BrokenLink | null {
    const { position, stream, revision, hash } = event;
    const problem =
      position > this.#position ? problemOf(event, this.#heads.get(stream)) : 'POSITION_NOT_RISING';
    if (problem !== null) return { position, stream, revision, problem };
    this.#heads.set(stream, { revision, hash });
    this.#position = position;
    return null;
  }
}

function problemOf(event: RecordedEvent, head: Head | undefined): BrokenLink['problem'] | null {
  if (event.revision !== (head?.revision ?? -1) + 1) return 'REVISION_NOT_NEXT';
  if (event.hash !== hashOf(event.body)) return 'HASH_MISMATCH';
  const body = parsed(event.body);
  if (body === null) return 'BODY_NOT_JSON';
  return body.previousHash === (head?.hash ?? null) ? null : 'PREVIOUS_HASH_MISMATCH';
}

function parsed(body: string): { readonly previousHash?: unknown } | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}
