import type { DomainEvent, Envelope, EventActor, EventReason, StoredEvent } from '../domain/event.js';
import { schemaVersionOf } from '../domain/stored-event.js';
import { hashOf } from '../event-store/chain.js';
import type { NewEvent } from '../event-store/event-store.js';

/** What the events of one command have in common. */
export interface EventContext {
  readonly actor: EventActor;
  readonly commandId: string;
  readonly fingerprint: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly reason: EventReason | null;
  readonly occurredAt: number;
}

/** What an event has to itself. */
export interface EventPlace {
  readonly eventId: string;
  readonly stream: string;
  readonly revision: number;
  readonly recordedAt: number;
  readonly accountId: string | null;
  readonly subjectId: string | null;
  readonly policyVersion: number;
  readonly previousHash: string | null;
}

export interface EncodedEvent<E extends DomainEvent> {
  readonly stored: StoredEvent<E>;
  readonly toAppend: NewEvent;
}

/** Builds envelope and data, once, as the text that every store keeps and every hash covers. */
export const encodeEvent = <E extends DomainEvent>(
  event: E,
  context: EventContext,
  place: EventPlace,
): EncodedEvent<E> => {
  const envelope: Envelope = {
    eventId: place.eventId,
    type: event.type,
    schemaVersion: schemaVersionOf(event.type),
    stream: place.stream,
    revision: place.revision,
    occurredAt: new Date(context.occurredAt).toISOString(),
    recordedAt: new Date(place.recordedAt).toISOString(),
    accountId: place.accountId,
    subjectId: place.subjectId,
    actor: context.actor,
    commandId: context.commandId,
    fingerprint: context.fingerprint,
    correlationId: context.correlationId,
    causationId: context.causationId,
    reason: context.reason,
    policyVersion: place.policyVersion,
    previousHash: place.previousHash,
  };
  const stored: StoredEvent<E> = { ...envelope, ...event };
  const body = JSON.stringify(stored);
  return { stored, toAppend: { id: place.eventId, type: event.type, body, hash: hashOf(body) } };
};
