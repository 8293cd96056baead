import type { AccountEvent, AccountEventType } from '../../domain/account/events.js';
import { subjectOf } from '../../domain/account/subject.js';
import type { BulkItem, BulkItemResult, BulkOperationKind } from '../../domain/bulk/events.js';
import type { StoredEvent } from '../../domain/event.js';
import type { Rejection } from '../../domain/rejection.js';
import type { CommandResult, Outcome } from '../outcome.js';

/** What became of one item, and the reason in full. */
export interface DecidedItem extends BulkItemResult {
  readonly rejection: Rejection | null;
}

/** One for each item, in order, after a request that asked for the selection first and then for the items. */
export const resultsIn = (
  items: readonly BulkItem[],
  outcome: Exclude<Outcome, { readonly replayed: true }>,
): readonly DecidedItem[] => {
  if (outcome.outcome !== 'REJECTED') {
    const [, ...results] = outcome.results ?? [];
    return items.map((item, index) => resultOf(item, results[index]));
  }
  const { at, rejection } = outcome;
  if (at === 0) return items.map((item) => refused(item, rejection));
  return items.map((item, index) => (index === at - 1 ? refused(item, rejection) : notAttempted(item)));
};

const resultOf = (item: BulkItem, result: CommandResult | undefined): DecidedItem => {
  if (result === undefined) throw new Error('every item has a result of its own');
  const { rejection } = result;
  if (rejection !== null)
    return rejection.passedOver ? passedOver(item, rejection) : refused(item, rejection);
  const revision = changeOf(item.userId, result.events);
  return revision === null ? unchanged(item) : applied(item, revision);
};

/** Revision of the event that changed the person's status, among those of one append. */
export const changeOf = (userId: string, events: readonly StoredEvent<AccountEvent>[]): number | null =>
  events.find((event) => isChangeOf(userId, event))?.revision ?? null;

/** The event ends the person's membership or invitation, or gives the membership back. */
export const isChangeOf = (userId: string, event: AccountEvent): boolean =>
  isChange(event.type) && subjectOf(event) === userId;

export const isChange = (type: AccountEventType): boolean => changes.has(type);

/** The event that each operation writes of a person. */
export const changeBy: Readonly<Record<BulkOperationKind, AccountEventType>> = {
  REMOVE: 'UserRemoved',
  DEACTIVATE: 'UserDeactivated',
  DELETE: 'UserDeleted',
  REACTIVATE: 'UserReactivated',
  REINSTATE: 'UserReinstated',
  REVOKE_INVITATION: 'InvitationRevoked',
};

const changes: ReadonlySet<AccountEventType> = new Set(Object.values(changeBy));

export const applied = ({ userId }: BulkItem, revision: number): DecidedItem => ({
  userId,
  outcome: 'APPLIED',
  code: null,
  revision,
  rejection: null,
});

export const unchanged = ({ userId }: BulkItem): DecidedItem => ({
  userId,
  outcome: 'UNCHANGED',
  code: null,
  revision: null,
  rejection: null,
});

/** Left as it is, because the operation does not apply to it in the state it is in. */
const passedOver = (item: BulkItem, rejection: Rejection): DecidedItem => ({
  ...unchanged(item),
  code: rejection.code,
  rejection,
});

export const refused = ({ userId }: BulkItem, rejection: Rejection | null): DecidedItem => ({
  userId,
  outcome: 'REJECTED',
  code: rejection?.code ?? null,
  revision: null,
  rejection,
});

export const notAttempted = ({ userId }: Pick<BulkItem, 'userId'>): DecidedItem => ({
  userId,
  outcome: 'NOT_ATTEMPTED',
  code: null,
  revision: null,
  rejection: null,
});
