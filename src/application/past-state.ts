import { setImmediate } from 'node:timers/promises';
import type { AccountEvent } from '../domain/account/events.js';
import { evolve } from '../domain/account/evolve.js';
import { type AccountState, initialAccountState } from '../domain/account/state.js';
import type { StoredEvent } from '../domain/event.js';
import type { EventStore } from '../event-store/event-store.js';
import { emptyHead, fromVerified, headOf, refuseBrokenChain, type StreamHead } from './account-fold.js';
import { decodeAccountEvent } from './decode-event.js';
import type { SnapshotStore } from './snapshot-store.js';

/** Others get their turn after each. */
const PAGE = 250;

export interface PastParts {
  readonly store: EventStore;
  readonly snapshots: SnapshotStore;
}

interface Place {
  readonly stream: string;
  /** -1 = before the first event. */
  readonly revision: number;
}

/** An account as it was after the event of a revision. */
export const stateAt = async (parts: PastParts, place: Place): Promise<AccountState> =>
  (await foldedAt(parts, place)).state;

/** The same, with where its stream then stood. */
export const foldedAt = async (
  { store, snapshots }: PastParts,
  { stream, revision }: Place,
): Promise<{ readonly state: AccountState; readonly head: StreamHead }> => {
  const snapshot = await snapshots.load(stream);
  const begun =
    snapshot === null || snapshot.revision > revision ? null : await fromVerified(store, stream, snapshot);
  const state = begun?.state ?? initialAccountState();
  let head = begun?.head ?? emptyHead;
  while (head.revision < revision) {
    const fromRevision = head.revision + 1;
    const maxCount = Math.min(PAGE, revision - head.revision);
    const page = await store.readStream(stream, { fromRevision, maxCount });
    for (const recorded of page) {
      const event = decodeAccountEvent(recorded);
      refuseBrokenChain(recorded, event.previousHash, head);
      evolve(state, event);
      head = headOf(recorded, event);
    }
    if (page.length < maxCount) throw new RangeError(`${stream} has no revision ${revision}`);
    await setImmediate();
  }
  return { state, head };
};

type Stored = StoredEvent<AccountEvent>;

/**
 * An event, and all that were written under the same command, in order; null when the log has another one there. The read
 * model says where it stands; only what the log holds counts.
 */
export const requestOf = async (
  store: EventStore,
  {
    stream,
    eventId,
    ...at
  }: { readonly stream: string; readonly eventId: string; readonly revision: number },
): Promise<{
  readonly event: Stored;
  readonly position: number;
  readonly events: readonly Stored[];
} | null> => {
  const [found] = await store.readStream(stream, { fromRevision: at.revision, maxCount: 1 });
  if (found?.id !== eventId) return null;
  const event = decodeAccountEvent(found);
  const { revision, commandId } = event;
  const before = await sameCommand(store, {
    stream,
    revision: revision - 1,
    commandId,
    direction: 'BACKWARDS',
  });
  const after = await sameCommand(store, {
    stream,
    revision: revision + 1,
    commandId,
    direction: 'FORWARDS',
  });
  return { event, position: found.position, events: [...before.reverse(), event, ...after] };
};

interface Neighbours {
  readonly stream: string;
  /** The nearest to look at. */
  readonly revision: number;
  readonly commandId: string;
  readonly direction: 'FORWARDS' | 'BACKWARDS';
}

/** All went out in one append, so that they lie together and are not many. */
const sameCommand = async (
  store: EventStore,
  { stream, revision, commandId, direction }: Neighbours,
): Promise<Stored[]> => {
  const events: Stored[] = [];
  const step = direction === 'FORWARDS' ? 1 : -1;
  for (;;) {
    const fromRevision = revision + step * events.length;
    if (fromRevision < 0) return events;
    const page = await store.readStream(stream, { fromRevision, maxCount: PAGE, direction });
    const decoded = page.map(decodeAccountEvent);
    const other = decoded.findIndex((event) => event.commandId !== commandId);
    events.push(...(other === -1 ? decoded : decoded.slice(0, other)));
    if (other !== -1 || page.length < PAGE) return events;
    await setImmediate();
  }
};
