import type { AccountEvent } from '../../domain/account/events.js';
import type { BulkPart } from '../../domain/bulk/progress.js';
import type { StoredEvent } from '../../domain/event.js';
import { commandIdOfPart } from '../accounts.js';
import { decodeAccountEvent } from '../decode-event.js';
import { commandFor, gateFor } from './item-commands.js';
import {
  applied,
  changeBy,
  changeOf,
  type DecidedItem,
  isChange,
  refused,
  resultsIn,
  unchanged,
} from './item-results.js';
import type { PartParts, Started } from './part-request.js';
import { requestActorOf } from './request-actor.js';

/**
 * What has been appended for a part already: by this node before a crash, or by another one. Null: nothing. It is looked
 * up whether or not whoever ordered it may still see the account. An account remembers its keys for at least seven days,
 * and longer while nothing else is remembered.
 *
 * The events tell which items were applied. Those between them were not, and nobody has written down why, so they are
 * asked again. Those after the last one are not told of; they are still to be decided.
 * @throws when what stands there is not this operation's doing: nothing can be told of the part then
 */
export const recoverPart = async (
  parts: PartParts,
  started: Started,
  { selection, from }: BulkPart,
): Promise<readonly DecidedItem[] | null> => {
  const left = selection.items.slice(from);
  const written = await writtenFor(parts, started, { selection, from });
  if (written === null) return null;
  const revisions = left.map(({ userId }) => changeOf(userId, written));
  const told = left.slice(0, revisions.findLastIndex((revision) => revision !== null) + 1);
  if (told.length === 0) throw new ForeignPart(selection.accountId, started.data.bulkOperationId);
  const items = told.filter((_, index) => revisions[index] === null);
  const asked = await askAgain(parts, started, { selection, from, items });
  return told.map((item, index) => {
    const revision = revisions[index] ?? null;
    return revision === null ? (asked.get(item.userId) ?? unchanged(item)) : applied(item, revision);
  });
};

const writtenFor = async (
  { accounts, store }: PartParts,
  { data: { bulkOperationId } }: Started,
  { selection: { accountId, operation }, from }: Pick<BulkPart, 'selection' | 'from'>,
): Promise<readonly StoredEvent<AccountEvent>[] | null> => {
  const commandId = commandIdOfPart(accountId, { bulkOperationId, from });
  const command = await accounts.read(accountId, ({ state }) => state.commands.get(commandId) ?? null);
  if (command === null) return null;
  const recorded = await store.readStream(`account-${accountId}`, {
    fromRevision: command.firstRevision,
    maxCount: command.lastRevision - command.firstRevision + 1,
  });
  const events = recorded.map(decodeAccountEvent);
  const isOurs = ({ correlationId, type }: StoredEvent<AccountEvent>) =>
    correlationId === bulkOperationId && (!isChange(type) || type === changeBy[operation]);
  if (!events.every(isOurs)) throw new ForeignPart(accountId, bulkOperationId);
  return events;
};

/**
 * What would be said of them now, but that it would be done, or, under REJECT_EVERYTHING, that it is refused: then
 * nothing would have been written.
 */
const askAgain = async (
  { accounts }: PartParts,
  { actor, data: order }: Started,
  { selection, items }: BulkPart,
): Promise<ReadonlyMap<string, DecidedItem>> => {
  if (items.length === 0) return new Map();
  const outcome = await accounts.execute({
    accountId: selection.accountId,
    actor: requestActorOf(actor),
    commands: [
      gateFor(order, selection, { isFirst: false }),
      ...items.map((item) => commandFor(order, selection, item)),
    ],
    onRejection: 'REJECT_FAILED_ITEMS',
    dryRun: true,
  });
  const results = resultsIn(items, outcome).map((result, index) => {
    const item = items[index];
    if (item === undefined || result.outcome === 'UNCHANGED') return result;
    if (order.errorPolicy === 'REJECT_EVERYTHING') return unchanged(item);
    return result.outcome === 'APPLIED' ? refused(item, null) : result;
  });
  return new Map(results.map((result) => [result.userId, result]));
};

class ForeignPart extends Error {
  override readonly name = 'ForeignPart';

  constructor(accountId: string, bulkOperationId: string) {
    super(`account-${accountId} has events under a part of bulk-${bulkOperationId} that it did not write`);
  }
}
