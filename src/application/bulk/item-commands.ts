import { type BulkItemCommand, type SelectForBulk, snapshotParts } from '../../domain/account/commands.js';
import type { BulkItem, BulkSelection } from '../../domain/bulk/events.js';
import { type BulkOrder, countedForLimit } from '../../domain/bulk/progress.js';

/** Typed once for every account, whatever word each of them asks for. */
export const END_EVERYWHERE = 'END EVERYWHERE';

/** What is asked of an account for one of its items. */
export const commandFor = (order: BulkOrder, selection: BulkSelection, item: BulkItem): BulkItemCommand => {
  const { userId, previewToken, undoesRevision } = item;
  const { confirmed } = order;
  const phrase = order.phrase === END_EVERYWHERE ? selection.operation : order.phrase;
  const confirmation = { confirmed, previewToken, phrase, isBulk: true };
  const ending = { userId, confirmation, successors: selection.successors, undoesRevision };
  switch (selection.operation) {
    case 'REMOVE':
      return { type: 'removeUser', ...ending };
    case 'DEACTIVATE':
      return { type: 'deactivateUser', ...ending };
    case 'DELETE':
      return { type: 'deleteUser', ...ending };
    case 'REACTIVATE':
      return { type: 'reactivateUser', userId, confirmation, undoesRevision };
    case 'REINSTATE':
      return {
        type: 'reinstateUser',
        userId,
        parts: snapshotParts,
        role: null,
        groupIds: [],
        undoesRevision,
      };
    case 'REVOKE_INVITATION':
      return { type: 'revokeInvitation', userId };
  }
};

/**
 * Stands before the items of one append. The selection is judged as a whole before the first of them; later, when some
 * have been done, and in an undo, where each is bound to what it takes back, it asks only for right and confirmation.
 */
export const gateFor = (
  order: BulkOrder,
  selection: BulkSelection,
  { isFirst }: { readonly isFirst: boolean },
): SelectForBulk => {
  const judgesAll = isFirst && order.undoes === null;
  const speaker = selection.items.find(({ previewToken }) => previewToken !== null) ?? selection.items[0];
  const asked = judgesAll ? selection.items : selection.items.filter((item) => item === speaker);
  return {
    type: 'selectForBulk',
    items: asked.map((item) => commandFor(order, selection, item)),
    totalItems: countedForLimit(order.selection.flatMap(({ items }) => items.map(({ userId }) => userId))),
  };
};
