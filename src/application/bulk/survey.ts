import { setImmediate } from 'node:timers/promises';
import { unknownAccount } from '../../domain/account/authority.js';
import type { BulkOperationKind, BulkSelection } from '../../domain/bulk/events.js';
import type { BulkOrder } from '../../domain/bulk/progress.js';
import type { EventActor } from '../../domain/event.js';
import type { Rejection } from '../../domain/rejection.js';
import { stableJson } from '../../domain/stable-json.js';
import type { RequestActor } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import { commandFor, gateFor } from './item-commands.js';
import { type DecidedItem, notAttempted, resultsIn } from './item-results.js';

/** What an order would come to if it were carried out now. */
export interface Survey {
  /** By account, in the order of the selection. */
  readonly accounts: readonly SurveyedAccount[];
  /** As what the events would name whoever asks; null when there would be none. */
  readonly actor: EventActor | null;
}

export interface SurveyedAccount {
  readonly accountId: string;
  readonly operation: BulkOperationKind;
  readonly items: readonly DecidedItem[];
}

/**
 * Asks every account in full before anything is written anywhere. Refused as a whole: too many for one of the accounts,
 * or all of them refuse their selection as such, for one and the same reason.
 */
export const survey = async (
  accounts: Accounts,
  order: BulkOrder,
  actor: RequestActor,
): Promise<Survey | Rejection> => {
  const surveyed: SurveyedAccount[] = [];
  let eventActor: EventActor | null = null;
  const refusals: Rejection[] = [];
  for (const selection of order.selection) {
    const outcome = await tryOut(accounts, { order, selection, actor });
    if (outcome.outcome === 'REJECTED' && outcome.rejection.code === 'BULK_LIMIT_EXCEEDED')
      return outcome.rejection;
    if (outcome.outcome === 'REJECTED') refusals.push(outcome.rejection);
    if (outcome.outcome === 'WOULD_APPLY') eventActor ??= outcome.events[0]?.actor ?? null;
    const { accountId, operation, items } = selection;
    surveyed.push({ accountId, operation, items: resultsIn(items, outcome) });
    await setImmediate();
  }
  const [refusal] = refusals;
  if (refusal !== undefined && refusals.length === surveyed.length && isOneReason(refusals))
    return refusal.code === 'NOT_FOUND' ? unknownAccount() : refusal;
  const isRefused = surveyed.some(({ items }) => items.some(({ outcome }) => outcome === 'REJECTED'));
  return isRefused && order.errorPolicy === 'REJECT_EVERYTHING'
    ? { accounts: surveyed.map(holdBack), actor: null }
    : { accounts: surveyed, actor: eventActor };
};

const isOneReason = (refusals: readonly Rejection[]): boolean =>
  new Set(refusals.map(({ code, message, userIds }) => stableJson([code, message, userIds ?? null]))).size ===
  1;

export const changesAnything = ({ accounts }: Survey): boolean =>
  accounts.some(({ items }) => items.some(({ outcome }) => outcome === 'APPLIED'));

const tryOut = (
  accounts: Accounts,
  { order, selection, actor }: { order: BulkOrder; selection: BulkSelection; actor: RequestActor },
) =>
  accounts.execute({
    accountId: selection.accountId,
    actor,
    commands: [
      gateFor(order, selection, { isFirst: true }),
      ...selection.items.map((item) => commandFor(order, selection, item)),
    ],
    // All the refusals, not only the first; whether one of them refuses the rest is seen when all are known.
    onRejection: 'REJECT_FAILED_ITEMS',
    dryRun: true,
  });

/** Everything or nothing: what was not refused itself is left as it is. */
const holdBack = ({ items, ...account }: SurveyedAccount): SurveyedAccount => ({
  ...account,
  items: items.map((item) => (item.outcome === 'REJECTED' ? item : notAttempted(item))),
});
