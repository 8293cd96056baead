import type { DomainEvent, EventActor } from '../domain/event.js';
import { readStoredEvent } from '../domain/stored-event.js';
import type { EventStore, RecordedEvent } from '../event-store/event-store.js';
import { encodeEvent } from './envelope.js';
import type { Environment } from './environment.js';

/** One event for a stream that is no account's: nothing is decided but that it stands where the writer believes. */
export interface EventToAppend {
  readonly stream: string;
  /** The event it follows; null = the stream must not exist yet. */
  readonly previous: RecordedEvent | null;
  readonly event: DomainEvent;
  readonly actor: EventActor;
  readonly accountId: string | null;
  readonly subjectId: string | null;
  /** The event that brought this one about; none: it stands for itself. */
  readonly cause?: { readonly eventId: string; readonly correlationId: string };
  /** When it happened, ms, where that was before it could be written down. Default: now. */
  readonly occurredAt?: number;
  /** Of the request, where no event is the cause. Default: its own. */
  readonly correlationId?: string;
}

interface Written {
  readonly store: EventStore;
  readonly environment: Environment;
}

/**
 * Times never go back within a stream, whatever the clock does. Resolves with the log position.
 * @throws WrongExpectedRevision somebody else was faster
 */
export const appendEvent = async ({ store, environment }: Written, what: EventToAppend): Promise<number> => {
  const { stream, previous, event, actor, accountId, subjectId, cause } = what;
  const last = previous === null ? null : readStoredEvent(previous.body);
  const now = environment.now();
  const notBefore = (time: string | undefined, at = now) =>
    Math.max(Math.min(at, now), time === undefined ? 0 : Date.parse(time));
  const commandId = environment.newId();
  const { toAppend } = encodeEvent(
    event,
    {
      actor,
      commandId,
      fingerprint: null,
      correlationId: cause?.correlationId ?? what.correlationId ?? commandId,
      causationId: cause?.eventId ?? null,
      reason: null,
      occurredAt: notBefore(last?.occurredAt, what.occurredAt),
    },
    {
      eventId: environment.newId(),
      stream,
      revision: (previous?.revision ?? -1) + 1,
      recordedAt: notBefore(last?.recordedAt),
      accountId,
      subjectId,
      policyVersion: 0,
      previousHash: previous?.hash ?? null,
    },
  );
  const { position } = await store.append({
    stream,
    expectedRevision: previous?.revision ?? 'NO_STREAM',
    events: [toAppend],
  });
  return position;
};
