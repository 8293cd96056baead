import type { BulkItemResult, BulkOperationKind, BulkOrderKind, BulkSelection } from './events.js';
import type { BulkProgress } from './progress.js';

/** What takes an operation back; null: nothing does. */
export const inverseOf: Readonly<Record<BulkOperationKind, BulkOperationKind | null>> = {
  REMOVE: 'REINSTATE',
  REINSTATE: 'REMOVE',
  DEACTIVATE: 'REACTIVATE',
  REACTIVATE: 'DEACTIVATE',
  DELETE: null,
  REVOKE_INVITATION: null,
};

/** Takes back, in these accounts, what was applied; what can never be taken back is left out. */
export const selectionToUndo = (
  { started, results }: BulkProgress,
  accountIds: ReadonlySet<string>,
): readonly BulkSelection[] =>
  (started?.data.selection ?? []).flatMap(({ accountId, operation }) => {
    const inverse = inverseOf[operation];
    const items = (results.get(accountId) ?? []).flatMap(itemToUndo);
    if (inverse === null || items.length === 0 || !accountIds.has(accountId)) return [];
    return [{ accountId, operation: inverse, items, successors: { forAll: null, each: [] } }];
  });

const itemToUndo = ({ userId, outcome, revision }: BulkItemResult) =>
  outcome === 'APPLIED' ? [{ userId, previewToken: null, undoesRevision: revision }] : [];

/** The one operation of all accounts, when it is one. */
export const kindOf = (selection: readonly Pick<BulkSelection, 'operation'>[]): BulkOrderKind => {
  const [first, ...others] = new Set(selection.map(({ operation }) => operation));
  return first === undefined || others.length > 0 ? 'BY_ACCOUNT' : first;
};
