import type { BulkPart } from '../../domain/bulk/progress.js';
import { reject } from '../../domain/rejection.js';
import { CommandTooLarge } from '../account-errors.js';
import type { Outcome } from '../outcome.js';
import { type DecidedItem, refused, resultsIn } from './item-results.js';
import { type PartParts, requestFor, type Started } from './part-request.js';
import { recoverPart } from './recover-part.js';

/** Most items of one append; fewer when their events do not fit. */
export const MAX_ITEMS_PER_APPEND = 250;

/**
 * Decides the next items of one account in one append, and tells what became of them; items that are not told of come
 * next. When the selection as such is refused, that tells of all that are left in the account.
 */
export const decidePart = async (
  parts: PartParts,
  started: Started,
  part: BulkPart,
): Promise<readonly DecidedItem[]> => {
  const { selection, from } = part;
  let { items } = part;
  for (;;) {
    const recovered = await recoverPart(parts, started, part);
    if (recovered !== null) return recovered;
    try {
      const outcome = await parts.accounts.execute(requestFor(started, { selection, from, items }));
      if (isTakenByAnother(outcome)) continue;
      const isSelectionRefused = outcome.outcome === 'REJECTED' && outcome.at === 0;
      return resultsIn(isSelectionRefused ? selection.items.slice(from) : items, outcome);
    } catch (error) {
      if (!(error instanceof CommandTooLarge)) throw error;
      if (items.length === 1) return items.map((item) => refused(item, tooMuch()));
      items = items.slice(0, Math.ceil(items.length / 2));
    }
  }
};

/** Another node was faster with this part, perhaps with fewer of its items. */
const isTakenByAnother = (outcome: Outcome): boolean =>
  (outcome.outcome === 'APPLIED' && outcome.replayed) ||
  (outcome.outcome === 'REJECTED' && outcome.rejection.code === 'IDEMPOTENCY_KEY_REUSED');

const tooMuch = () =>
  reject('INVALID_INPUT', 'This user has too many duties for one step; hand some of them over first.', {
    field: 'userId',
  });
