import { unknownAccount } from '../../domain/account/authority.js';
import { type BulkCounts, countedWith, noneCounted } from '../../domain/bulk/progress.js';
import type { BulkItemAnswer, BulkResult } from '../application.js';
import type { BulkStream } from './bulk-stream.js';
import { itemKey, type Refusals } from './finish-operation.js';
import type { Survey } from './survey.js';

/** The answer to an order that was only tried out, or would have changed nothing: there is no trace of it. */
export const answerFromSurvey = ({ accounts }: Survey, isDryRun: boolean): BulkResult => {
  const items = accounts.flatMap(({ accountId, operation, items }) =>
    items.map(({ userId, outcome, rejection, code }) => ({
      accountId,
      userId,
      operation,
      outcome,
      rejection,
      code,
    })),
  );
  const counts = countedWith(noneCounted, items);
  const outcome = isDryRun && counts.APPLIED > 0 ? 'WOULD_APPLY' : outcomeOf(counts);
  return { bulkOperationId: null, outcome, items, counts, position: null, replayed: false };
};

interface Told {
  /** Known to whoever carried the operation out just now. */
  readonly refusals: Refusals;
  readonly replayed: boolean;
  /** Accounts that the caller may not see any more: of their items he learns nothing. */
  readonly unseen: ReadonlySet<string>;
}

/** The answer as the operation's own stream has it. */
export const answerFromStream = (
  { bulkOperationId, progress, position }: BulkStream,
  { refusals, replayed, unseen }: Told,
): BulkResult => {
  const items = (progress.started?.data.selection ?? []).flatMap(({ accountId, operation }) =>
    (progress.results.get(accountId) ?? []).map((recorded): BulkItemAnswer => {
      const { userId } = recorded;
      if (unseen.has(accountId)) return { accountId, userId, operation, ...unseenItem };
      const { outcome, code } = recorded;
      // What another node has written down counts, not what this one was told.
      const reason = refusals.get(itemKey(accountId, userId));
      return {
        accountId,
        userId,
        operation,
        outcome,
        rejection: reason?.code === code ? reason : null,
        code,
      };
    }),
  );
  const counts = countedWith(noneCounted, items);
  return { bulkOperationId, outcome: outcomeOf(counts), items, counts, position, replayed };
};

const unseenItem = { outcome: 'REJECTED', rejection: unknownAccount(), code: 'NOT_FOUND' } as const;

const outcomeOf = (counts: BulkCounts): BulkResult['outcome'] => {
  if (counts.APPLIED > 0) return 'APPLIED';
  return counts.REJECTED > 0 ? 'REJECTED' : 'UNCHANGED';
};
