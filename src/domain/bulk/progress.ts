import type { StoredEvent } from '../event.js';
import type {
  BulkEvent,
  BulkItem,
  BulkItemOutcome,
  BulkItemResult,
  BulkOperationStarted,
  BulkSelection,
} from './events.js';

/** What was ordered: who, what, and how refusals are taken. */
export type BulkOrder = BulkOperationStarted['data'];

export type BulkCounts = Readonly<Record<BulkItemOutcome, number>>;

/** How far a bulk operation is, as folded from its stream. */
export interface BulkProgress {
  readonly started: StoredEvent<BulkOperationStarted> | null;
  /** By account id: results of its first items, in the order of the selection. */
  readonly results: Map<string, readonly BulkItemResult[]>;
  readonly counts: BulkCounts;
  readonly isFinished: boolean;
}

/** The next items of one account that are still to be decided. */
export interface BulkPart {
  readonly selection: BulkSelection;
  /** How many of the account's items come before them. */
  readonly from: number;
  readonly items: readonly BulkItem[];
}

export const noneCounted: BulkCounts = { APPLIED: 0, UNCHANGED: 0, REJECTED: 0, NOT_ATTEMPTED: 0 };

export const nothingDone = (): BulkProgress => ({
  started: null,
  results: new Map(),
  counts: noneCounted,
  isFinished: false,
});

/** Folds one event in; the results are extended in place, so the caller keeps the progress to himself. */
export const progressAfter = (progress: BulkProgress, event: StoredEvent<BulkEvent>): BulkProgress => {
  switch (event.type) {
    case 'BulkOperationStarted':
      return { ...progress, started: event };
    case 'BulkPartDone': {
      const { accountId, results } = event.data;
      progress.results.set(accountId, [...(progress.results.get(accountId) ?? []), ...results]);
      return { ...progress, counts: countedWith(progress.counts, results) };
    }
    case 'BulkOperationFinished':
      return { ...progress, isFinished: true };
  }
};

export const countedWith = (
  counts: BulkCounts,
  results: readonly Pick<BulkItemResult, 'outcome'>[],
): BulkCounts => {
  const sum = { ...counts };
  for (const { outcome } of results) sum[outcome] += 1;
  return sum;
};

/** What is left to be decided, one part for each account that has something left, at most as many as asked for. */
export const partsLeft = (
  { started, results }: BulkProgress,
  atMost: { readonly parts: number; readonly itemsEach: number },
): readonly BulkPart[] => {
  const parts: BulkPart[] = [];
  for (const selection of started?.data.selection ?? []) {
    if (parts.length === atMost.parts) break;
    const from = results.get(selection.accountId)?.length ?? 0;
    const items = selection.items.slice(from, from + atMost.itemsEach);
    if (items.length > 0) parts.push({ selection, from, items });
  }
  return parts;
};

/** One refusal has ended an operation that wants everything or nothing. */
export const isStopped = ({ started, counts }: BulkProgress): boolean =>
  started?.data.errorPolicy === 'REJECT_EVERYTHING' && counts.REJECTED > 0;

export const totalItems = (selection: readonly BulkSelection[]): number =>
  selection.reduce((sum, { items }) => sum + items.length, 0);

/** What a limit is held against, over all accounts: one person everywhere is no mass of people. */
export const countedForLimit = (userIds: readonly string[]): number =>
  new Set(userIds).size === 1 ? 1 : userIds.length;
