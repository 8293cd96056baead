import { setImmediate } from 'node:timers/promises';
import type { BulkEvent, BulkItemResult } from '../../domain/bulk/events.js';
import {
  type BulkPart,
  type BulkProgress,
  countedWith,
  isStopped,
  partsLeft,
  totalItems,
} from '../../domain/bulk/progress.js';
import type { Rejection } from '../../domain/rejection.js';
import { WrongExpectedRevision } from '../../event-store/event-store.js';
import type { BulkStream } from './bulk-stream.js';
import { decidePart, MAX_ITEMS_PER_APPEND } from './decide-part.js';
import { type DecidedItem, notAttempted } from './item-results.js';
import type { PartParts, Started } from './part-request.js';

/** Accounts that are passed over with one append of the operation's own stream. */
const PASSED_OVER_AT_ONCE = 200;

/** Refusals in full, by account and user; the stream keeps only their codes. */
export type Refusals = ReadonlyMap<string, Rejection>;

export const itemKey = (accountId: string, userId: string): string => `${accountId}/${userId}`;

/**
 * Carries an operation that has been started through to its end, part by part, account by account; between them other
 * requests have their turn. Whatever interrupts it, it can be called again, also on several nodes at once: nothing is
 * done twice, and what is done is found done.
 *
 * Accepted: when of two nodes the first finds a whole part refused and the second, a moment later, may do it, and the
 * first one's record wins, then the part stands as refused and was done; the accounts' own streams have the truth.
 */
export const finishOperation = async (parts: PartParts, stream: BulkStream): Promise<Refusals> => {
  const refusals = new Map<string, Rejection>();
  for (;;) {
    const { started, isFinished } = stream.progress;
    if (started === null || isFinished) return refusals;
    const done = await nextDone(parts, started, stream.progress);
    for (const { accountId, results } of done)
      for (const { userId, rejection } of results)
        if (rejection !== null) refusals.set(itemKey(accountId, userId), rejection);
    try {
      await stream.append(eventsOf(started, stream.progress, done));
    } catch (error) {
      // Another node carries it on as well.
      if (!(error instanceof WrongExpectedRevision)) throw error;
      await stream.catchUp();
    }
    await setImmediate();
  }
};

interface PartDone {
  readonly accountId: string;
  readonly results: readonly DecidedItem[];
}

const nextDone = async (
  parts: PartParts,
  started: Started,
  progress: BulkProgress,
): Promise<readonly PartDone[]> => {
  if (isStopped(progress))
    return partsLeft(progress, { parts: PASSED_OVER_AT_ONCE, itemsEach: Number.POSITIVE_INFINITY }).map(
      passOver,
    );
  const [part] = partsLeft(progress, { parts: 1, itemsEach: MAX_ITEMS_PER_APPEND });
  if (part === undefined) return [];
  return [{ accountId: part.selection.accountId, results: await decidePart(parts, started, part) }];
};

const passOver = ({ selection: { accountId }, items }: BulkPart): PartDone => ({
  accountId,
  results: items.map(notAttempted),
});

/** What was decided, and the end when that was the last of it. */
const eventsOf = (
  { data: { bulkOperationId, selection } }: Started,
  progress: BulkProgress,
  done: readonly PartDone[],
): readonly BulkEvent[] => {
  const counts = countedWith(
    progress.counts,
    done.flatMap(({ results }) => results),
  );
  const decided = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = done.map(
    ({ accountId, results }): BulkEvent => ({
      type: 'BulkPartDone',
      data: { bulkOperationId, accountId, results: results.map(toRecord) },
    }),
  );
  return decided < totalItems(selection)
    ? parts
    : [...parts, { type: 'BulkOperationFinished', data: { bulkOperationId, counts } }];
};

const toRecord = ({ userId, outcome, code, revision }: DecidedItem): BulkItemResult => ({
  userId,
  outcome,
  code,
  revision,
});
