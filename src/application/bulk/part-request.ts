import type { BulkOperationStarted } from '../../domain/bulk/events.js';
import type { BulkPart } from '../../domain/bulk/progress.js';
import type { StoredEvent } from '../../domain/event.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { CommandRequest } from '../account-commands.js';
import type { Accounts } from '../accounts.js';
import { commandFor, gateFor } from './item-commands.js';
import { requestActorOf } from './request-actor.js';

/** What deciding a part needs. */
export interface PartParts {
  readonly accounts: Accounts;
  readonly store: EventStore;
}

export type Started = StoredEvent<BulkOperationStarted>;

/** One append's worth of a bulk operation, by whoever ordered it. */
export const requestFor = (started: Started, { selection, from, items }: BulkPart): CommandRequest => {
  const { bulkOperationId, errorPolicy } = started.data;
  return {
    accountId: selection.accountId,
    actor: requestActorOf(started.actor),
    commands: [
      gateFor(started.data, selection, { isFirst: from === 0 }),
      ...items.map((item) => commandFor(started.data, selection, item)),
    ],
    onRejection: errorPolicy,
    partOf: { bulkOperationId, from },
    fingerprintOf: { bulkOperationId, userIds: items.map(({ userId }) => userId) },
    reason: started.reason,
    correlationId: bulkOperationId,
    causationId: started.eventId,
  };
};
